//! One request, asked so and so often without a server: what callgrind counts in an application with guests and in one
//! without.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Waker};

use microcore::testing::{Running, boot};
use microcore_runtime::request::{Body, Head};
use microcore_runtime::response::Response;
use microcore_runtime::testing::exchange;

use crate::App;

/// Runs `count <path> <times>`, where the program was asked for that.
pub(crate) fn asked() -> bool {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [word, path, times] = &arguments[..] else { return false };
    if word != "count" {
        return false;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    // A setting that nobody reads, where there is no tool for guests.
    let boot = boot::<App>().with("SIDECARS_DIR", folder.path().to_str().unwrap()).with("LOG_LEVEL", "error");
    let running = runtime.block_on(Running::<App>::boot(&boot)).unwrap();
    let head = http::Request::get(path).body(()).unwrap().into_parts().0;
    // Nothing else runs meanwhile: the runtime has one thread, which is this one.
    request_many(running.app(), &head, times.parse().unwrap());
    runtime.block_on(running.stop());
    true
}

#[inline(never)]
fn request_many(app: &'static App, head: &Head, times: u64) {
    for _ in 0..times {
        let mut response = Response::default();
        let mut answered = pin!(exchange(app, black_box(head), nothing(), &mut response));
        let done = answered.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(done.is_ready(), "nothing of it waits");
    }
}

/// Never a part of the loop: where it is one is the compiler's whim, and not what is counted.
#[inline(never)]
fn nothing() -> Body {
    Body::of(black_box(""))
}
