//! `upgrade`: the running application starts the program that is at its path now, hands its sockets over, and ends.
//!
//! In: the settings, which say where the running one listens. Out: 0 once the new one serves; 1 with the reason where
//! nothing has changed.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::error::Result;
use crate::handover::control::{self, Answer};
use crate::handover::{Asked, PATIENCE};
use crate::lifecycle::ProcessSettings;
use crate::manifest::Manifest;
use crate::server::ServerSettings;
use crate::settings::Settings as _;

pub(super) fn run(manifest: &Manifest, options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let read = (surroundings.environment)().and_then(|environment| {
        let set = ProcessSettings::load(&environment)?.control_socket;
        let port = ServerSettings::load(&environment)?.port;
        Ok(control::path(&environment, set.as_deref(), manifest.name, port))
    });
    let path = match read {
        Ok(Some(path)) => path,
        Ok(None) => {
            surroundings.error("CONTROL_SOCKET must be a path: with `off`, or where HTTP_PORT is 0, there is none");
            return Exit::Refused;
        }
        Err(problems) => {
            surroundings.settings(&problems);
            return Exit::Refused;
        }
    };
    let asked = Asked {
        timeout: options.get_one::<Duration>("timeout").copied().unwrap_or(PATIENCE),
        allow_breaking: options.get_flag("allow-breaking"),
    };
    let answer = || -> Result<Answer> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(control::ask(&path, asked))
    };
    match answer() {
        Ok(Answer::Done(said, process)) => {
            if let Some(file) = options.get_one::<PathBuf>("pid-file")
                && let Err(error) = note(file, process)
            {
                surroundings.error(format!("{said}; its number can't be written to `{}`: {error}", file.display()));
                return Exit::Failed;
            }
            surroundings.result(&format!("{said}\n"))
        }
        Ok(Answer::Failed(reason)) => {
            surroundings.error(reason);
            Exit::Failed
        }
        Err(error) => {
            surroundings.error(error.to_string());
            Exit::Failed
        }
    }
}

/// In one step: whoever reads it reads a whole number.
fn note(file: &Path, process: u32) -> io::Result<()> {
    let beside = file.with_extension("new");
    std::fs::write(&beside, format!("{process}\n"))?;
    std::fs::rename(beside, file)
}
