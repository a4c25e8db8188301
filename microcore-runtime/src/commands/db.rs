//! `db backup` and `db check`, and how every command asks the database.

use std::path::PathBuf;

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::application::Application;
use crate::database::Migrated;
use crate::error::Result;
use crate::lifecycle::Boot;
use crate::settings::Settings;
use crate::tool::Tool;

/// The settings of the application's database.
type SettingsOf<A> = <<A as Application>::Database as Tool>::Settings;

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    match options.subcommand() {
        Some(("backup", options)) => backup::<A>(options, surroundings),
        _ => check::<A>(surroundings),
    }
}

fn backup<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let file: PathBuf = options.get_one("file").cloned().unwrap_or_default();
    let name = file.display().to_string();
    let written = ask::<A, _>(surroundings, async |settings, boot, _| A::Database::backup(settings, boot, file).await);
    match written {
        Ok(()) => surroundings.result(&format!("{name}\n")),
        Err(exit) => exit,
    }
}

fn check<A: Application>(surroundings: &mut Surroundings<'_>) -> Exit {
    match ask::<A, _>(surroundings, async |settings, boot, _| A::Database::inspect(settings, boot).await) {
        Ok(damages) if damages.is_empty() => surroundings.result("the database is whole\n"),
        Ok(damages) => {
            for damage in damages {
                surroundings.error(damage);
            }
            Exit::Failed
        }
        Err(exit) => exit,
    }
}

/// Reads the settings, starts a runtime, asks. What goes wrong is written, and gives the exit.
pub(super) fn ask<'s, A: Application, T>(
    surroundings: &mut Surroundings<'s>,
    question: impl AsyncFnOnce(SettingsOf<A>, &Boot, &mut Surroundings<'s>) -> Result<T>,
) -> Result<T, Exit> {
    let read = (surroundings.environment)().and_then(|environment| {
        let settings = SettingsOf::<A>::load(&environment)?;
        Ok((settings, environment))
    });
    let (settings, environment) = match read {
        Ok(read) => read,
        Err(problems) => {
            surroundings.settings(&problems);
            return Err(Exit::Refused);
        }
    };
    let boot = Boot::new(environment).of(const { &A::MANIFEST });
    // One worker, but of the kind that may block in place: a database tool may want to.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let answer = match runtime {
        Ok(runtime) => runtime.block_on(question(settings, &boot, surroundings)),
        Err(error) => Err(error.into()),
    };
    answer.map_err(|error| {
        surroundings.error(error.to_string());
        Exit::Failed
    })
}
