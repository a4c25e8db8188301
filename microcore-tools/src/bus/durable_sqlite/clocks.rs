//! Clocks that jump: what waits, waits as long as before; what is held, stays held; what is in order, stays in order.

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{Envelope, Extras, wall_clock};
use rusqlite::Connection;

use super::model::WORKER;
use super::{claims, clock, deliveries, processes};
use crate::bus::stored::{Ended, Next};

const HOUR: u64 = 3_600_000;
const ROOM: [(&microcore_runtime::event::Subscriber, usize); 1] = [(&WORKER, 10)];

fn file() -> Connection {
    let file = Connection::open_in_memory().unwrap();
    file.execute_batch(include_str!("schema.sql")).unwrap();
    file
}

fn publish(file: &Connection, payload: &str, delay: Option<u64>, key: Option<&str>, wall: u64) {
    let delay = delay.map(std::time::Duration::from_millis);
    let extras = Extras { delay, key: key.map(Into::into), ..Extras::default() };
    let context = Context::event(Id::make(), WORKER.event);
    // Published now, whatever the clock of the store says.
    let envelope = Envelope::new(&context, None, Some(&extras), wall_clock());
    let now = clock::tick(file, wall).unwrap();
    deliveries::insert(file, &envelope, payload, &[&WORKER], now).unwrap();
}

fn claimed(file: &Connection, wall: u64) -> Vec<String> {
    let now = clock::tick(file, wall).unwrap();
    claims::promote(file, now).unwrap();
    let claimed = claims::claim(file, &ROOM, "me", now).unwrap();
    for one in &claimed {
        assert_eq!(deliveries::next(file, &one.claim, Next::Complete, now, false).unwrap(), Ended::Now);
    }
    claimed.into_iter().map(|claimed| claimed.payload).collect()
}

#[test]
fn a_clock_that_goes_back_makes_nothing_wait_longer() {
    let (file, at) = (file(), wall_clock());
    publish(&file, "plain", None, None, at);
    publish(&file, "delayed", Some(500), None, at);
    let back = at - HOUR;
    assert_eq!(claimed(&file, back), ["plain"]);
    // It is due half a second later, and not an hour.
    let due = claims::next_due(&file, &ROOM).unwrap().unwrap();
    let left = due - clock::peek(&file, back).unwrap();
    assert!(left <= 500, "{left}");
    assert_eq!(claimed(&file, back + left), ["delayed"]);
    // What fails after the jump waits as long as it should too, and a second jump changes nothing.
    publish(&file, "again", None, None, back);
    let now = clock::tick(&file, back).unwrap();
    let held = claims::claim(&file, &ROOM, "me", now).unwrap().remove(0);
    let wait = std::time::Duration::from_millis(200);
    deliveries::next(&file, &held.claim, Next::Retry { wait, error: String::new() }, now, false).unwrap();
    assert!(claimed(&file, back - HOUR).is_empty());
    let left = claims::next_due(&file, &ROOM).unwrap().unwrap() - clock::peek(&file, back - HOUR).unwrap();
    assert!(left <= 200, "{left}");
    assert_eq!(claimed(&file, back - HOUR + left), ["again"]);
}

#[test]
fn a_clock_that_goes_back_keeps_the_order_of_a_key() {
    let (file, at) = (file(), wall_clock());
    for (number, wall) in [at, at - 900, at - HOUR, at - 2 * HOUR, at + HOUR].into_iter().enumerate() {
        publish(&file, &number.to_string(), None, Some("k"), wall);
    }
    for number in 0..5 {
        assert_eq!(claimed(&file, at - HOUR), [number.to_string()]);
    }
}

#[test]
fn no_jump_of_a_clock_takes_away_what_a_process_holds() {
    let (file, at) = (file(), wall_clock());
    publish(&file, "held", None, None, at);
    let held = claims::claim(&file, &ROOM, "me", clock::tick(&file, at).unwrap()).unwrap().remove(0);
    processes::beat(&file, "me").unwrap();
    // A process never looks at itself, and the others look at its beats.
    assert!(processes::others(&file, "me").unwrap().is_empty());
    let seen = processes::others(&file, "other").unwrap();
    assert_eq!(seen, [("me".to_owned(), 1)]);
    processes::beat(&file, "me").unwrap();
    let later = clock::tick(&file, at + HOUR).unwrap();
    assert_eq!(processes::inherit(&file, "me", 1, later).unwrap(), 0, "it has beaten since");
    assert!(claims::claim(&file, &ROOM, "other", later).unwrap().is_empty());
    // One that stands still is taken over, and is told so when it comes back.
    assert_eq!(processes::inherit(&file, "me", 2, later).unwrap(), 1);
    assert_eq!(claims::claim(&file, &ROOM, "other", later).unwrap().len(), 1);
    assert_eq!(deliveries::next(&file, &held.claim, Next::Complete, later, false).unwrap(), Ended::ByAnother);
}

#[test]
fn what_a_process_claimed_without_knowing_it_goes_back_and_counts_no_attempt() {
    let (file, at) = (file(), wall_clock());
    publish(&file, "known", None, None, at);
    publish(&file, "unknown", None, None, at);
    let now = clock::tick(&file, at).unwrap();
    let both = claims::claim(&file, &ROOM, "me", now).unwrap();
    let known = both[0].claim.token.clone();
    assert_eq!(processes::recall(&file, "me", &[known].into()).unwrap(), 1);
    let again = claims::claim(&file, &ROOM, "me", now).unwrap();
    assert_eq!((again.len(), again[0].payload.as_str(), again[0].attempt), (1, "unknown", 1));
}
