//! Processes that are killed with SIGKILL at chosen places, and fleets of processes on one store.
//!
//! This program starts itself again as a child that runs the one test `crash::child`. Children share a store and a
//! database; what a child was told to be accepted it writes to a file. Afterwards a process that nobody kills delivers
//! what is left, and then every accepted event must have had its effect, once.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use microcore::prelude::Error;
use microcore::testing::{Running, boot};

use crate::App;
use crate::battery::stage::until;
use crate::domains::yard::events::Paid;
use crate::mount;
use crate::tools::log::page;

/// Where processes die.
const PLACES: [&str; 5] = ["before_enqueue", "after_enqueue", "mid_handler", "after_handler", "relay"];
/// How many processes are killed at each place.
const KILLS: usize = 42;
/// How many children run at once.
const AT_ONCE: usize = 3;

/// What children are told: the settings of the store, then where they are to die.
const SETTINGS: &str = "CRASH_SETTINGS";

struct Scene {
    folder: tempfile::TempDir,
    settings: Vec<(String, String)>,
    next: AtomicI64,
}

impl Scene {
    async fn of(name: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = mount::settings(name).await?;
        let own = [
            ("DB_PATH", folder.path().join("app.db").display().to_string()),
            ("BUS_LEASE", "400ms".into()),
            // A process takes what it holds along when it dies: few at a time, so that most die for themselves.
            ("BUS_CONCURRENCY", "4".into()),
            ("BUS_PAUSE_AFTER", "0".into()),
            ("LOG_LEVEL", "off".into()),
        ];
        settings.extend(own.map(|(key, value)| (key.to_owned(), value)));
        Some(Self { folder, settings, next: AtomicI64::new(1) })
    }

    fn accepted(&self) -> PathBuf {
        self.folder.path().join("accepted")
    }

