//! POST /users/confirm makes the account of whoever has the link, with a password of their own.
use crate::domains::users::models::link::{Used, hash, now, random, refused};
use crate::prelude::*;

#[plugin]
pub struct Confirm {
    db: Db,
    auth: Auth,
}

#[plugin]
impl Confirm {
    /// The link is used up by it.
    #[post("/users/confirm", tag = "Users")]
    async fn execute(&self, body: Used) -> Result<NoContent> {
        let (link, time) = (hash(&body.token), now());
        let sql = "SELECT count(*) FROM user_links WHERE hash = $1 AND purpose = 'confirm' AND expires > $2";
        // Asked first, so that nobody has passwords hashed without a link; taken below, so that it works once.
        if self.db.query_scalar::<i64>(sql, (&link, time)).await? == 0 {
            return Err(refused());
        }
        let (id, password) = (random(12)?, self.auth.hash_password(&body.password).await?);
        self.db
            .transaction(async |tx| {
                let sql = "DELETE FROM user_links WHERE hash = $1 AND purpose = 'confirm' RETURNING email";
                let Some((email,)) = tx.query_one::<(String,)>(sql, (&link,)).await? else { return Err(refused()) };
                tx.execute("DELETE FROM user_links WHERE email = $1", (&email,)).await?;
                tx.execute(
                    "INSERT INTO users (id, email, password_hash, password_set) VALUES ($1, $2, $3, $4)",
                    (&id, &email, &password, time),
                )
                .await
                .on_unique(|| Error::conflict("this address is confirmed already"))?;
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
    async fn a_link_works_once_and_in_its_time(db: Db, auth: Auth) {
        for (token, expires) in [("new", i64::MAX), ("other", i64::MAX), ("old", 1)] {
            let sql = "INSERT INTO user_links (hash, email, purpose, expires) VALUES ($1, 'ada@example.com', 'confirm', $2)";
            db.execute(sql, (hash(token), expires)).await.unwrap();
        }
        let plugin = Confirm::new(db.clone(), auth);
        let used = async |token: &str| plugin.execute(Used { token: token.to_owned(), password: "correct horse".to_owned() }).await;
        for refused in ["never", "old", ""] {
            assert_eq!(used(refused).await.err().unwrap().status(), 422, "{refused}");
        }
        used("new").await.unwrap();
        assert_eq!(used("new").await.err().unwrap().status(), 422);
        assert_eq!(used("other").await.err().unwrap().status(), 422, "links of an earlier try go with it");
        assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM users", ()).await.unwrap(), 1);
    }
}
