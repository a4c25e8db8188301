//! GET /users/me says who a token belongs to.
use crate::domains::users::models::claims::{Claims, roles};
use crate::prelude::*;

#[derive(Debug, Serialize, Schema)]
pub struct Me {
    pub email: String,
    pub roles: Vec<String>,
}

#[derive(Row)]
struct Known {
    email: String,
    roles: String,
    password_set: i64,
}

#[plugin]
pub struct WhoAmI {
    db: Db,
}

#[plugin]
impl WhoAmI {
    /// Who is signed in, with the roles of now. A token from before the last password is refused.
    #[get("/users/me", tag = "Users")]
    async fn execute(&self, claims: Claims) -> Result<With<Me>> {
        let sql = "SELECT email, roles, password_set FROM users WHERE id = $1";
        let known: Option<Known> = self.db.query_one(sql, (&claims.sub,)).await?;
        let known = known.filter(|known| claims.iat >= known.password_set);
        let known = known.ok_or_else(|| Error::unauthorized("sign in again"))?;
        let me = Me { email: known.email, roles: roles(&known.roles) };
        Ok(With::new(me).header("cache-control", "no-store"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn a_new_password_ends_the_tokens_of_before(db: Db) {
        let sql = "INSERT INTO users (id, email, password_hash, password_set) VALUES ('1', 'ada@example.com', '', 100)";
        db.execute(sql, ()).await.unwrap();
        let plugin = WhoAmI::new(db);
        let ask = async |sub: &str, iat| plugin.execute(Claims { sub: sub.to_owned(), roles: Vec::new(), iat }).await;
        assert!(ask("1", 100).await.is_ok());
        assert_eq!(ask("1", 99).await.err().unwrap().status(), 401);
        assert_eq!(ask("2", 100).await.err().unwrap().status(), 401);
    }
}
