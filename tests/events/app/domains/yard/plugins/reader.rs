//! Hears notes, as a plain function on the blocking pool, and fails when a note says so.
use crate::prelude::*;

#[plugin]
pub struct Reader {
    log: Log,
}

#[plugin]
impl Reader {
    #[on(Note)]
    fn read(&self, event: &Note) -> Result<()> {
        let context = microcore::context::current().map(|context| context.event.unwrap_or_default());
        self.log.add("read", &event.name);
        self.log.add("context of read", context.unwrap_or("none"));
        self.log.add("thread of read", std::thread::current().name().unwrap_or_default());
        if event.fails { Err(Error::internal("the page is torn")) } else { Ok(()) }
    }
}
