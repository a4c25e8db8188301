//! Users with a day, a decimal and a UUID.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct NewUser {
    pub name: String,
    pub born: Date,
    pub balance: Decimal,
}

#[derive(Serialize, Schema)]
pub struct UserId {
    pub id: Uuid,
}

#[derive(Serialize, Schema, Row)]
pub struct User {
    pub name: String,
    pub born: Date,
    pub balance: Decimal,
    pub made: Timestamp,
}

#[plugin]
pub struct Users {
    db: Db,
}

#[plugin]
impl Users {
    #[post("/users", status = 201)]
    async fn add(&self, body: NewUser) -> Result<UserId> {
        let sql = "INSERT INTO users (name, born, balance) VALUES ($1, $2, $3) RETURNING id";
        let id = self.db.query_scalar(sql, (body.name, body.born, body.balance)).await;
        Ok(UserId { id: id.on_unique(|| Error::conflict("the name is taken"))? })
    }

    #[get("/users/{id}")]
    async fn one(&self, id: Uuid) -> Result<User> {
        let sql = "SELECT name, born, balance, made FROM users WHERE id = $1";
        self.db.query_one(sql, (id,)).await?.ok_or_else(|| Error::not_found("user"))
    }

    /// Those born on a day, who have at least so much.
    #[get("/users")]
    async fn many(&self, born: Date, least: Option<Decimal>, until: Option<Timestamp>) -> Result<Vec<User>> {
        let sql = "SELECT name, born, balance, made FROM users
            WHERE born = $1 AND balance >= coalesce($2, balance) AND made <= coalesce($3, made) ORDER BY name";
        Ok(self.db.query(sql, (born, least, until)).await?)
    }
}
