use crate::prelude::*;

pub struct UserCreate {
    pub name: String,
}

pub struct Invoice {
    pub name: String,
}

#[plugin]
pub struct Welcome {
    logger: Logger,
}

#[plugin]
impl Welcome {
    #[on(UserCreate)]
    async fn misspelt(&self, event: &UserCreate) -> Result<()> {
        Ok(self.logger.info(&event.name))
    }

    #[on(Invoice)]
    async fn elsewhere(&self, event: &Invoice) -> Result<()> {
        Ok(self.logger.info(&event.name))
    }
}
