//! What a call of a guest costs, in Python and in Go: through the application's router and back, without HTTP.
//!
//! One call at a time, and four at a time, as many as the guest has slots; with a body of 10 KiB; with one statement of
//! SQL. Beside them a route of a plugin, which is what is measured around. Before that, what routes cost in
//! instructions where the tool is there and no guest is (`with.rs`), and in the same application without it (`without.rs`).
//! `-- 2000` after the command: so many calls each; `-- 0`: instructions only.

#![allow(unreachable_pub, missing_docs, missing_debug_implementations, reason = "the files of an application")]
#![allow(clippy::unwrap_used, clippy::pedantic, clippy::print_stdout, reason = "a bench prints what it measured")]

use std::time::{Duration, Instant};

use http::Method;
use microcore::application::Application as _;
use microcore::testing::Running;
use microcore_runtime::request::Body;

microcore::app! { root: "../../tests/sidecars", sidecars: Process }

#[path = "../../tests/sidecars/folder.rs"]
#[allow(dead_code, reason = "the bench takes what it needs")]
mod folder;

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

use self::folder::{Folder, Language};
use self::support::{build, callgrind};

fn main() {
    if !support::asked() {
        return;
    }
    instructions();
    let calls = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(5_000);
    if calls == 0 {
        return;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    println!("| guest | call | median, µs | least, µs | 4 at a time, per second |\n|---|---|--:|--:|--:|");
    runtime.block_on(async {
        for language in [Language::Go, Language::Python] {
            if language.is_there() {
                measure(language, calls).await;
            }
        }
    });
}

/// What a request costs with the tool and an empty folder, and without the tool.
fn instructions() {
    if let Some(reason) = callgrind::missing() {
        println!("instructions are not counted: {reason}");
        return;
    }
    let [with, without] = ["sidecars_with", "sidecars_without"].map(|name| {
        let mut cargo = build::cargo();
        cargo.current_dir(build::repository()).args(["rustc", "--profile", "bench", "--bench", name]);
        // The name of the function that is counted stays.
        cargo.args(["--message-format=json", "--", "-C", "strip=none"]);
        (build::executable(&mut cargo), format!("{name}::count::request_many"))
    });
    println!("| request | with the tool and no guest | without the tool | difference |\n|---|--:|--:|--:|");
    for (what, path) in [
        ("a route that reads its path", "/people/7"),
        ("a route that answers a list", "/people"),
        ("a path that nobody has", "/nowhere"),
    ] {
        let [with, without] =
            [&with, &without].map(|(program, function)| callgrind::per_call_within(program, function, path));
        println!("| {what} | {with:.0} | {without:.0} | {:.0} |", with - without);
    }
    println!();
}

async fn measure(language: Language, calls: usize) {
    let folder = Folder::new();
    let app = {
        folder.install(language, "guest", |manifest| manifest);
        folder.boot_with(&[("LOG_LEVEL", "error")]).await
    };
    for (what, method, path, body) in [
        ("a plugin's route", Method::GET, "/people/7", 0),
        ("echo", Method::GET, "/version", 0),
        ("10 KiB there and back", Method::POST, "/mirror", 10 << 10),
        ("with one query", Method::GET, "/orders/7", 0),
    ] {
        for _ in 0..calls / 10 {
            once(&app, &method, path, body).await;
        }
        let mut times = Vec::with_capacity(calls);
        for _ in 0..calls {
            times.push(once(&app, &method, path, body).await);
        }
        times.sort_unstable();
        let begun = Instant::now();
        let many = (0..4).map(|_| async {
            for _ in 0..calls / 4 {
                once(&app, &method, path, body).await;
            }
        });
        futures_util::future::join_all(many).await;
        let rate = (calls / 4 * 4) as f64 / begun.elapsed().as_secs_f64();
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        println!("| {language:?} | {what} | {:.1} | {:.1} | {rate:.0} |", micros(times[calls / 2]), micros(times[0]));
    }
    app.stop().await;
}

async fn once(app: &Running<App>, method: &Method, path: &str, body: usize) -> Duration {
    let request = http::Request::builder().method(method).uri(path).body(()).unwrap();
    let (head, ()) = request.into_parts();
    let (body, mut response) = (Body::of(vec![b'x'; body]), microcore::response::Response::default());
    let begun = Instant::now();
    app.app().respond(&head, body, &mut response).await;
    let time = begun.elapsed();
    assert!(matches!(response.status().as_u16(), 200 | 201 | 404), "{}", response.status());
    time
}
