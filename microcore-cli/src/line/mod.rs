//! The command line: which words there are, and which part of the program does what they ask.

mod commands;
mod dispatch;
mod meant;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;

pub(crate) use self::commands::{FORWARDED, command_line};
use crate::problem::Problem;

/// Runs one command; the arguments begin with the program's name.
pub(crate) fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match command_line().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return explain(&error),
    };
    let working =
        std::env::current_dir().map_err(|error| Problem::new(format!("there is no working directory: {error}")));
    match working.map_err(dispatch::Stop::Problem).and_then(|working| dispatch::run(&matches, &working)) {
        Ok(dispatch::Done { text, exit }) => {
            let _ = std::io::stdout().write_all(text.as_bytes());
            exit
        }
        Err(dispatch::Stop::Line(error)) => explain(&error),
        Err(dispatch::Stop::Problem(problem)) => {
            let _ = writeln!(std::io::stderr(), "error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// Help and version are results, the rest is a mistake in the line.
fn explain(error: &clap::Error) -> ExitCode {
    let is_result = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    // Nobody is left to be told that the output is closed.
    let _ = error.print();
    ExitCode::from(if is_result { 0 } else { 2 })
}
