//! A handler written `fn`: it may block, the event loop goes on.
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::Mutex;
use std::time::Duration;

use crate::prelude::*;

pub struct Blocking {
    logger: Logger,
    open: SyncSender<()>,
    door: Mutex<Receiver<()>>,
}

#[plugin]
impl Blocking {
    pub fn new(logger: Logger) -> Self {
        let (open, door) = sync_channel(1);
        Self { logger, open, door: Mutex::new(door) }
    }

    #[get("/wait")]
    fn execute(&self) -> Result<bool> {
        let opened = self.door.lock().unwrap().recv_timeout(Duration::from_secs(10)).is_ok();
        self.logger.debug("the door is open");
        Ok(opened)
    }

    #[post("/open")]
    async fn open(&self) -> Result<NoContent> {
        self.open.send(())?;
        Ok(NoContent)
    }
}
