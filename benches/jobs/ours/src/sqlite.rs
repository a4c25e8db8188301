//! `sqlite <file>`: the figures of jobs in a SQLite file.

mod figures;

microcore::app! { root: "app" }

#[tokio::main]
async fn main() {
    let file = std::env::args().nth(1).expect("sqlite <file>");
    figures::run(&[("DB_PATH", &file)]).await;
}
