//! Answers, fails, or is late, as the question says.
use std::time::Duration;

use crate::prelude::*;

#[plugin]
pub struct Answerer {
    log: Log,
}

#[plugin]
impl Answerer {
    #[reply(Asked)]
    async fn answer(&self, event: &Asked) -> Result<String> {
        self.log.add("asked", &event.name);
        match event.name.as_str() {
            "nobody" => Err(Error::not_found("person nobody")),
            "late" => {
                tokio::time::sleep(Duration::from_secs(600)).await;
                Ok("too late".to_owned())
            }
            name => Ok(format!("hello {name}")),
        }
    }
}
