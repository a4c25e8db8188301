//! cargo, which does what cargo does: adds dependencies, compiles, runs the application.

mod interrupt;
mod metadata;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode, Output};

pub(crate) use self::interrupt::Interrupts;
pub(crate) use self::metadata::Package;
use crate::problem::{Problem, Result};

/// The cargo that runs this program, or the one of the path.
pub(crate) fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs cargo in a folder and gives what it printed; a failure is a problem in its words.
pub(crate) fn run(folder: &Path, words: &[&OsStr]) -> Result<Output> {
    let output = cargo().current_dir(folder).args(words).output().map_err(|error| missing(&error))?;
    if output.status.success() {
        return Ok(output);
    }
    let first = words.first().map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Problem::new(format!("`cargo {first}` failed:\n{}", said.trim_end())))
}

/// `microcore routes` is `cargo run -q -- routes`: one word to learn for both programs. On Unix in the place of this
/// process, so that a signal reaches the application and whoever waits waits for it.
pub(crate) fn run_application<'a>(root: &Path, words: impl Iterator<Item = &'a OsString>) -> Result<ExitCode> {
    let mut cargo = cargo();
    cargo.current_dir(root).args(["run", "--quiet", "--"]).args(words);
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt as _;
        Err(missing(&cargo.exec()))
    }
    #[cfg(not(unix))]
    {
        let status = cargo.status().map_err(|error| missing(&error))?;
        Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
    }
}

fn missing(error: &std::io::Error) -> Problem {
    Problem::new(format!("cargo can't be started: {error}")).help("install Rust: https://rustup.rs")
}
