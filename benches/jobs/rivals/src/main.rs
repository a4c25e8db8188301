//! One library per run: `rivals apalis-sqlite <file>`, `rivals apalis-postgres <url>`, `rivals graphile <url>`.
//!
//! Out: a line per figure, `name value`, which `benches/jobs/run.sh` puts beside ours. Each library is used as its own
//! documentation says for throughput: batches, wake-ups by the database, 64 at once.

mod apalis_postgres_run;
mod apalis_sqlite_run;
mod figures;
mod graphile;

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [library, place] = &arguments[..] else { panic!("rivals <library> <file or url>") };
    match library.as_str() {
        "apalis-sqlite" => apalis_sqlite_run::run(place).await,
        "apalis-postgres" => apalis_postgres_run::run(place).await,
        "graphile" => graphile::run(place).await,
        other => panic!("no library `{other}`"),
    }
}
