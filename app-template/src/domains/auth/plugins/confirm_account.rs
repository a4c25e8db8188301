//! Asks for a confirmation by mail; POST /auth/confirmations gives it.
use crate::domains::auth::models::confirmation::{Confirmation, Confirms, PATIENCE};
use crate::prelude::*;

#[plugin]
pub struct ConfirmAccount {
    db: Db,
    auth: Auth,
    logger: Logger,
}

#[plugin]
impl ConfirmAccount {
    /// Writes down that the account waits, exactly once, and sends the mail, whatever fails in between.
    #[job(AccountMade, retries = 5, backoff = "30s")]
    async fn ask(&self, job: &Job<AccountMade>) -> Result<()> {
        job.transact("wait", &self.db, async |tx| {
            let asked = Timestamp::now().as_millisecond();
            tx.execute("INSERT INTO confirmations (email, asked) VALUES ($1, $2)", (&job.email, asked)).await?;
            Ok(())
        })
        .await?;
        job.step("mail", async |_| {
            let token = self.auth.create_token_for(&Confirms { confirms: job.email.clone() }, PATIENCE)?;
            // In place of a mail: the tool `mail` sends one.
            self.logger.info(format_args!("to {}: confirm your account with {token}", job.email));
            Ok(())
        })
        .await
    }

    /// Confirms an account by the token of its mail.
    #[post("/auth/confirmations", tag = "Auth")]
    async fn confirm(&self, body: Confirmation) -> Result<NoContent> {
        let wrong = || Error::forbidden("this link is not good, or not any more");
        let Confirms { confirms } = self.auth.decode_token(&body.token).map_err(|error| wrong().with_source(error))?;
        self.db.execute("DELETE FROM confirmations WHERE email = $1", (&confirms,)).await?;
        Ok(NoContent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn waiting(db: &Db) -> i64 {
        db.query_scalar("SELECT count(*) FROM confirmations", ()).await.unwrap()
    }

    #[microcore::test]
    async fn a_process_that_dies_before_the_mail_is_sent_asks_once(db: Db, auth: Auth, logger: Logger) {
        db.execute("INSERT INTO accounts (email, password_hash) VALUES ('ana@example.com', '')", ()).await.unwrap();
        let plugin = ConfirmAccount::new(db.clone(), auth.clone(), logger);
        let job = Job::test(AccountMade { email: "ana@example.com".into() });
        job.crash_after("wait");
        assert!(plugin.ask(&job).await.is_err());
        plugin.ask(&job).await.unwrap();
        assert_eq!(waiting(&db).await, 1);
        let token = auth.create_token(&Confirms { confirms: "ana@example.com".into() }).unwrap();
        assert_eq!(plugin.confirm(Confirmation { token: "forged".into() }).await.err().unwrap().status(), 403);
        plugin.confirm(Confirmation { token }).await.unwrap();
        assert_eq!(waiting(&db).await, 0);
    }
}
