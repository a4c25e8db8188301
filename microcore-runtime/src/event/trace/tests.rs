//! What goes into the ring comes out of it, whole, whoever writes and reads at the same time.
#![cfg(feature = "causality")]

use std::sync::atomic::AtomicBool;
use std::thread;

use super::*;
use crate::context::Context;
use crate::event::{Envelope, Retry, millis};
use crate::meter::DeliveryMeter;
use crate::plugin::Identity;

static MAIL: Identity = Identity { domain: "mail", plugin: "welcome", name: "mail.welcome" };
static METER: DeliveryMeter = DeliveryMeter::NEW;
static SEND: Subscriber = Subscriber {
    number: 0,
    name: "mail.welcome.send",
    plugin: &MAIL,
    event: "user.created",
    retry: Retry::new(0, 0),
    inline: false,
    broadcast: false,
    meter: &METER,
};

fn envelope(id: &str, cause: Option<&str>, origin: &str, emitter: Option<&str>) -> Envelope {
    let adopt = |text: &str| Id::adopt(text).unwrap();
    let context = Context { cause: cause.map(adopt), ..Context::request(adopt(origin)) };
    Envelope::new(&Context { id: adopt(id), event: Some("user.created"), ..context }, emitter, None, 1)
}

#[test]
fn a_record_says_what_was_put_into_it() {
    let trace = Trace::default();
    let made = Id::make().to_string();
    let longest = "x".repeat(64);
    let cases = [
        (made.as_str(), None, made.as_str(), None),
        ("a", Some(made.as_str()), longest.as_str(), Some("users.create_user")),
        (longest.as_str(), Some("lunch"), "eightlet", Some("mail.welcome")),
    ];
    for (id, cause, origin, emitter) in cases {
        let sent = Sent::restored(&envelope(id, cause, origin, emitter), "user.created");
        trace.published(&sent, "user.created");
        trace.delivered(&sent, &SEND, 3, Moment::now(), Ending::Failed);
    }
    let records = trace.records();
    assert_eq!(records.iter().map(|record| record.number).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    for (two, (id, cause, origin, emitter)) in records.chunks(2).zip(cases) {
        for record in two {
            assert_eq!((record.id.to_string().as_str(), record.origin.to_string().as_str()), (id, origin));
            assert_eq!(
                (record.cause.as_ref().map(Id::to_string).as_deref(), record.emitter.as_deref()),
                (cause, emitter)
            );
            assert_eq!(record.event, "user.created");
            assert!(wall_clock().abs_diff(record.time) < 10_000 && record.micros < 10_000_000);
        }
        assert_eq!((two[0].subscriber.as_deref(), two[0].attempt, two[0].ending), (None, 0, Ending::Published));
        assert_eq!(
            (two[1].subscriber.as_deref(), two[1].attempt, two[1].ending),
            (Some("mail.welcome.send"), 3, Ending::Failed)
        );
    }
    assert_eq!(trace.records_from(4).len(), 2);
}

#[test]
fn the_ring_keeps_the_latest() {
    let trace = Trace::default();
    for number in 0..LATEST + 10 {
        trace.published(
            &Sent::restored(&envelope(&format!("e{number}"), None, "o", None), "user.created"),
            "user.created",
        );
    }
    let records = trace.records();
    assert_eq!((records.len(), records[0].number, records[0].id.to_string().as_str()), (LATEST, 10, "e10"));
    assert_eq!((trace.next_number(), trace.passed_over()), (LATEST as u64 + 10, 0));
}

#[test]
fn readers_see_whole_records_while_many_write() {
    const WRITERS: usize = 4;
    const EACH: usize = 5_000;
    let (trace, done) = (Trace::default(), AtomicBool::new(false));
    let check = || {
        let records = trace.records();
        for record in &records {
            // All parts of a record name the same writer and the same event, whatever their length.
            let id = record.id.to_string();
            let (writer, number) = id.split_once('.').unwrap();
            assert_eq!(record.cause.as_ref().unwrap().to_string(), format!("{writer}.{number}.{}", "c".repeat(30)));
            assert_eq!(record.origin.to_string(), format!("{writer}.{number}.{}", "o".repeat(50)));
            assert_eq!(record.emitter.as_deref(), Some(writer));
            assert_eq!(record.attempt.to_string(), number);
        }
        records.len()
    };
    thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let trace = &trace;
                scope.spawn(move || {
                    for number in 0..EACH {
                        let own = format!("w{writer}.{number}");
                        let cause = format!("{own}.{}", "c".repeat(30));
                        let origin = format!("{own}.{}", "o".repeat(50));
                        let emitter = format!("w{writer}");
                        let sent = envelope(&own, Some(&cause), &origin, Some(&emitter));
                        let attempt = u32::try_from(number).unwrap();
                        let sent = Sent::restored(&sent, "user.created");
                        trace.delivered(&sent, &SEND, attempt, Moment::now(), Ending::Delivered);
                    }
                })
            })
            .collect();
        let readers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    while !done.load(Ordering::Relaxed) {
                        check();
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.join().unwrap();
        }
        done.store(true, Ordering::Relaxed);
        for reader in readers {
            reader.join().unwrap();
        }
    });
    assert_eq!(trace.next_number(), (WRITERS * EACH) as u64);
    // A place that was passed over keeps an older record.
    assert_eq!(check(), LATEST);
}

#[test]
fn a_time_is_that_of_the_wall_clock() {
    let (trace, before) = (Trace::default(), wall_clock());
    let (started, after) = (Moment::now(), wall_clock());
    while millis(Moment::now().since(started)) < 20 {
        std::hint::spin_loop();
    }
    let sent = Sent::restored(&envelope("a", None, "a", None), "user.created");
    trace.delivered(&sent, &SEND, 1, started, Ending::Delivered);
    let record = &trace.records()[0];
    assert!((before - 5..=after + 5).contains(&record.time), "{before} <= {} <= {after}", record.time);
    assert!(record.micros >= 19_000, "{}", record.micros);
}
