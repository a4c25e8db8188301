//! What each generated application runs: `count <contestant> <times>`, or `time <contestant>`.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use microcore::__private::{Application, Body, Boot, Environment, Head, Response};

use crate::App;
use crate::by_matchit::{Hand, REQUESTS};

/// Measured this often; the fastest is shown, for what disturbs only adds.
const BATCHES: usize = 200;
const REQUESTS_PER_BATCH: usize = 20_000;

pub fn main() {
    let (app, hand): (_, &'static Hand) = (boot(), Box::leak(Box::new(Hand::new())));
    let heads: Vec<Head> = REQUESTS.iter().map(|(method, target)| head(method, target)).collect();
    for head in &heads {
        // Both must reach the handler.
        assert_eq!(generated(app, head).status(), 204, "{}", head.uri);
        assert_eq!(by_matchit(hand, head).status(), 204, "{}", head.uri);
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let run: &dyn Fn(&Head) -> Response = match arguments[1].as_str() {
        "generated" => &|head| generated(app, head),
        "matchit" => &|head| by_matchit(hand, head),
        other => panic!("no contestant `{other}`"),
    };
    match arguments[0].as_str() {
        "count" => repeat(run, &heads, arguments[2].parse().expect("a number")),
        _ => println!("{:.1}", time(run, &heads)),
    }
}

fn boot() -> &'static App {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("nothing is in the way");
    let manifest = const { &App::MANIFEST };
    let environment = Environment::of([("LOG_LEVEL", "error")]);
    runtime.block_on(App::boot(Boot::new(environment).of(manifest))).expect("nothing is needed")
}

fn head(method: &str, target: &str) -> Head {
    http::Request::builder().method(method).uri(target).body(()).expect("we wrote it").into_parts().0
}

#[inline(never)]
fn generated(app: &'static App, head: &Head) -> Response {
    at_once(async |response| app.respond(head, Body::of(""), response).await)
}

#[inline(never)]
fn by_matchit(hand: &'static Hand, head: &Head) -> Response {
    at_once(async |response| hand.respond(head, Body::of(""), response).await)
}

fn at_once(answer: impl AsyncFnOnce(&mut Response)) -> Response {
    let mut response = Response::default();
    let answered = pin!(answer(&mut response)).poll(&mut Context::from_waker(Waker::noop()));
    assert!(answered.is_ready(), "no handler waits");
    response
}

fn repeat(run: &dyn Fn(&Head) -> Response, heads: &[Head], times: usize) {
    for head in heads.iter().cycle().take(times) {
        black_box(run(black_box(head)));
    }
}

/// Nanoseconds per request.
fn time(run: &dyn Fn(&Head) -> Response, heads: &[Head]) -> f64 {
    let batch = || {
        let started = Instant::now();
        repeat(run, heads, REQUESTS_PER_BATCH);
        started.elapsed()
    };
    let fastest = (0..BATCHES).map(|_| batch()).min().unwrap_or(Duration::ZERO);
    fastest.as_secs_f64() * 1e9 / REQUESTS_PER_BATCH as f64
}
