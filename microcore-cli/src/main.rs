//! The command `microcore`: begins an application, adds to it what its folders hold, and takes it away again.
//!
//! In: arguments, the working directory. Out: files, paths on stdout, problems on stderr, an exit code: 0 done, 1 failed,
//! 2 wrong arguments. What it does not know is a command of the application, and goes there.

#![allow(
    clippy::format_collect,
    clippy::format_push_string,
    reason = "short texts, easier to read than folds and writes"
)]

mod baseline;
mod cargo;
mod change;
mod completions;
mod doctor;
mod explain;
mod line;
mod man;
#[cfg(feature = "mcp")]
mod mcp;
mod names;
mod new;
mod outcome;
mod pack;
mod problem;
mod project;
mod remove;
mod scaffold;
mod template;
mod tool_check;
mod upgrade;

use std::process::ExitCode;

fn main() -> ExitCode {
    line::run(std::env::args_os())
}
