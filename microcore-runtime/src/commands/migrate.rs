//! `migrate`: applies the pending migrations, or lists all of them.

use std::fmt::Write;

use clap::ArgMatches;

use super::{Exit, Surroundings, db};
use crate::application::{Administered as _, Application};
use crate::database::{Migrated, MigrationState, Progress};

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    if options.get_flag("status") { status::<A>(surroundings) } else { apply::<A>(surroundings) }
}

/// Names what is applied as soon as it is; what is going on goes to stderr.
fn apply<A: Application>(surroundings: &mut Surroundings<'_>) -> Exit {
    let applied = db::ask::<A, _>(surroundings, async |settings, boot, surroundings| {
        let (progress, mut steps) = Progress::channel();
        let migrated = A::Database::migrate(settings, boot, progress);
        let told = async {
            while let Some(step) = steps.recv().await {
                if step.done {
                    surroundings.result(&format!("{}\n", step.migration));
                } else {
                    surroundings.progress(format_args!("applying {} ({} of {})", step.migration, step.number, step.of));
                }
            }
        };
        // The steps end where the migrator does: it holds the other end.
        let migrated = futures_util::future::join(migrated, told).await.0?;
        if const { &A::MANIFEST }.needs_tool("bus") {
            A::Bus::migrate(boot).await?;
        }
        Ok(migrated)
    });
    match applied {
        Ok(applied) if applied.is_empty() => surroundings.result("nothing to apply\n"),
        Ok(_) => Exit::Done,
        Err(exit) => exit,
    }
}

/// One line each. Fails where a file is not what was applied, so that a deployment can stop there.
fn status<A: Application>(surroundings: &mut Surroundings<'_>) -> Exit {
    let all = match db::ask::<A, _>(surroundings, async |settings, boot, _| A::Database::status(settings, boot).await) {
        Ok(all) => all,
        Err(exit) => return exit,
    };
    let mut lines = String::new();
    for (name, state) in &all {
        let _ = writeln!(lines, "{:<8} {name}", state.word());
    }
    let written = surroundings.result(if lines.is_empty() { "no migrations\n" } else { &lines });
    let wrong = all.iter().any(|(_, state)| matches!(state, MigrationState::Edited | MigrationState::Missing));
    if wrong { Exit::Failed } else { written }
}
