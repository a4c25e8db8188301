//! The system refuses a write in the middle: 64 writers in groups, and files that may not grow past a limit.
//!
//! A process may be given such a limit (`ulimit -f`); past it `write` fails with EFBIG, which SQLite tells as an I/O
//! error, in the log first or in the database file, wherever that happens to be. So the writing process is this test,
//! started again under a limit. What it was answered is compared with what a process without a limit finds.

use std::env;
use std::path::Path;
use std::process::Command;

use futures_util::future::join_all;
use microcore_tools::db::DbErrorKind;

use crate::crash::ledger::{self, Acknowledged};

const CHILD: &str = "MICROCORE_IO_ERROR_DATABASE";
const TEST: &str = "crash::io_error::a_write_that_the_system_refuses_fails_its_group_and_loses_nothing";
const WRITERS: i64 = 64;

#[test]
fn a_write_that_the_system_refuses_fails_its_group_and_loses_nothing() {
    if let Some(file) = env::var_os(CHILD) {
        return write(Path::new(&file));
    }
    // In KiB, from the log's first frames to where it was written back a few times.
    for limit in [150, 400, 1_100, 2_900, 6_100] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app.db");
        drop(tokio::runtime::Runtime::new().unwrap().block_on(ledger::open(&file)).unwrap());
        let mut acknowledged = Acknowledged::new();
        // Twice on one database: it goes on from what the refusal left behind.
        for run in 1..=2 {
            let what = format!("files of {limit} KiB, run {run}");
            let text = run_limited(&file, limit + 40 * (run - 1));
            let mut failed = 0;
            for line in text.lines() {
                if let Some((writer, number)) = line.strip_prefix("answered ").and_then(|rest| rest.split_once(' ')) {
                    acknowledged.insert(writer.parse().unwrap(), number.parse().unwrap());
                } else if let Some(error) = line.strip_prefix("refused ") {
                    failed += 1;
                    let told = error.strip_prefix(&format!("{:?} ", DbErrorKind::Unavailable));
                    assert!(told.is_some_and(|told| told.ends_with("disk I/O error")), "{what}: {error}");
                }
            }
            assert_eq!(failed, WRITERS, "{what}: every writer ends in an error\n{text}");
            let entries = ledger::check(&file, &acknowledged, &what);
            assert_eq!(entries, acknowledged.values().sum::<i64>(), "{what}: what failed is not there");
        }
        assert!(acknowledged.values().sum::<i64>() > 0, "nothing was written below {limit} KiB");
    }
}

fn run_limited(file: &Path, kibibytes: i64) -> String {
    // Without the trap the limit is a signal that ends the process. A block is half a KiB.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kibibytes * 2);
    let child = Command::new("sh")
        .args(["-c", &script])
        .arg(env::current_exe().unwrap())
        .args(["--exact", TEST, "--nocapture"])
        .env(CHILD, file)
        .output()
        .unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    String::from_utf8(child.stdout).unwrap()
}

/// The child: each writer stores until it is refused.
fn write(file: &Path) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let lines = runtime.block_on(async {
        let db = ledger::open(file).await.unwrap();
        let last = ledger::last(&db).await;
        let writers = (1..=WRITERS).map(|writer| {
            let (db, from) = (&db, last.get(&writer).copied().unwrap_or(0));
            async move {
                let mut number = from;
                loop {
                    match ledger::store(db, writer, number + 1, &[7; 300]).await {
                        Ok(()) => number += 1,
                        Err(error) => {
                            return format!("\nanswered {writer} {number}\nrefused {:?} {error}", error.kind());
                        }
                    }
                }
            }
        });
        join_all(writers).await
    });
    // The harness writes to the same output; its words are on other lines.
    print(&lines.concat());
}

#[expect(clippy::print_stdout, reason = "what it was answered is what the parent reads")]
fn print(lines: &str) {
    println!("{lines}");
}
