//! Each night: accounts that were never confirmed go.
use crate::domains::auth::models::confirmation::PATIENCE;
use crate::prelude::*;

#[plugin]
pub struct PurgeUnconfirmed {
    db: Db,
    logger: Logger,
}

#[plugin]
impl PurgeUnconfirmed {
    /// Deletes accounts that nobody has confirmed in time.
    #[cron("0 3 * * *", retries = 3)]
    async fn nightly(&self, tick: &Tick) -> Result<()> {
        let before = (tick.due - PATIENCE).as_millisecond();
        let gone = self
            .db
            .execute(
                "DELETE FROM accounts WHERE email IN (SELECT email FROM confirmations WHERE asked < $1)",
                (before,),
            )
            .await?;
        self.logger.info(format_args!("{gone} accounts were never confirmed, and are gone"));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn who_confirms_stays_and_who_has_time_left_too(db: Db, logger: Logger) {
        let tick = Tick::at("2027-03-31T03:00:00Z");
        let day = |day: &str| format!("2027-03-{day}T00:00:00Z").parse::<Timestamp>().unwrap().as_millisecond();
        for (email, asked) in [("late", Some(day("01"))), ("recent", Some(day("30"))), ("confirmed", None)] {
            db.execute("INSERT INTO accounts (email, password_hash) VALUES ($1, '')", (email,)).await.unwrap();
            if let Some(asked) = asked {
                db.execute("INSERT INTO confirmations (email, asked) VALUES ($1, $2)", (email, asked)).await.unwrap();
            }
        }
        PurgeUnconfirmed::new(db.clone(), logger).nightly(&tick).await.unwrap();
        let left: Vec<(String,)> = db.query("SELECT email FROM accounts ORDER BY email", ()).await.unwrap();
        assert_eq!(left, [("confirmed".to_owned(),), ("recent".to_owned(),)]);
    }
}
