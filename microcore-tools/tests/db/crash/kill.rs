//! A process that writes as fast as it can is killed with SIGKILL, again and again, at a random moment.
//!
//! The process is this test, started again with a variable that tells it to write. It says what was answered on its
//! standard output, one line per answer, after the answer. SIGKILL tells of a process that dies; that the disk keeps
//! what SQLite waited for is the disk's promise.

use std::collections::BTreeMap;
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::crash::ledger::{self, Acknowledged};

const CHILD: &str = "MICROCORE_CRASH_DATABASE";
/// How often it is killed, in all.
const KILLS: usize = 220;
/// A new database after so many, so that checking does not get slow.
const PER_DATABASE: usize = 22;

#[test]
fn no_answered_write_is_lost() {
    kill_again_and_again("crash::kill::no_answered_write_is_lost", 1, 40);
}

#[test]
fn no_answered_write_of_a_group_is_lost() {
    kill_again_and_again("crash::kill::no_answered_write_of_a_group_is_lost", 64, 250);
}

fn kill_again_and_again(test: &str, writers: i64, most: u64) {
    if let Some(file) = env::var_os(CHILD) {
        return write(Path::new(&file), writers);
    }
    let mut random = Random::new();
    let seed = random.0;
    let (mut kills, mut entries) = (0, 0);
    while kills < KILLS {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("app.db");
        let mut acknowledged = Acknowledged::new();
        for _ in 0..PER_DATABASE {
            let (answers, delay) = (random.below(most) + 1, Duration::from_micros(random.below(3_000)));
            run_and_kill(test, &file, answers, delay, &mut acknowledged);
            kills += 1;
            entries = ledger::check(&file, &acknowledged, &format!("kill {kills}, seed {seed}"));
        }
        assert!(entries > 0, "nothing was written, so nothing was tested");
    }
}

/// Reads answers until there are so many, waits a little, kills, and reads what was said before that.
fn run_and_kill(test: &str, file: &Path, answers: u64, delay: Duration, acknowledged: &mut Acknowledged) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let (said, heard) = mpsc::channel();
    let reader = thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let Some((writer, number)) = line.strip_prefix("answered ").and_then(|rest| rest.split_once(' ')) else {
                continue;
            };
            // A line that the kill cut short is no answer.
            if let (Ok(writer), Some(number)) = (writer.parse::<i64>(), number.strip_suffix('.')) {
                said.send((writer, number.parse::<i64>().unwrap())).unwrap();
            }
        }
    });
    let mut note = |(writer, number)| {
        acknowledged.insert(writer, number);
    };
    for _ in 0..answers {
        // It ends only where the child died by itself, which is no crash test.
        note(heard.recv().expect("the child writes until it is killed"));
    }
    let until = Instant::now() + delay;
    while let Ok(answer) = heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
        note(answer);
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    heard.into_iter().for_each(note);
}

/// The child: writes until it is killed.
fn write(file: &Path, writers: i64) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let db = ledger::open(file).await.unwrap();
        let last = ledger::last(&db).await;
        let tasks = (1..=writers).map(|writer| {
            let (db, from) = (db.clone(), last.get(&writer).copied().unwrap_or(0));
            // What is stored was answered, or is now known to be there.
            say(writer, from);
            tokio::spawn(async move {
                for number in from + 1.. {
                    ledger::store(&db, writer, number, b"filling").await.unwrap();
                    say(writer, number);
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
    });
}

fn say(writer: i64, number: i64) {
    // One write of one line: the test harness must not keep it, and a kill must not tear it from the answer.
    let line = format!("answered {writer} {number}.\n");
    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
}

/// Enough randomness for moments; its seed is in the message of a failure.
struct Random(u64);

impl Random {
    fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self(u64::from(now.subsec_nanos()) << 20 | 1)
    }

    fn below(&mut self, bound: u64) -> u64 {
        // xorshift64
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

#[test]
fn the_check_finds_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let db = ledger::open(&file).await.unwrap();
        for number in 1..=4 {
            ledger::store(&db, 1, number, b"").await.unwrap();
        }
    });
    assert_eq!(ledger::check(&file, &BTreeMap::from([(1, 4)]), "whole"), 4);
    assert_eq!(ledger::check(&file, &BTreeMap::from([(1, 3)]), "one under way"), 4);
    for acknowledged in [[(1, 5)], [(1, 2)], [(2, 1)]] {
        let check = || ledger::check(&file, &BTreeMap::from(acknowledged), "broken");
        assert!(std::panic::catch_unwind(check).is_err(), "{acknowledged:?}");
    }
    let sqlite = rusqlite::Connection::open(&file).unwrap();
    sqlite.execute("DELETE FROM entries WHERE number = 2 AND half = 1", []).unwrap();
    assert!(std::panic::catch_unwind(|| ledger::check(&file, &BTreeMap::from([(1, 4)]), "half")).is_err());
}
