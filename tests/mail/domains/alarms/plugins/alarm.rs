//! Tells whoever is on duty, by a mailer of its own, and notes it in a database of its own.
use crate::prelude::*;
use microcore_mail::Message;

#[plugin]
pub struct Alarm {
    mail: Mail,
    alerts: Alerts,
    db: Db,
    reports: Reports,
}

#[plugin]
impl Alarm {
    #[post("/alarms")]
    async fn ring(&self, what: String) -> Result<i64> {
        self.alerts.send(Message::to("duty@example.com").subject(&what).text("Look at it.")).await?;
        self.mail.send(Message::to("all@example.com").subject("We know").text("It is looked at.")).await?;
        self.reports.execute("CREATE TABLE IF NOT EXISTS alarms (what TEXT)", ()).await?;
        self.reports.execute("INSERT INTO alarms VALUES ($1)", (&what,)).await?;
        let ours: i64 = self.db.query_scalar("SELECT 0", ()).await?;
        Ok(ours + self.reports.query_scalar::<i64>("SELECT count(*) FROM alarms", ()).await?)
    }

    /// What nobody would hand on is refused at once.
    #[post("/alarms/lost")]
    async fn lose(&self) -> Result<()> {
        self.reports.transaction(async |tx| tx.publish(UserRegistered { email: String::new() }).await).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[microcore::test]
    async fn each_has_a_fake_and_a_database_of_its_own(mail: Mail, alerts: Alerts, db: Db, reports: Reports) {
        let alarm = Alarm::new(mail.clone(), alerts.clone(), db.clone(), reports.clone());
        assert_eq!(alarm.ring("fire".to_owned()).await.unwrap(), 1);
        assert_eq!((alerts.sent().len(), mail.sent().len()), (1, 1));
        assert_eq!((alerts.sent()[0].subject.as_str(), mail.sent()[0].subject.as_str()), ("fire", "We know"));
        let sql = "SELECT count(*) FROM sqlite_schema WHERE name = $1";
        let tables = async |database: &Db, name: &str| database.query_scalar::<i64>(sql, (name,)).await.unwrap();
        assert_eq!((tables(&reports, "users").await, tables(&reports, "alarms").await), (0, 1), "no migration of ours");
        assert_eq!((tables(&db, "users").await, tables(&db, "alarms").await), (1, 0));
        let refused = alarm.lose().await.unwrap_err();
        assert!(format!("{refused:?}").contains("belong to the transactions of `db`"), "{refused:?}");
    }
}
