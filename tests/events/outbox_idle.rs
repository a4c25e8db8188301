//! What the relays of four idle processes ask of one PostgreSQL database.

use std::process::Command;
use std::time::Duration;

use crate::cluster::Cluster;
use crate::idle::{for_a_while, four_processes};

/// How many transactions a database has committed.
fn commits(url: &str, database: &str) -> u64 {
    let sql = format!("SELECT xact_commit FROM pg_stat_database WHERE datname = '{database}'");
    let said = Command::new("psql").args([url, "-At", "-c", &sql]).output().expect("PostgreSQL came with its client");
    String::from_utf8(said.stdout).unwrap().trim().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn four_relays_without_work_ask_postgresql_less_than_once_a_second() {
    let Some(settings) = crate::mount::settings("relays_idle").await else { return };
    let database = settings.iter().find(|(key, _)| key == "PG_URL").unwrap().1.clone();
    // A database that the test names is one for all.
    let more = [("PG_URL", database.as_str()), ("DB_PATH", "")];
    let Some((stages, _)) = four_processes("relays_idle_all", &more).await else { return };
    let url = Cluster::shared().expect("the settings name it").url();
    let before = commits(&url, "relays_idle");
    for_a_while(Duration::from_secs(10)).await;
    let idle = commits(&url, "relays_idle") - before;
    assert!(idle <= 10, "{idle} transactions in ten seconds");
    for stage in stages {
        stage.stop().await;
    }
}
