//! POST /users registers a user.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    #[validate(email)]
    pub email: String,
}

#[derive(Serialize, Schema)]
pub struct UserId { pub id: i64 }

pub struct CreateUser { db: Db, bus: Bus, logger: Logger }

#[plugin]
impl CreateUser {
    pub fn new(db: Db, bus: Bus, logger: Logger) -> Self { Self { db, bus, logger } }

    /// Registers a user and tells the others.
    #[post("/users", status = 201, tag = "Users")]
    async fn execute(&self, body: NewUser) -> Result<UserId> {
        let id: i64 = self.db
            .query_scalar("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id", (&body.name, &body.email))
            .await
            .on_unique(|| Error::conflict("email already registered"))?;
        self.bus.publish(UserCreated { id, email: body.email }).await?;
        self.logger.info("user created");
        Ok(UserId { id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]                                   // fixtures by the same names as the constructor's
    async fn stores_and_publishes(db: Db, bus: Bus, logger: Logger) {
        let plugin = CreateUser::new(db.clone(), bus.clone(), logger);
        let made = plugin.execute(NewUser { name: "Ana".into(), email: "ana@example.com".into() }).await.unwrap();
        assert_eq!(bus.published::<UserCreated>()[0].id, made.id);
        assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM users", ()).await.unwrap(), 1);
    }
}
