//! POST /users/password sets another password, for whoever has the link.
use crate::domains::users::models::link::{Used, hash, now, refused};
use crate::prelude::*;

#[plugin]
pub struct ResetPassword {
    db: Db,
    auth: Auth,
}

#[plugin]
impl ResetPassword {
    /// The link is used up by it, and so are others to the same address.
    #[post("/users/password", tag = "Users")]
    async fn execute(&self, body: Used) -> Result<NoContent> {
        let (link, time) = (hash(&body.token), now());
        let sql = "SELECT count(*) FROM user_links WHERE hash = $1 AND purpose = 'reset' AND expires > $2";
        // Asked first, so that nobody has passwords hashed without a link; taken below, so that it works once.
        if self.db.query_scalar::<i64>(sql, (&link, time)).await? == 0 {
            return Err(refused());
        }
        let password = self.auth.hash_password(&body.password).await?;
        self.db
            .transaction(async |tx| {
                let sql = "DELETE FROM user_links WHERE hash = $1 AND purpose = 'reset' RETURNING email";
                let Some((email,)) = tx.query_one::<(String,)>(sql, (&link,)).await? else { return Err(refused()) };
                tx.execute("DELETE FROM user_links WHERE email = $1", (&email,)).await?;
                tx.execute(
                    "UPDATE users SET password_hash = $2, password_set = $3 WHERE email = $1",
                    (&email, &password, time),
                )
                .await?;
                Ok(())
            })
            .await?;
        Ok(NoContent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn a_link_works_once_and_only_for_what_it_is(db: Db, auth: Auth) {
        let user = "INSERT INTO users (id, email, password_hash, password_set) VALUES ('1', 'ada@example.com', '', 0)";
        db.execute(user, ()).await.unwrap();
        for (token, purpose) in [("right", "reset"), ("other", "confirm")] {
            let sql = "INSERT INTO user_links (hash, email, purpose, expires) VALUES ($1, 'ada@example.com', $2, $3)";
            db.execute(sql, (hash(token), purpose, i64::MAX)).await.unwrap();
        }
        let plugin = ResetPassword::new(db.clone(), auth.clone());
        let used = async |token: &str| plugin.execute(Used { token: token.to_owned(), password: "correct horse".to_owned() }).await;
        assert_eq!(used("other").await.err().unwrap().status(), 422, "that link confirms");
        used("right").await.unwrap();
        assert_eq!(used("right").await.err().unwrap().status(), 422);
        let stored: String = db.query_scalar("SELECT password_hash FROM users", ()).await.unwrap();
        assert!(auth.verify_password("correct horse", Some(&stored)).await.unwrap());
    }
}
