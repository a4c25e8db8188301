//! A [`Message`] → the mail as it goes over the wire. In: what a plugin wrote. Out: [`Prepared`], or what is wrong with it.
//!
//! The MIME is lettre's. What a header may hold is checked here, before anything is written: whoever can put a line break
//! into a subject could add recipients.

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MessageBuilder, MultiPart, SinglePart};

use super::id::message_id;
use super::{MailError, Message, Prepared};

/// The headers that a message has methods for, or that are written here.
const OWN: [&str; 13] = [
    "from",
    "sender",
    "to",
    "cc",
    "bcc",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
];

/// Adds somebody who gets a mail.
type Add = fn(MessageBuilder, Mailbox) -> MessageBuilder;

/// Writes a mail.
pub(super) fn prepare(message: &Message, sender: &str, plugin: &str) -> Result<Prepared, MailError> {
    let from = mailbox("from", message.from.as_deref().unwrap_or(sender))?;
    let id = message_id(message, plugin, from.email.domain());
    let mut builder = lettre::Message::builder().message_id(Some(id.clone())).date_now().from(from.clone());
    let mut to = Vec::new();
    let kinds: [(&str, &[String], Add); 3] = [
        ("to", &message.to, MessageBuilder::to),
        ("cc", &message.cc, MessageBuilder::cc),
        ("bcc", &message.bcc, MessageBuilder::bcc),
    ];
    for (kind, addresses, add) in kinds {
        for address in addresses {
            let mailbox = mailbox(kind, address)?;
            to.push(mailbox.email.to_string());
            builder = add(builder, mailbox);
        }
    }
    if to.is_empty() {
        return Err(MailError::invalid("nobody would get it"));
    }
    if let Some(address) = &message.reply_to {
        builder = builder.reply_to(mailbox("reply_to", address)?);
    }
    builder = builder.subject(one_line("subject", &message.subject)?);
    for (name, value) in &message.headers {
        builder = builder.raw_header(HeaderValue::new(header_name(name)?, one_line(name, value)?.to_owned()));
    }
    let mail = with_body(builder, message)?;
    Ok(Prepared { id, from: from.email.to_string(), to, bytes: mail.formatted() })
}

/// The text, the HTML or both, and the files around them.
fn with_body(builder: MessageBuilder, message: &Message) -> Result<lettre::Message, MailError> {
    let built = match (&message.text, &message.html, message.attachments.is_empty()) {
        (text, None, true) => builder.singlepart(SinglePart::plain(text.clone().unwrap_or_default())),
        (None, Some(html), true) => builder.singlepart(SinglePart::html(html.clone())),
        (Some(text), Some(html), true) => {
            builder.multipart(MultiPart::alternative_plain_html(text.clone(), html.clone()))
        }
        (text, html, false) => {
            let mixed = MultiPart::mixed();
            let mut parts = match (text, html) {
                (Some(text), Some(html)) => {
                    mixed.multipart(MultiPart::alternative_plain_html(text.clone(), html.clone()))
                }
                (None, Some(html)) => mixed.singlepart(SinglePart::html(html.clone())),
                (text, None) => mixed.singlepart(SinglePart::plain(text.clone().unwrap_or_default())),
            };
            for file in &message.attachments {
                let name = one_line("name of an attachment", &file.name)?.to_owned();
                let media_type = ContentType::parse(one_line("media type", &file.media_type)?)
                    .map_err(|_| MailError::invalid(format!("`{}` is no media type", file.media_type)))?;
                parts = parts.singlepart(Attachment::new(name).body(file.bytes.clone(), media_type));
            }
            builder.multipart(parts)
        }
    };
    built.map_err(MailError::invalid)
}

/// An address, with a name or without.
fn mailbox(kind: &str, address: &str) -> Result<Mailbox, MailError> {
    one_line(kind, address)?
        .parse()
        .map_err(|error| MailError::invalid(format!("`{address}` of `{kind}` is no address: {error}")))
}

fn header_name(name: &str) -> Result<HeaderName, MailError> {
    if OWN.iter().any(|own| name.eq_ignore_ascii_case(own)) {
        return Err(MailError::invalid(format!("the header `{name}` is not set by `header`")));
    }
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    is_name
        .then(|| HeaderName::new_from_ascii(name.to_owned()).ok())
        .flatten()
        .ok_or_else(|| MailError::invalid(format!("`{}` is no name of a header", name.escape_debug())))
}

/// Text that can stand in a header.
fn one_line<'t>(what: &str, text: &'t str) -> Result<&'t str, MailError> {
    if text.chars().any(char::is_control) {
        return Err(MailError::invalid(format!("`{}` must not have a line break: {text:?}", what.escape_debug())));
    }
    Ok(text)
}
