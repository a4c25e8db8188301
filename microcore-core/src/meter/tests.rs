//! What is counted is there, whoever counts at the same time.

use std::thread;
use std::time::Duration;

use super::*;

type Three = Meter<3>;
const MILLISECOND: u64 = 1_000_000;

#[test]
fn eight_threads_count_a_million_each_and_nothing_is_lost() {
    static METER: Three = Three::NEW;
    static TALLY: Tally = Tally::NEW;
    let threads: Vec<_> = (0..8_u64)
        .map(|thread| {
            thread::spawn(move || {
                for turn in 0..1_000_000 {
                    METER.took(thread * MILLISECOND + 1, turn % 3);
                    TALLY.add(2);
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let reading = METER.read();
    assert_eq!((reading.begun, reading.count(), reading.in_flight()), (8_000_000, 8_000_000, 0));
    assert_eq!(reading.nanos, (0..8).map(|thread| (thread * MILLISECOND + 1) * 1_000_000).sum::<u64>());
    assert_eq!(reading.outcomes.iter().sum::<u64>(), 8_000_000);
    assert_eq!(reading.slowest.map(|slowest| slowest.nanos), Some(7 * MILLISECOND + 1));
    assert_eq!(TALLY.read(), 16_000_000);
}

#[test]
fn threads_that_come_and_go_leave_their_counts_behind() {
    static METER: CallMeter = CallMeter::NEW;
    for _ in 0..20 {
        let threads: Vec<_> =
            (0..20).map(|_| thread::spawn(|| (0..100).for_each(|_| _ = METER.begin().end_at(0)))).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    }
    assert_eq!((METER.read().count(), METER.read().in_flight()), (40_000, 0));
}

#[test]
fn what_has_begun_is_in_flight_until_it_ends_and_a_drop_is_an_end() {
    static METER: Three = Three::NEW;
    let [first, second] = [METER.begin(), METER.begin()];
    assert_eq!(METER.read().in_flight(), 2);
    first.end_at(0);
    drop(second);
    let reading = METER.read();
    assert_eq!(reading.in_flight(), 0);
    assert_eq!(reading.outcomes, [1, 0, 1]);
}

#[test]
fn a_panic_is_an_end_of_its_own() {
    static METER: Three = Three::NEW;
    let panicked = thread::spawn(|| {
        let _begun = METER.begin();
        panic!("as a handler does");
    });
    assert!(panicked.join().is_err());
    assert_eq!(METER.read().outcomes, [0, 1, 0]);
}

#[test]
fn shares_of_times_lie_between_the_bounds() {
    static METER: CallMeter = CallMeter::NEW;
    assert_eq!(METER.read().within(0.5), None);
    for _ in 0..99 {
        METER.took(1_800, 0);
    }
    METER.took(60 * 1_000 * MILLISECOND, 0);
    let reading = METER.read();
    let middle = reading.within(0.5).unwrap();
    assert!((Duration::from_nanos(1_500)..=Duration::from_micros(2)).contains(&middle), "{middle:?}");
    assert_eq!(reading.within(1.0), Some(Duration::from_secs(10)));
    assert!(reading.within(0.99).unwrap() <= Duration::from_micros(2));
}

#[test]
fn the_slowest_is_told_once_and_then_another() {
    static METER: CallMeter = CallMeter::NEW;
    for nanos in [5, 900, 7] {
        METER.took(nanos, 0);
    }
    assert_eq!(METER.read().slowest.unwrap().nanos, 900);
    METER.forget_slowest();
    assert_eq!(METER.read().slowest, None);
    METER.took(3, 0);
    assert_eq!(METER.read().slowest.unwrap().nanos, 3);
}
