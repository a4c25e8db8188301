//! A point read by the tool beside bare rusqlite, and beside a slow query.

use std::time::{Duration, Instant};

use microcore::tools::db::{Database, Row, Sqlite};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Manifest, Migration};
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::tool::Tool;
use rusqlite::Connection;

const SQL: &str = "SELECT id, name, email FROM users WHERE id = $1";
const READS: i64 = 20_000;
const USERS: i64 = 1_000;
const ROUNDS: usize = 15;

#[derive(Debug, PartialEq, Row)]
struct User {
    id: i64,
    name: String,
    email: String,
}

/// Prints both tables.
pub(crate) fn print() {
    let folder = tempfile::tempdir().expect("the system has a folder for temporary files");
    let path = folder.path().join("app.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(async {
        let db = open(&path).await;
        let bare = Connection::open(&path).expect("the database is there");
        // Taking turns; the least of each, because what disturbs only adds.
        let (mut tool, mut by_hand) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            tool = tool.min(through_the_tool(&db).await);
            by_hand = by_hand.min(through_rusqlite(&bare));
        }
        println!("| point read in process | µs | ratio |\n|---|--:|--:|");
        println!("| rusqlite, cached statement | {by_hand:.2} | 1 |");
        println!("| the tool | {tool:.2} | {:.2} |", tool / by_hand);

        println!("\n| point reads on one worker | p50, ms | p99, ms | longest, ms |\n|---|--:|--:|--:|");
        row("alone", &latencies(&db, None).await);
        let (times, asked) = (beside_a_slow_query(&db).await, "with a slow query in flight");
        row(asked, &times);
    });
}

fn row(what: &str, times: &[Duration]) {
    let at = |hundredth: usize| times[(times.len() - 1) * hundredth / 100].as_secs_f64() * 1e3;
    println!("| {what} | {:.4} | {:.4} | {:.2} |", at(50), at(99), at(100));
}

async fn through_the_tool(db: &Database<Sqlite>) -> f64 {
    let began = Instant::now();
    for n in 0..READS {
        let id = n % USERS + 1;
        let user: User = db.query_one(SQL, (id,)).await.expect("it reads").expect("the user is there");
        assert_eq!(user.id, id);
    }
    began.elapsed().as_secs_f64() * 1e6 / READS as f64
}

fn through_rusqlite(sqlite: &Connection) -> f64 {
    let began = Instant::now();
    for n in 0..READS {
        let id = n % USERS + 1;
        let mut statement = sqlite.prepare_cached(SQL).expect("it is right");
        let user = statement
            .query_row([id], |row| Ok(User { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? }))
            .expect("the user is there");
        assert_eq!(user.id, id);
    }
    began.elapsed().as_secs_f64() * 1e6 / READS as f64
}

/// How long each of many point reads took, sorted; until `slow` ends, where it is given.
async fn latencies(db: &Database<Sqlite>, slow: Option<&tokio::task::JoinHandle<i64>>) -> Vec<Duration> {
    let mut times = Vec::new();
    let until = Instant::now() + Duration::from_secs(2);
    while slow.map_or_else(|| Instant::now() < until, |slow| !slow.is_finished()) {
        let began = Instant::now();
        let user: User = db.query_one(SQL, (7,)).await.expect("it reads").expect("the user is there");
        assert_eq!(user.id, 7);
        // Whatever else this worker has to do is part of the wait.
        tokio::task::yield_now().await;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    times
}

async fn beside_a_slow_query(db: &Database<Sqlite>) -> Vec<Duration> {
    let other = db.clone();
    let slow = tokio::spawn(async move {
        let sql =
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000000) SELECT count(*) FROM n";
        other.query_scalar::<i64>(sql, ()).await.expect("it counts")
    });
    let times = latencies(db, Some(&slow)).await;
    assert_eq!(slow.await.expect("it ends"), 20_000_000);
    times
}

async fn open(path: &std::path::Path) -> Database<Sqlite> {
    let migration = Migration { domain: "users", file: "001_users.sql", sql: include_str!("servers/schema.sql") };
    let manifest =
        Manifest { name: "bench", version: "0", migrations: Box::leak(Box::new([migration])), ..Manifest::EMPTY };
    let environment = Environment::of([("DB_PATH", path.to_str().expect("the path is UTF-8"))]);
    let settings = <Database<Sqlite> as Tool>::Settings::load(&environment).expect("the settings are right");
    let boot = Boot::new(environment).of(Box::leak(Box::new(manifest)));
    let db = Database::<Sqlite>::setup(settings, &boot).await.expect("the database opens");
    let users = (1..=USERS).map(|id| (id, format!("User Number {id}"), format!("user.number.{id}@example.com")));
    db.execute_many("INSERT INTO users (id, name, email) VALUES ($1, $2, $3)", users).await.expect("ids differ");
    db
}
