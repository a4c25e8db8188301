//! Tells who somebody is: a route that no guest may take.
use crate::prelude::*;

pub struct Person;

/// People.
#[plugin]
impl Person {
    pub fn new() -> Self {
        Self
    }

    /// Whoever it is.
    #[get("/people/{id}")]
    pub async fn execute(&self, id: i64) -> Result<i64> {
        Ok(id)
    }
}
