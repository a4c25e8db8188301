//! Sends the link by which a password is set anew, where there is an account.
use crate::domains::users::models::link::{LinkSettings, address, expires, hash, now, random};
use crate::prelude::*;
use microcore_mail::Message;

#[plugin]
pub struct SendReset {
    db: Db,
    mail: Mail,
    config: Config<LinkSettings>,
}

#[plugin]
impl SendReset {
    // A repetition makes another link, and both are good.
    #[on(ResetAsked, retries = 12, backoff = "20s", idempotent)]
    async fn send(&self, event: &ResetAsked) -> Result<()> {
        let known: i64 = self.db.query_scalar("SELECT count(*) FROM users WHERE email = $1", (&event.email,)).await?;
        // A stranger who tries addresses learns nothing, and those who have no account are not bothered.
        if known == 0 {
            return Ok(());
        }
        let token = random(32)?;
        self.db.execute("DELETE FROM user_links WHERE expires <= $1", (now(),)).await?;
        self.db
            .execute(
                "INSERT INTO user_links (hash, email, purpose, expires) VALUES ($1, $2, 'reset', $3)",
                (hash(&token), &event.email, expires()),
            )
            .await?;
        let link = address(&self.config, "reset", &token);
        let text = format!("Choose another password here, within a day:\n\n{link}\n\nIf you did not ask for it, do nothing.\n");
        self.mail.send(Message::to(&event.email).subject("Your password").text(text)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn only_who_has_an_account_gets_a_mail(db: Db, mail: Mail, config: Config<LinkSettings>) {
        let plugin = SendReset::new(db.clone(), mail.clone(), config);
        let event = ResetAsked { email: "ada@example.com".to_owned() };
        plugin.send(&event).await.unwrap();
        assert!(mail.sent().is_empty());
        let sql = "INSERT INTO users (id, email, password_hash, password_set) VALUES ('1', 'ada@example.com', '', 0)";
        db.execute(sql, ()).await.unwrap();
        plugin.send(&event).await.unwrap();
        assert!(mail.sent()[0].text.as_ref().unwrap().contains("/reset#token="));
    }
}
