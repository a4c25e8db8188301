//! As many routes as a small application has.
use crate::prelude::*;

pub struct Desk;

/// A desk.
#[plugin]
impl Desk {
    pub fn new() -> Self {
        Self
    }

    #[get("/people/{id}")]
    async fn person(&self, id: i64) -> Result<i64> {
        Ok(id)
    }

    #[get("/people")]
    async fn people(&self) -> Result<Vec<i64>> {
        Ok(vec![1])
    }

    #[post("/people")]
    async fn make(&self, body: Vec<i64>) -> Result<usize> {
        Ok(body.len())
    }

    #[put("/people/{id}")]
    async fn change(&self, id: i64, body: Vec<i64>) -> Result<bool> {
        Ok(body.contains(&id))
    }

    #[delete("/people/{id}")]
    async fn remove(&self, id: i64) -> Result<NoContent> {
        let _ = id;
        Ok(NoContent)
    }

    #[get("/people/{id}/name")]
    async fn name(&self, id: i64) -> Result<String> {
        Ok(id.to_string())
    }

    #[get("/chairs")]
    async fn chairs(&self) -> Result<u32> {
        Ok(4)
    }

    #[get("/chairs/{id}")]
    async fn chair(&self, id: u32) -> Result<u32> {
        Ok(id)
    }
}