    /// Starts a process that publishes so many events, and dies the n-th time that it passes a place.
    fn child(&self, events: i64, place: &str, times: u32) -> Child {
        let first = self.next.fetch_add(events, Ordering::Relaxed);
        let settings: Vec<String> = self.settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
        Command::new(std::env::current_exe().unwrap())
            .args(["crash::child", "--exact", "--nocapture", "--test-threads=1"])
            .env(SETTINGS, settings.join("\n"))
            .env("CRASH_PLAN", format!("{first} {events} {place} {times}"))
            .env("CRASH_ACCEPTED", self.accepted())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Boots within this process.
    async fn survivor(&self, name: &str) -> Running<App> {
        let mut circumstances = boot::<App>();
        let mut environment = circumstances.environment.with("PAGE", name);
        for (key, value) in &self.settings {
            environment = environment.with(key, value);
        }
        circumstances.environment = environment;
        // The database of a test would be its own; here all processes share one.
        circumstances.test = false;
        Running::boot(&circumstances).await.expect("the application boots")
    }

    /// Delivers what is left, and looks at the effects: how many were accepted, how many had become dead letters because
    /// too many processes died with them in their hands, how many have no effect, how many have two.
    async fn reckoning(&self, name: &str) -> (usize, usize, Vec<i64>, Vec<i64>) {
        let app = self.survivor(name).await;
        let (bus, db) = (page(name).bus(), page(name).db());
        let accepted: Vec<i64> = fs::read_to_string(self.accepted())
            .unwrap_or_default()
            .lines()
            .filter_map(|line| line.strip_suffix('.')?.parse().ok())
            .collect();
        let effects = async || {
            let rows = db.query::<(i64,)>("SELECT number FROM effects", ()).await.unwrap();
            let mut counts = BTreeMap::new();
            rows.into_iter().for_each(|(number,)| *counts.entry(number).or_insert(0_u32) += 1);
            counts
        };
        bus.settled().await;
        let dead = bus.dead_letters(usize::MAX).await.unwrap();
        for letter in &dead {
            assert!(letter.error.contains("its process died"), "{}", letter.error);
            assert!(bus.replay(letter.id).await.unwrap());
        }
        // What a dead process held comes back when its lease is over, and what is in the outbox too.
        for _ in 0..600 {
            bus.settled().await;
            let counts = effects().await;
            if accepted.iter().all(|number| counts.contains_key(number)) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bus.settled().await;
        let counts = effects().await;
        app.stop().await;
        let lost = accepted.iter().copied().filter(|number| !counts.contains_key(number)).collect();
        let doubled = counts.into_iter().filter(|(_, count)| *count > 1).map(|(number, _)| number).collect();
        (accepted.len(), dead.len(), lost, doubled)
    }
}

/// The whole of a child's life. Run as a test among others it has nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child() {
    let (Ok(settings), Ok(plan), Ok(accepted)) =
        (std::env::var(SETTINGS), std::env::var("CRASH_PLAN"), std::env::var("CRASH_ACCEPTED"))
    else {
        return;
    };
    let plan: Vec<&str> = plan.split(' ').collect();
    let (first, events, place, times): (i64, i64, &str, u32) =
        (plan[0].parse().unwrap(), plan[1].parse().unwrap(), plan[2], plan[3].parse().unwrap());
    let page = page("child");
    page.kill_at(place, times);
    let mut circumstances = boot::<App>();
    let mut environment = circumstances.environment.with("PAGE", "child");
    for (key, value) in settings.lines().filter_map(|line| line.split_once('=')) {
        environment = environment.with(key, value);
    }
    circumstances.environment = environment;
    // The database of a test would be its own; here all processes share one.
    circumstances.test = false;
    let app = Running::<App>::boot(&circumstances).await.expect("the application boots");
    let (bus, db) = (page.bus(), page.db());
    let mut accepted = OpenOptions::new().append(true).create(true).open(Path::new(&accepted)).unwrap();
    let numbers: Vec<i64> = (first..first + events).collect();
    if place == "relay" {
        // All in one transaction: its events are handed on while the first is handled.
        let kept = db.transaction(async |tx| {
            for number in &numbers {
                tx.publish(Paid { number: *number, fails: 0 }).await?;
            }
            Ok::<(), Error>(())
        });
        kept.await.unwrap();
        let lines: String = numbers.iter().map(|number| format!("{number}.\n")).collect();
        accepted.write_all(lines.as_bytes()).unwrap();
    } else {
        for number in numbers {
            page.passes("before_enqueue");
            bus.publish(Paid { number, fails: 0 }).await.unwrap();
            // One write each: a line is there or it is not.
            accepted.write_all(format!("{number}.\n").as_bytes()).unwrap();
            page.passes("after_enqueue");
        }
    }
    bus.settled().await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_accepted_event_is_lost_and_no_effect_doubled_by_two_hundred_kills() {
    let Some(scene) = Scene::of("crash").await else { return };
    // The tables are there before anybody dies.
    scene.survivor("crash_first").await.stop().await;
    let plan: Vec<(&str, u32)> =
        (0..KILLS).flat_map(|round| PLACES.map(|place| (place, 1 + (round % 7) as u32))).collect();
    let (next, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((place, times)) = plan.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let status = scene.child(8, place, *times).wait().unwrap();
                    if std::os::unix::process::ExitStatusExt::signal(&status) == Some(9) {
                        killed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let killed = killed.into_inner();
    let (accepted, dead, lost, doubled) = scene.reckoning("crash_last").await;
    let counts = format!(
        "{} processes, {killed} killed, {accepted} events accepted, {dead} of them dead letters and \
         replayed, {} lost, {} effects doubled\n",
        plan.len(),
        lost.len(),
        doubled.len()
    );
    std::io::stderr().write_all(counts.as_bytes()).unwrap();
    assert!(killed >= 200, "{counts}");
    assert!(lost.is_empty() && doubled.is_empty(), "{counts}lost {lost:?}, doubled {doubled:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn fleets_of_two_and_four_handle_each_event_once_while_one_is_killed_and_one_is_added() {
    for size in [2, 4] {
        let name = format!("fleet_{size}");
        let Some(scene) = Scene::of(&name).await else { return };
        scene.survivor(&name).await.stop().await;
        let mut fleet: Vec<Child> = (0..size).map(|_| scene.child(100, "nowhere", 1)).collect();
        // All are at work when one dies and another joins.
        until("the fleet to be at work", || {
            fs::read_to_string(scene.accepted()).is_ok_and(|accepted| accepted.lines().count() > 5 * size)
        })
        .await;
        fleet[0].kill().unwrap();
        fleet.push(scene.child(100, "nowhere", 1));
        for mut child in fleet {
            child.wait().unwrap();
        }
        let (accepted, _, lost, doubled) = scene.reckoning(&format!("{name}_last")).await;
        let counts = format!("{size} processes, one killed and one added: {accepted} events accepted\n");
        std::io::stderr().write_all(counts.as_bytes()).unwrap();
        assert!(accepted >= size * 100, "{accepted} accepted");
        assert!(lost.is_empty() && doubled.is_empty(), "lost {lost:?}, doubled {doubled:?}");
    }
}
