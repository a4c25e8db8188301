//! Hears notes too, and in the publisher's task as well.
use crate::prelude::*;

#[plugin]
pub struct Archive {
    log: Log,
}

#[plugin]
impl Archive {
    #[on(Note)]
    async fn keep(&self, event: &Note) {
        self.log.add("kept", &event.name);
    }

    #[on(Note, inline)]
    fn count(&self, event: &Note) {
        self.log.add("counted", &event.name);
    }
}
