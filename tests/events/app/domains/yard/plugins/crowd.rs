//! A crowd that hears a hum: what many subscribers cost while nothing happens.
use crate::prelude::*;

#[plugin]
pub struct Crowd {
    log: Log,
}

#[plugin]
impl Crowd {
    #[on(Hum)]
    async fn hear_0(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_1(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_2(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_3(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_4(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_5(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_6(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_7(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_8(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_9(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_10(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_11(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_12(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_13(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_14(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_15(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_16(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_17(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_18(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_19(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_20(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_21(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_22(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_23(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_24(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_25(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_26(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_27(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_28(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_29(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_30(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }

    #[on(Hum)]
    async fn hear_31(&self, event: &Hum) {
        self.log.add("hum", &event.number.to_string());
    }
}
