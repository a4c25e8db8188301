use crate::prelude::*;

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[get("/count")]
    async fn count(&self) -> i64 {
        let count = std::rc::Rc::new(1);
        self.logger.debug("before");
        std::future::ready(()).await;
        *count
    }

    #[on(UserCreated)]
    async fn hear(&self, event: &UserCreated) -> Result<()> {
        let count = std::rc::Rc::new(1);
        self.logger.debug("before");
        std::future::ready(()).await;
        Ok(drop((count, event)))
    }

    #[reply(CheckEmail)]
    async fn answer(&self, event: &CheckEmail) -> Result<bool> {
        let count = std::rc::Rc::new(1);
        self.logger.debug("before");
        std::future::ready(()).await;
        Ok(event.email.len() > *count)
    }

    async fn on_boot(&self) -> Result<()> {
        let count = std::rc::Rc::new(1);
        self.logger.debug("before");
        std::future::ready(()).await;
        Ok(drop(count))
    }
}
