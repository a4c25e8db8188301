//! Writes by each of them.
use crate::prelude::*;
use microcore_mail::Message;

#[plugin]
pub struct Write {
    mail: Mail,
    alerts: Alerts,
    letters: Letters,
    db: Db,
    reports: Reports,
}

#[plugin]
impl Write {
    #[post("/write")]
    async fn execute(&self) -> Result<()> {
        self.mail.send(Message::to("a@example.com")).await?;
        self.alerts.send(Message::to("a@example.com")).await?;
        self.letters.send(Message::to("a@example.com")).await?;
        let ours: i64 = self.db.query_scalar("SELECT 1", ()).await?;
        let theirs: i64 = self.reports.query_scalar("SELECT count(*) FROM a_table_that_no_migration_makes", ()).await?;
        let _ = ours + theirs;
        Ok(())
    }
}
