use crate::prelude::*;

pub struct Person;

#[plugin]
impl Person {
    pub fn new() -> Self {
        Self
    }

    #[get("/people/{id}")]
    async fn one(&self, id: i64) -> Result<i64> {
        Ok(id)
    }
}
