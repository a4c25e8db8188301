//! `check --database`: the SQL of every plugin and model, prepared on the live database and not run.
//!
//! In: the statements of the manifest. Out: a problem for each that the database refuses, all of them, and a summary.

use super::found::{Found, counted};
use super::{Surroundings, db};
use crate::application::Application;
use crate::database::{Migrated, MigrationState, Verdict};
use crate::manifest::{Manifest, StatementFacts};

pub(super) fn check<A: Application>(found: &mut Found, surroundings: &mut Surroundings<'_>) -> String {
    let stated: Vec<_> = of(const { &A::MANIFEST }).collect();
    let sql: Vec<_> = stated.iter().map(|(_, statement)| statement.sql).collect();
    // What is not applied yet is the likely reason for everything else, so it is said first.
    let asked = async |settings, boot: &_, _: &mut _| A::Database::status(settings, boot).await;
    let Ok(migrations) = db::ask::<A, _>(surroundings, asked) else {
        found.errors += 1;
        return String::new();
    };
    for (migration, state) in migrations {
        if state != MigrationState::Applied {
            found.warnings += 1;
            surroundings.warning(format_args!("migration `{migration}` is {}", state.word()));
        }
    }
    let asked = async |settings, boot: &_, _: &mut _| A::Database::prepare(settings, boot, sql).await;
    let Ok(verdicts) = db::ask::<A, _>(surroundings, asked) else {
        found.errors += 1;
        return String::new();
    };
    for ((holder, statement), verdict) in stated.iter().zip(&verdicts) {
        match verdict {
            Verdict::Accepted => {}
            Verdict::Refused(reason) => {
                found.errors += 1;
                surroundings.error(problem(holder, statement, reason));
            }
            Verdict::Unclear(reason) => {
                found.warnings += 1;
                let reason =
                    format!("it can't be judged without its values, a cast such as `$1::bigint` helps: {reason}");
                surroundings.warning(problem(holder, statement, &reason));
            }
        }
    }
    format!("{} prepared on the database\n", counted(verdicts.len(), "statement"))
}

/// Who holds a statement: its name, and its file.
type Holder = (String, String);

fn of(manifest: &Manifest) -> impl Iterator<Item = (Holder, &StatementFacts)> {
    let plugins = manifest.plugins.iter().flat_map(|plugin| {
        let holder = (plugin.identity.name.to_owned(), plugin.file());
        plugin.statements.iter().map(move |statement| (holder.clone(), statement))
    });
    let models = manifest.models.iter().flat_map(|model| {
        let (domain, file) = (model.domain, model.model);
        let holder = (format!("{domain}.models.{file}"), format!("src/domains/{domain}/models/{file}.rs"));
        model.statements.iter().map(move |statement| (holder.clone(), statement))
    });
    plugins.chain(models)
}

/// Where the statement stands, why it is refused, and its text on one line.
fn problem((name, file): &Holder, statement: &StatementFacts, reason: &str) -> String {
    let sql = statement.sql.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("{name}.{} ({file}): {reason}\n       {sql}", statement.function)
}
