//! Sends a receipt for every order.
use crate::prelude::*;

#[derive(Debug, Settings)]
#[settings(prefix = "RECEIPT")]
pub struct ReceiptSettings {
    /// The first line of every receipt.
    #[setting(default = "Thank you")]
    pub greeting: String,
}

/// What this plugin needs of the tool `mailer`: its tests bring another one.
pub trait Sends: Send + Sync + 'static {
    fn send(&self, to: &str, text: &str) -> Result<()>;
}

impl Sends for Mailer {
    fn send(&self, to: &str, text: &str) -> Result<()> {
        self.deliver(to, text)
    }
}

pub struct SendReceipt<M> {
    mailer: M,
    config: Config<ReceiptSettings>,
}

#[plugin]
impl<M: Sends> SendReceipt<M> {
    pub fn new(mailer: M, config: Config<ReceiptSettings>) -> Self {
        Self { mailer, config }
    }

    async fn on_boot(&self) -> Result<()> {
        if self.config.greeting.len() > 80 { Err(Error::internal("RECEIPT_GREETING is too long")) } else { Ok(()) }
    }

    #[on(OrderPlaced, retries = 3, backoff = "500ms")]
    async fn send(&self, event: &OrderPlaced) -> Result<()> {
        let text = format!("{}\norder {}: {}", self.config.greeting, event.id, event.total);
        self.mailer.send(&event.customer, &text)
    }

    async fn on_shutdown(&self) {}
}
