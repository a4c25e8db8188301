//! A mail as a plugin writes it. Nothing is checked here; what is wrong is told when it is sent.

/// A mail. Addresses are `ada@example.com` or `Ada <ada@example.com>`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a message is sent by `mail.send`"]
#[non_exhaustive]
pub struct Message {
    /// The sender; `MAIL_FROM` where there is none.
    pub from: Option<String>,
    /// Who gets it.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy without the others' knowledge.
    pub bcc: Vec<String>,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// The subject.
    pub subject: String,
    /// The text without markup.
    pub text: Option<String>,
    /// The text as HTML. With both, the reader's program chooses.
    pub html: Option<String>,
    /// More headers.
    pub headers: Vec<(String, String)>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// What makes a repetition the same mail; the delivery and the recipients where there is none.
    pub key: Option<String>,
}

/// A file in a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attachment {
    /// `invoice.pdf`.
    pub name: String,
    /// `application/pdf`.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Message {
    /// A mail to somebody.
    pub fn to(address: impl Into<String>) -> Self {
        Self { to: vec![address.into()], ..Self::default() }
    }

    /// And to somebody else.
    pub fn and_to(mut self, address: impl Into<String>) -> Self {
        self.to.push(address.into());
        self
    }

    /// From another sender than `MAIL_FROM`.
    pub fn from(self, address: impl Into<String>) -> Self {
        Self { from: Some(address.into()), ..self }
    }

    /// With a copy to somebody.
    pub fn cc(mut self, address: impl Into<String>) -> Self {
        self.cc.push(address.into());
        self
    }

    /// With a copy to somebody of whom the others don't read.
    pub fn bcc(mut self, address: impl Into<String>) -> Self {
        self.bcc.push(address.into());
        self
    }

    /// Answers go there.
    pub fn reply_to(self, address: impl Into<String>) -> Self {
        Self { reply_to: Some(address.into()), ..self }
    }

    /// The subject.
    pub fn subject(self, subject: impl Into<String>) -> Self {
        Self { subject: subject.into(), ..self }
    }

    /// The text without markup.
    pub fn text(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    /// The text as HTML.
    pub fn html(self, html: impl Into<String>) -> Self {
        Self { html: Some(html.into()), ..self }
    }

    /// A header that has no method here: `List-Unsubscribe`.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// A file.
    pub fn attach(mut self, name: impl Into<String>, media_type: impl Into<String>, bytes: Vec<u8>) -> Self {
        self.attachments.push(Attachment { name: name.into(), media_type: media_type.into(), bytes });
        self
    }

    /// A name for this mail: two with one key are the same mail, whatever sends them.
    pub fn key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }
}
