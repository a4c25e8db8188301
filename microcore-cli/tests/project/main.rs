//! From an empty folder to an application that answers, and back: every kind of file that the program writes, every tool
//! and every domain that it adds, compiled once.
//!
//! The target folder is that of this workspace, so the dependencies are built once for all tests.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
#![allow(clippy::print_stdout, reason = "what took how long is what one asks first")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use crate::shared::{Alone, Server, root};

#[path = "../../../microcore-tools/tests/db/cluster.rs"]
#[allow(dead_code, reason = "nobody kills the server here")]
mod cluster;
mod flow;
mod packs;
#[path = "../shared/mod.rs"]
mod shared;

fn command(program: &str, folder: &Path, words: &str) -> Command {
    let mut command = Command::new(program);
    command.args(words.split_whitespace()).current_dir(folder);
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap());
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a command that must succeed, and warn of nothing.
#[track_caller]
fn succeeds(mut command: Command) -> String {
    let began = Instant::now();
    let output = command.output().unwrap();
    let printed = text(&output);
    println!("{:6.1} s  {command:?}", began.elapsed().as_secs_f64());
    assert!(output.status.success(), "{command:?}:\n{printed}");
    assert!(!printed.contains("warning:"), "{command:?}:\n{printed}");
    printed
}

#[track_caller]
fn passes(program: &str, folder: &Path, words: &str) -> String {
    succeeds(command(program, folder, words))
}

#[track_caller]
fn microcore(folder: &Path, words: &str) -> String {
    passes(env!("CARGO_BIN_EXE_microcore"), folder, words)
}

/// What it says of words that it refuses.
#[track_caller]
fn refused(folder: &Path, words: &str) -> String {
    let output = command(env!("CARGO_BIN_EXE_microcore"), folder, words).output().unwrap();
    assert!(!output.status.success(), "{words}:\n{}", text(&output));
    text(&output)
}

fn git(folder: &Path, words: &str) -> String {
    passes("git", folder, words)
}

fn commit(folder: &Path) {
    git(folder, "init --quiet");
    git(folder, "add --all");
    git(folder, "-c user.name=a -c user.email=a@example.com commit --quiet --message first");
}

/// A project of this checkout, with versions that are locked here already.
fn project(folder: &Path, options: &str, lock: &str) -> PathBuf {
    microcore(folder, &format!("new shop {options} --source path:{}", root().display()));
    let mut versions = fs::read_to_string(root().join(lock)).unwrap();
    if lock.starts_with("app-template") {
        versions = versions.replace("\"app-template\"", "\"shop\"");
    }
    fs::write(folder.join("shop/Cargo.lock"), versions).unwrap();
    folder.join("shop")
}
