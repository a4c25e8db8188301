//! `postgres <url>`: the figures of jobs in a PostgreSQL database.

mod figures;

microcore::app! { db: Postgres, root: "app" }

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).expect("postgres <url>");
    figures::run(&[("PG_URL", &url)]).await;
}
