//! Sends the link that makes an account, or tells that there is one already.
use crate::domains::users::models::link::{LinkSettings, address, expires, hash, now, random};
use crate::prelude::*;
use microcore_mail::Message;

#[plugin]
pub struct SendConfirmation {
    db: Db,
    mail: Mail,
    config: Config<LinkSettings>,
}

#[plugin]
impl SendConfirmation {
    // A repetition makes another link, and both are good.
    #[on(SignUpAsked, retries = 12, backoff = "20s", idempotent)]
    async fn send(&self, event: &SignUpAsked) -> Result<()> {
        let known: i64 = self.db.query_scalar("SELECT count(*) FROM users WHERE email = $1", (&event.email,)).await?;
        let message = if known > 0 {
            let text = "Somebody, maybe you, signed up with this address. You have an account already.";
            Message::to(&event.email).subject("You have an account").text(text)
        } else {
            let token = random(32)?;
            self.db.execute("DELETE FROM user_links WHERE expires <= $1", (now(),)).await?;
            self.db
                .execute(
                    "INSERT INTO user_links (hash, email, purpose, expires) VALUES ($1, $2, 'confirm', $3)",
                    (hash(&token), &event.email, expires()),
                )
                .await?;
            let link = address(&self.config, "confirm", &token);
            let text = format!("Choose a password here, within a day:\n\n{link}\n\nIf you did not sign up, do nothing.\n");
            Message::to(&event.email).subject("Confirm your address").text(text)
        };
        self.mail.send(message).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn who_has_an_account_gets_no_link(db: Db, mail: Mail, config: Config<LinkSettings>) {
        let plugin = SendConfirmation::new(db.clone(), mail.clone(), config);
        let event = SignUpAsked { email: "ada@example.com".to_owned() };
        plugin.send(&event).await.unwrap();
        let sql = "INSERT INTO users (id, email, password_hash, password_set) VALUES ('1', 'ada@example.com', '', 0)";
        db.execute(sql, ()).await.unwrap();
        plugin.send(&event).await.unwrap();
        let texts: Vec<String> = mail.sent().into_iter().filter_map(|one| one.text).collect();
        assert!(texts[0].contains("/confirm#token=") && !texts[1].contains("#token="), "{texts:?}");
        assert_eq!(db.query_scalar::<i64>("SELECT count(*) FROM user_links", ()).await.unwrap(), 1);
        let stored: String = db.query_scalar("SELECT hash FROM user_links", ()).await.unwrap();
        assert!(!texts[0].contains(&stored), "the table has no link that works");
    }

    #[microcore::test]
    async fn a_mail_server_that_is_away_is_asked_again(db: Db, mail: Mail, config: Config<LinkSettings>) {
        let plugin = SendConfirmation::new(db, mail.clone(), config);
        let event = SignUpAsked { email: "ada@example.com".to_owned() };
        mail.goes_down();
        let error = plugin.send(&event).await.unwrap_err();
        assert!(!error.is_permanent(), "{error}");
        plugin.send(&event).await.unwrap();
        assert_eq!(mail.sent().len(), 1);
    }
}
