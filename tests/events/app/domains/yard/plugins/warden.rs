//! Hears the siren in three ways.
use crate::prelude::*;

#[plugin]
pub struct Warden {
    log: Log,
}

#[plugin]
impl Warden {
    #[on(Siren, broadcast)]
    async fn hear(&self, event: &Siren) {
        self.log.add("siren heard", &event.number.to_string());
    }

    #[on(Siren)]
    async fn write_down(&self, event: &Siren) {
        self.log.add("siren written down", &event.number.to_string());
    }

    #[on(Siren, inline)]
    fn count(&self, event: &Siren) {
        self.log.add("siren counted", &event.number.to_string());
    }
}
