//! The log of SQLite: copied back while writes go on, so that it does not grow for ever.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use futures_util::future::join_all;
use microcore_tools::db::{Database, Sqlite};

/// Bytes that fill a page.
const FILLING: [u8; 4_000] = [7; 4_000];
/// Far more rounds than it takes.
const ROUNDS: usize = 4_000;

async fn log_of(db: &Database<Sqlite>) -> PathBuf {
    let file: String = db.query_scalar("SELECT file FROM pragma_database_list", ()).await.unwrap();
    PathBuf::from(file + "-wal")
}

/// How often the log began anew, from its own header: a number of four bytes at the twelfth.
fn began_anew(log: &PathBuf) -> u32 {
    let mut header = [0; 16];
    File::open(log).unwrap().read_exact(&mut header).unwrap();
    u32::from_be_bytes([header[12], header[13], header[14], header[15]])
}

async fn write(db: &Database<Sqlite>) {
    let writes = (0..16).map(|_| db.execute("INSERT INTO filling VALUES ($1)", (FILLING.as_slice(),)));
    for written in join_all(writes).await {
        written.unwrap();
    }
}

pub(crate) async fn it_begins_anew_while_writes_go_on(db: Database<Sqlite>) {
    db.execute("CREATE TABLE filling (bytes BLOB)", ()).await.unwrap();
    let log = log_of(&db).await;
    write(&db).await;
    let first = began_anew(&log);
    let rounds = {
        let mut rounds = 0;
        while began_anew(&log) < first + 3 && rounds < ROUNDS {
            write(&db).await;
            rounds += 1;
        }
        rounds
    };
    assert!(rounds < ROUNDS, "the log did not begin anew");
    let rows: i64 = db.query_scalar("SELECT count(*) FROM filling", ()).await.unwrap();
    assert_eq!(rows, 16 * (i64::try_from(rounds).unwrap() + 1));
}

pub(crate) async fn a_long_read_holds_it_back_and_no_longer(db: Database<Sqlite>) {
    db.execute("CREATE TABLE filling (bytes BLOB)", ()).await.unwrap();
    let log = log_of(&db).await;
    write(&db).await;
    let first = began_anew(&log);
    // As another process would: a read that stays open.
    let sqlite = rusqlite::Connection::open(log.to_str().unwrap().trim_end_matches("-wal")).unwrap();
    sqlite.execute_batch("BEGIN; SELECT count(*) FROM filling").unwrap();
    for _ in 0..200 {
        write(&db).await;
    }
    assert_eq!(began_anew(&log), first, "what the read sees must stay");
    let seen: i64 = sqlite.query_row("SELECT count(*) FROM filling", [], |row| row.get(0)).unwrap();
    assert_eq!(seen, 16);
    drop(sqlite);
    let mut rounds = 0;
    while began_anew(&log) == first && rounds < ROUNDS {
        write(&db).await;
        rounds += 1;
    }
    assert!(rounds < ROUNDS, "the log did not begin anew after the read had ended");
}
