//! GET /users/{id} shows a user, GET /users lists them.
use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct User { pub id: i64, pub name: String, pub email: String }

#[plugin]
pub struct GetUser { db: Db }

#[plugin]
impl GetUser {
    #[get("/users/{id}", tag = "Users")]
    async fn one(&self, id: i64) -> Result<User> {
        self.db.query_one("SELECT id, name, email FROM users WHERE id = $1", (id,)).await?
            .ok_or_else(|| Error::not_found("user"))
    }

    #[get("/users", tag = "Users")]
    async fn many(&self, limit: Option<u32>, offset: Option<u32>) -> Result<Vec<User>> {
        self.db.query("SELECT id, name, email FROM users ORDER BY id LIMIT $1 OFFSET $2",
                      (limit.unwrap_or(20).min(100), offset.unwrap_or(0))).await.map_err(Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn lists_in_order_and_says_who_is_not_there(db: Db) {
        for name in ["Ana", "Bo", "Cy"] {
            db.execute("INSERT INTO users (name, email) VALUES ($1, $1 || '@example.com')", (name,)).await.unwrap();
        }
        let plugin = GetUser::new(db);
        let names: Vec<String> = plugin.many(Some(2), Some(1)).await.unwrap().into_iter().map(|user| user.name).collect();
        assert_eq!(names, ["Bo", "Cy"]);
        assert_eq!(plugin.one(1).await.unwrap().email, "Ana@example.com");
        assert_eq!(plugin.one(4).await.err().unwrap().status(), 404);
    }
}
