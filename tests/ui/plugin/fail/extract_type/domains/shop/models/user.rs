use crate::prelude::*;

pub struct Nobody;

pub struct User;

#[extract]
impl User {
    async fn extract(clock: &Db, watch: &Db) -> Result<Self> {
        Ok(Self)
    }
}
