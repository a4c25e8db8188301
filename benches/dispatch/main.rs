//! One event, two synchronous subscribers: the generated fan-out, two direct calls by hand, a map of boxed functions.
//!
//! Three things are compared for one and the same work, which is never inlined into anybody (`work.rs`):
//!
//! - *generated*: `Dispatch::dispatch` as `app!` writes it. It looks whether each plugin is in service and keeps one
//!   subscriber's panic from the other.
//! - *by hand*: two calls, one after the other, and nothing else. It is the floor: no check, no guard.
//! - *map*: `HashMap<String, Vec<Arc<dyn Fn(&dyn Any)>>>` with 50 names and no lock around it. It is the registry of a
//!   whole bus, so its subscribers take any event and cast it to theirs.
//!
//! `order` has subscribers that do a little work, `tick` has subscribers that do nothing but store a number: there only
//! the way to them is left. With `count <case> <times>` as arguments it runs one case and measures nothing:
//! `instructions` runs it so under valgrind. With `time <case>` it prints nanoseconds per call. The case `nothing` is the
//! loop and the call of an empty function, which `instructions` takes off the others. `request/nothing` and `request/whole` are requests (`desk.rs`).

#![allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    clippy::unused_self,
    clippy::print_stdout,
    reason = "the fixture is written as in an application"
)]

mod contest;
mod work;

use std::hint::black_box;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use criterion::{BenchmarkGroup, Criterion, measurement::WallTime};
use microcore::__private::{Application, Boot, Environment};
use microcore_runtime::event::Dispatch;

use self::contest::Contest;
use crate::domains::shop::events::{OrderPlaced, Ticked};
use crate::prelude::Bus;

microcore::app! { root: "app" }

/// Filled in by the plugin that lends it.
static BUS: OnceLock<Bus> = OnceLock::new();

fn main() {
    let app = boot();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["count", case, times] => count(app, case, times.parse().expect("a number")),
        ["time", case] => println!("{:.1}", best(app, case)),
        _ => {
            let mut criterion = Criterion::default().configure_from_args();
            times::<OrderPlaced>(app, criterion.benchmark_group("order"));
            times::<Ticked>(app, criterion.benchmark_group("tick"));
            criterion.final_summary();
        }
    }
}

fn boot() -> &'static App {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("nothing is in the way");
    let manifest = const { &App::MANIFEST };
    let environment = Environment::of([("LOG_LEVEL", "error")]);
    runtime.block_on(App::boot(Boot::new(environment).of(manifest))).expect("nothing is needed")
}

fn times<E: Contest>(app: &'static App, mut group: BenchmarkGroup<'_, WallTime>)
where
    App: Dispatch<E>,
{
    let (shared, published) = (Arc::new(E::make()), contest::published::<E>());
    group.bench_function("fan_out/generated", |b| b.iter(|| contest::fan_out_generated(app, black_box(&published))));
    group.bench_function("fan_out/by_hand", |b| b.iter(|| contest::fan_out_by_hand(black_box(&shared))));
    group.bench_function("fan_out/map", |b| b.iter(|| contest::fan_out_by_map(black_box(&shared))));
    group.bench_function("publish/generated", |b| b.iter(contest::publish_generated::<E>));
    group.bench_function("publish/by_hand", |b| b.iter(contest::publish_by_hand::<E>));
    group.bench_function("publish/map", |b| b.iter(contest::publish_by_map::<E>));
    group.finish();
}

/// Nanoseconds per call, the best of many rounds.
fn best(app: &'static App, case: &str) -> f64 {
    const CALLS: u32 = 2_000;
    let rounds = (0..400).map(|_| {
        let started = Instant::now();
        count(app, case, CALLS.into());
        started.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
    });
    rounds.fold(f64::MAX, f64::min)
}

/// `order/fan_out/generated`, so and so often.
fn count(app: &'static App, case: &str, times: u64) {
    match case.split_once('/') {
        Some(("order", case)) => count_one::<OrderPlaced>(app, case, times),
        Some(("tick", case)) => count_one::<Ticked>(app, case, times),
        Some(("request", path)) => {
            let head = contest::head(&format!("/{path}"));
            (0..times).for_each(|_| contest::request(app, black_box(&head)));
        }
        _ => panic!("no case `{case}`"),
    }
}

fn count_one<E: Contest>(app: &'static App, case: &str, times: u64)
where
    App: Dispatch<E>,
{
    let (shared, published) = (Arc::new(E::make()), contest::published::<E>());
    let repeat = |run: &dyn Fn()| (0..times).for_each(|_| run());
    match case {
        "fan_out/nothing" | "publish/nothing" => repeat(&|| contest::nothing(black_box(&shared))),
        "fan_out/generated" => repeat(&|| contest::fan_out_generated(app, black_box(&published))),
        "fan_out/by_hand" => repeat(&|| contest::fan_out_by_hand(black_box(&shared))),
        "fan_out/map" => repeat(&|| contest::fan_out_by_map(black_box(&shared))),
        "publish/generated" => repeat(&contest::publish_generated::<E>),
        "publish/by_hand" => repeat(&contest::publish_by_hand::<E>),
        "publish/map" => repeat(&contest::publish_by_map::<E>),
        _ => panic!("no case `{case}`"),
    }
}
