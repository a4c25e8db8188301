//! From a request to its handler: the generated router against matchit, at 10, 100 and 1,000 routes.
//!
//! Each size is an application of its own, generated (`generate.rs`) and built in one go; what it runs is `program.rs`.
//! Both contestants get the same head and body, and end in the very same generated adapter of the very same handler,
//! which reads its path parameters and answers 204. Between these ends stands either `Application::respond` as `app!`
//! writes it, or `matchit::Router::at` and a `match` from the index that it gives to the adapter: matchit at its best,
//! without a boxed handler. Shown is the mean over requests to up to 40 routes spread over the whole table.

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
#![allow(clippy::format_collect, reason = "generated text reads best as templates, and is written once")]
#![allow(clippy::unnecessary_debug_formatting, reason = "a path in quotes is a text of TOML and of Rust")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

mod generate;

use std::path::Path;
use std::process::Command;

use self::support::package::Workspace;
use self::support::{asked, build, callgrind};

const SIZES: [usize; 3] = [10, 100, 1_000];
const CONTESTANTS: [&str; 2] = ["generated", "matchit"];
/// As the repository's own.
const PROFILES: &str = "[profile.release]\nlto = \"thin\"\ncodegen-units = 1\n";

fn main() {
    if !asked() {
        return;
    }
    if std::env::args().any(|argument| argument == "guests") {
        return guests();
    }
    let missing = callgrind::missing();
    if let Some(reason) = &missing {
        println!("instructions are not counted: {reason}");
    }
    let names = SIZES.map(|size| format!("router-{size}"));
    let workspace = Workspace::new("router", &names, PROFILES);
    for size in SIZES {
        generate::write(&workspace, size);
    }
    println!(
        "| routes | instructions, generated | instructions, matchit | generated / matchit | ns, generated | ns, matchit |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for (size, name) in SIZES.into_iter().zip(&names) {
        let mut cargo = build::cargo();
        cargo.current_dir(&workspace.root).args(["build", "--release", "--package", name]);
        let program = build::executable(cargo.env("CARGO_TARGET_DIR", workspace.root.join("target")));
        let [generated, matchit] = CONTESTANTS.map(|contestant| match missing {
            Some(_) => f64::NAN,
            None => callgrind::per_call(&program, contestant),
        });
        let times = CONTESTANTS.map(|contestant| time(&program, contestant));
        println!(
            "| {size} | {generated:.0} | {matchit:.0} | {:.2} | {} | {} |",
            generated / matchit,
            times[0],
            times[1]
        );
    }
}

/// What compiled routes pay for guests where none is loaded: `-- guests`. Two applications of the same routes, one with
/// the tool `sidecars`.
fn guests() {
    if let Some(reason) = callgrind::missing() {
        println!("instructions are not counted: {reason}");
        return;
    }
    let names = ["guests-none", "guests-tool"].map(str::to_owned);
    let workspace = Workspace::new("router-guests", &names, PROFILES);
    println!("| application of 100 routes | instructions from a request to its handler |\n|---|--:|");
    for (name, has_guests) in names.iter().zip([false, true]) {
        generate::written(&workspace, name, 100, has_guests);
    }
    for (name, what) in names.iter().zip(["without guests", "with the tool `sidecars`, and no guest"]) {
        let mut cargo = build::cargo();
        cargo.current_dir(&workspace.root).args(["build", "--release", "--package", name]);
        let program = build::executable(cargo.env("CARGO_TARGET_DIR", workspace.root.join("target")));
        println!("| {what} | {:.0} |", callgrind::per_call(&program, "generated"));
    }
}

/// Nanoseconds per request, as the program measures itself.
fn time(program: &Path, contestant: &str) -> String {
    let output = Command::new(program).args(["time", contestant]).output().expect("it was built a moment ago");
    assert!(output.status.success(), "{} failed", program.display());
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
