//! What stands behind [`Mail`](super::Mail). A backend gets mails that are written already, so it knows no MIME.

use std::future::Future;

use microcore::lifecycle::Boot;
use microcore::settings::Settings;

use super::MailError;

/// A kind of outlet. The type is a name only: `Mail<Smtp>`.
pub trait Backend: Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open outlet.
    type Mailer: Mailer;

    /// Opens it. One that can't be reached now is no failure: the mails are refused as unavailable, one by one.
    fn open(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = microcore::error::Result<Self::Mailer>> + Send;
}

/// An open outlet.
pub trait Mailer: Send + Sync + 'static {
    /// The sender of mails that name none: `Shop <shop@example.com>`.
    fn sender(&self) -> &str;

    /// Hands a mail over; done means that it is safe. A mail with the id of an earlier one may be dropped.
    fn deliver(&self, mail: &Prepared) -> impl Future<Output = Result<(), MailError>> + Send;

    /// Whether a mail could be handed over now.
    fn check(&self) -> impl Future<Output = Result<(), MailError>> + Send;
}

/// A mail as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Prepared {
    /// The `Message-ID`, with the angle brackets. The same for each repetition of a delivery.
    pub id: String,
    /// The address of the sender: `shop@example.com`.
    pub from: String,
    /// The addresses of all who get it, those of `bcc` included.
    pub to: Vec<String>,
    /// The mail itself, as RFC 5322 has it.
    pub bytes: Vec<u8>,
}
