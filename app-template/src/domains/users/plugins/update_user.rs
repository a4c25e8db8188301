//! PATCH /users/{id} changes a user's name, email or both.
use crate::prelude::*;

#[derive(Deserialize, Schema, Validate)]
pub struct Changes {
    #[validate(length(min = 1, max = 200))]
    pub name: Option<String>,
    #[validate(email)]
    pub email: Option<String>,
}

#[plugin]
pub struct UpdateUser {
    db: Db,
}

#[plugin]
impl UpdateUser {
    /// Changes what is given and leaves the rest.
    #[patch("/users/{id}", tag = "Users")]
    async fn execute(&self, id: i64, body: Changes) -> Result<NoContent> {
        let changed = self
            .db
            .execute(
                "UPDATE users SET name = coalesce($2, name), email = coalesce($3, email) WHERE id = $1",
                (id, body.name, body.email),
            )
            .await
            .on_unique(|| Error::conflict("email already registered"))?;
        if changed == 0 { Err(Error::not_found("user")) } else { Ok(NoContent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn leaves_what_is_not_given(db: Db) {
        db.execute("INSERT INTO users (name, email) VALUES ('Ana', 'ana@example.com')", ()).await.unwrap();
        let plugin = UpdateUser::new(db.clone());
        plugin.execute(1, Changes { name: Some("Anna".into()), email: None }).await.unwrap();
        let row: (String, String) = db.query_one("SELECT name, email FROM users", ()).await.unwrap().unwrap();
        assert_eq!(row, ("Anna".to_owned(), "ana@example.com".to_owned()));
        assert_eq!(plugin.execute(2, Changes { name: None, email: None }).await.err().unwrap().status(), 404);
    }
}
