//! The tool `mail`: mails to people, by a server or as files.
//!
//! In: a [`Message`]. Out: [`Sent`] with the mail's id, or a [`MailError`] that says whether trying again helps.
//! A backend is a file that implements [`Backend`] and [`Mailer`]; `app! { mail: Smtp }` picks one.

use std::fmt;
use std::sync::Arc;

use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;

mod backend;
#[cfg(feature = "battery")]
pub mod battery;
mod error;
mod fake;
mod folder;
mod id;
mod message;
mod prepare;
pub mod slot;
#[cfg(feature = "smtp")]
mod smtp;

pub use self::backend::{Backend, Mailer, Prepared};
pub use self::error::MailError;
use self::fake::Fake;
pub use self::folder::{Folder, FolderMailer, FolderSettings};
pub use self::message::{Attachment, Message};
#[cfg(feature = "smtp")]
pub use self::smtp::{Smtp, SmtpMailer, SmtpSettings};

/// What is known of a mail that is on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sent {
    /// Its `Message-ID`, with the angle brackets: `<5f…@example.com>`.
    pub id: String,
}

/// The tool `mail` on the backend `B`. Cheap to clone.
pub struct Mail<B: Backend = Folder> {
    outlet: Arc<Outlet<B>>,
    /// Whose handle it is: part of what makes a mail's id.
    plugin: &'static str,
}

/// Where mails go: out, or into the memory of a test.
enum Outlet<B: Backend> {
    Real(B::Mailer),
    Fake(Fake),
}

/// Mails to people.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Mail<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self { outlet: Arc::new(Outlet::Real(B::open(settings, boot).await?)), plugin: "" })
    }

    /// What a test gets: mails are kept, and none leaves.
    pub async fn fake() -> Result<Self> {
        Ok(Self { outlet: Arc::new(Outlet::Fake(Fake::default())), plugin: "" })
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, plugin: &'static Identity) -> Self {
        Self { outlet: Arc::clone(&self.outlet), plugin: plugin.name }
    }

    /// Whether mails could be sent now.
    pub async fn health_check(&self) -> Result<()> {
        match &*self.outlet {
            Outlet::Real(mailer) => Ok(mailer.check().await?),
            Outlet::Fake(_) => Ok(()),
        }
    }

    /// Sends a mail. Done means that the server, or the folder, has it safe.
    pub async fn send(&self, message: Message) -> Result<Sent, MailError> {
        match &*self.outlet {
            Outlet::Real(mailer) => {
                let prepared = prepare::prepare(&message, mailer.sender(), self.plugin)?;
                mailer.deliver(&prepared).await?;
                Ok(Sent { id: prepared.id })
            }
            Outlet::Fake(fake) => {
                let prepared = prepare::prepare(&message, fake::SENDER, self.plugin)?;
                fake.deliver(message)?;
                Ok(Sent { id: prepared.id })
            }
        }
    }

    /// In tests: what was sent, oldest first.
    ///
    /// # Panics
    ///
    /// Where the mail is real.
    pub fn sent(&self) -> Vec<Message> {
        self.the_fake().sent()
    }

    /// In tests: the next mail is refused for good, with this answer of the server.
    ///
    /// # Panics
    ///
    /// Where the mail is real.
    pub fn refuses(&self, answer: &str) {
        self.the_fake().script(MailError::refused(answer));
    }

    /// In tests: the next mail finds no server.
    ///
    /// # Panics
    ///
    /// Where the mail is real.
    pub fn goes_down(&self) {
        self.the_fake().script(MailError::unavailable("the test says so"));
    }
}

impl<B: Backend> Mail<B> {
    fn the_fake(&self) -> &Fake {
        match &*self.outlet {
            Outlet::Fake(fake) => fake,
            Outlet::Real(_) => panic!("only the fake of a `#[microcore::test]` remembers mails; this one is real"),
        }
    }
}

impl<B: Backend> Clone for Mail<B> {
    fn clone(&self) -> Self {
        Self { outlet: Arc::clone(&self.outlet), plugin: self.plugin }
    }
}

impl<B: Backend> fmt::Debug for Mail<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mail").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}
