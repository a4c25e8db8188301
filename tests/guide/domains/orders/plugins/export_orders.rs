//! GET /orders.csv: a handler that blocks.
use std::fmt::Write as _;
use std::sync::Mutex;

use crate::prelude::*;

/// Keeps the lines between two exports.
pub struct ExportOrders {
    lines: Mutex<Vec<(i64, String, i64)>>,
    logger: Logger,
}

#[plugin]
impl ExportOrders {
    pub fn new(logger: Logger) -> Self {
        Self { lines: Mutex::default(), logger }
    }

    /// Written `fn`, not `async fn`: it runs on the blocking pool and may take its time.
    #[get("/orders.csv")]
    fn export(&self) -> Result<Media> {
        let mut text = "id,customer,total\n".to_owned();
        for (id, customer, total) in &*self.lines.lock().expect("no holder of the lock panics") {
            writeln!(text, "{id},{customer},{total}")?;
        }
        self.logger.debug("exported");
        Ok(Media::new("text/csv", text))
    }

    #[on(OrderPlaced)]
    async fn keep(&self, event: &OrderPlaced) {
        let line = (event.id, event.customer.clone(), event.total);
        self.lines.lock().expect("no holder of the lock panics").push(line);
    }
}
