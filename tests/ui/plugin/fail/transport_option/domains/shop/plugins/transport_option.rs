use std::time::Duration;

use crate::prelude::*;

#[plugin]
pub struct Feature {
    bus: Bus,
}

#[plugin]
impl Feature {
    #[post("/later")]
    async fn later(&self) -> Result<()> {
        let options = PublishOptions::new().delay(Duration::from_secs(60)).crash_safe();
        Ok(self.bus.publish_with(UserCreated { id: 1 }, options).await?)
    }
}
