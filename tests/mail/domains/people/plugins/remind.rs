//! Sends an invoice and then fails, the first time: what a process does that dies in between.
use std::sync::atomic::{AtomicBool, Ordering};

use crate::prelude::*;
use microcore_mail::Message;

pub struct Remind {
    mail: Mail,
    has_failed: AtomicBool,
}

#[plugin]
impl Remind {
    pub fn new(mail: Mail) -> Self {
        Self { mail, has_failed: AtomicBool::new(false) }
    }

    #[on(InvoiceDue, retries = 3, backoff = "10ms")]
    async fn send(&self, event: &InvoiceDue) -> Result<()> {
        self.mail.send(Message::to(&event.email).subject("Your invoice").text("It is due.")).await?;
        if self.has_failed.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        Err(Error::internal("the process died here"))
    }
}
