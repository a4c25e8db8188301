use crate::prelude::*;

#[derive(Deserialize, Schema)]
pub struct NewUser {
    pub id: i64,
    #[validate(length(min = 1))]
    pub name: String,
    #[validate(email)]
    pub email: String,
}

#[plugin]
pub struct Feature {
    logger: Logger,
}

#[plugin]
impl Feature {
    #[post("/users")]
    async fn create(&self, body: NewUser) -> String {
        self.logger.info(&body.email);
        body.name
    }
}
