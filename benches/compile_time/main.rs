//! What `cargo check` costs in an application of 50, 200 and 500 plugins, beside the same handlers in plain axum.
//!
//! Both applications are generated (`microcore.rs`, `plain_axum.rs`): one file per handler, the same types, inputs, SQL
//! and routes; every tenth file also hears an event. The axum one is wired by hand: a state, a router of one line per
//! route, one function that calls the subscribers. It derives no schema and checks its input by hand, and nobody checks its SQL.
//!
//! *clean* is the application alone, its dependencies being built. *touch* is an edit in the body of one handler.
//! Beside the time on the wall stands that of the processor, all processes together, which a busy machine changes less.
//! Numbers after `--` replace the sizes.
//!
//! With the word `first` after `--` it is the template and an application of the same reach that are built, from nothing
//! and after an edit (`first/`).
//! With the word `sql` after `--` another question is asked instead: what the check of SQL adds (`sql_check.rs`).

#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]
#![allow(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
#![allow(clippy::format_collect, reason = "generated text reads best as templates, and is written once")]
#![allow(clippy::unnecessary_debug_formatting, reason = "a path in quotes is a text of TOML and of Rust")]

#[path = "../support/mod.rs"]
#[allow(dead_code, reason = "each bench takes what it needs")]
mod support;

mod first;
mod microcore;
mod plain_axum;
mod sql_check;
mod stopwatch;

use std::fs;
use std::path::PathBuf;

use self::stopwatch::Cost;
use self::support::package::Workspace;
use self::support::{asked, build};

const SIZES: [usize; 3] = [50, 200, 500];
/// The cheapest of so many is shown: what disturbs only adds.
const CLEAN_RUNS: usize = 3;
const TOUCH_RUNS: usize = 7;
/// Handlers in one domain.
const DOMAIN: usize = 25;

fn main() {
    if !asked() {
        return;
    }
    let given: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if given.is_empty() { SIZES.to_vec() } else { given };
    let asked_for = |word: &str| std::env::args().any(|argument| argument == word);
    if asked_for("sql") {
        return sql_check::run(&sizes);
    }
    if asked_for("first") {
        return first::run();
    }
    let names = sizes.iter().flat_map(|size| [format!("microcore-{size}"), format!("axum-{size}")]);
    let profiles = "[profile.dev]\ndebug = \"line-tables-only\"\n";
    let workspace = Workspace::new("compile_time", &names.collect::<Vec<_>>(), profiles);
    for size in &sizes {
        microcore::write(&workspace, &format!("microcore-{size}"), *size, "", false);
        plain_axum::write(&workspace, *size);
    }
    println!(
        "| handlers | clean, microcore | clean, axum | touch, microcore | touch, axum | touch, ratio (processor) |"
    );
    println!("|--:|--:|--:|--:|--:|--:|");
    for size in sizes {
        let ours = measure(&workspace, &format!("microcore-{size}"), size);
        let theirs = measure(&workspace, &format!("axum-{size}"), size);
        let ratio = |ours: Cost, theirs: Cost| {
            format!("{:.2} ({:.2})", ours.wall / theirs.wall, ours.processor / theirs.processor)
        };
        println!(
            "| {size} | {} | {} | {} | {} | {} |",
            ours[0],
            theirs[0],
            ours[1],
            theirs[1],
            ratio(ours[1], theirs[1])
        );
    }
}

/// Clean and touch.
fn measure(workspace: &Workspace, package: &str, size: usize) -> [Cost; 2] {
    check(workspace, package);
    let clean = (0..CLEAN_RUNS).map(|_| {
        let mut clean = build::cargo();
        clean.current_dir(&workspace.root).args(["clean", "--quiet", "--package", package]);
        clean.env("CARGO_TARGET_DIR", workspace.root.join("target"));
        assert!(clean.status().is_ok_and(|status| status.success()), "{clean:?} failed");
        Cost::of(|| check(workspace, package))
    });
    let clean = clean.reduce(Cost::least).expect("there is a run");
    let touched = handler_file(workspace, package, size / 2);
    let touch = (0..TOUCH_RUNS).map(|run| {
        let text = fs::read_to_string(&touched).expect("we wrote it");
        let (before, rest) = text.split_once("body.price + ").expect("the handler adds");
        let (_, after) = rest.split_once(';').expect("a statement ends");
        fs::write(&touched, format!("{before}body.price + {};{after}", run + 100)).expect("we wrote it before");
        Cost::of(|| check(workspace, package))
    });
    [clean, touch.reduce(Cost::least).expect("there is a run")]
}

fn check(workspace: &Workspace, package: &str) {
    let mut check = build::cargo();
    check.current_dir(&workspace.root).args(["check", "--quiet", "--package", package]);
    // Beside the outer run's artifacts, so that neither waits for nor replaces the other's.
    check.env("CARGO_TARGET_DIR", workspace.root.join("target"));
    assert!(check.status().is_ok_and(|status| status.success()), "{check:?} failed");
}

fn handler_file(workspace: &Workspace, package: &str, number: usize) -> PathBuf {
    workspace.root.join(package).join("src").join(place(number)).with_extension("rs")
}

/// Where the handler of a number stands in both applications.
fn place(number: usize) -> String {
    format!("domains/d{}/plugins/store_{number}", number / DOMAIN)
}
