//! Answers, fails, or is late, as the question says.
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
                self.log.is_let_go().await;
                let context = microcore::context::current().expect("a request has a context");
                self.log.add("answered", context.event.unwrap_or_default());
                Ok("too late".to_owned())
            }
            name => Ok(format!("hello {name}")),
        }
    }
}
