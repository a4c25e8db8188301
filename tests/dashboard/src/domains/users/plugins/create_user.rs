//! POST /users registers a user.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    #[validate(email)]
    pub email: String,
}

pub struct CreateUser {
    db: Db,
    bus: Bus,
}

/// Registers a user and tells the others.
#[plugin]
impl CreateUser {
    pub fn new(db: Db, bus: Bus) -> Self {
        Self { db, bus }
    }

    /// Registers a user.
    #[post("/users", status = 201)]
    async fn execute(&self, body: NewUser) -> Result<i64> {
        let id: i64 = self
            .db
            .query_scalar("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id", (&body.name, &body.email))
            .await
            .on_unique(|| Error::conflict("email already registered"))?;
        self.bus.publish(UserCreated { id, email: body.email }).await?;
        Ok(id)
    }
}
