//! SQLite in memory: migrated once, then asked about each statement.
//!
//! In: the migrations in order. Out: an [`Engine`]. Nothing is written anywhere.

mod authorizer;
mod footprint;
mod owners;
mod refusal;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use self::authorizer::Authorizer;
use self::footprint::Bodies;
use self::owners::Owners;
use crate::engine::{Engine, Prepared, Refusal, Tables};
use crate::migrations::{Broken, Migration};

/// A migrated database without data.
#[derive(Debug)]
pub(crate) struct Sqlite {
    connection: Connection,
    authorizer: Authorizer,
    tables: Tables,
    bodies: Bodies,
}

impl Sqlite {
    /// Applies the migrations as the tool `db` does: each in one transaction, with foreign keys off.
    pub(crate) fn migrated(migrations: &[Migration]) -> Result<Self, Broken> {
        let mut connection = Connection::open_in_memory().map_err(|error| unusable(&error))?;
        connection.pragma_update(None, "foreign_keys", false).map_err(|error| unusable(&error))?;
        let authorizer = Authorizer::install(&mut connection).map_err(|error| unusable(&error))?;
        let mut owners = Owners::default();
        for migration in migrations {
            authorizer.forget();
            run(&connection, migration)?;
            owners.note(&connection, migration, &authorizer.seen()).map_err(|error| unusable(&error))?;
        }
        // A name in double quotes that is no column is a mistake, and not the text that old SQLite takes it for.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false).map_err(|error| unusable(&error))?;
        let bodies = Bodies::of(&connection).map_err(|error| unusable(&error))?;
        Ok(Self { connection, authorizer, tables: owners.into_tables(), bodies })
    }
}

impl Engine for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn is_stricter(&self) -> bool {
        false
    }

    fn prepare(&self, sql: &str) -> Result<Prepared, Refusal> {
        self.authorizer.forget();
        let statement = self.connection.prepare(sql).map_err(|error| refusal::read(&error, sql))?;
        let (reads, writes) = self.bodies.footprint(sql, self.authorizer.seen());
        let known = |name: &String| self.tables.contains_key(name);
        Ok(Prepared {
            columns: Some(statement.column_names().map(ToOwned::to_owned).collect()),
            placeholders: (1..=statement.parameter_count())
                .map(|index| statement.parameter_name(index).unwrap_or("?").to_owned())
                .collect(),
            reads: reads.into_iter().filter(known).collect(),
            writes: writes.into_iter().filter(known).collect(),
        })
    }

    fn tables(&self) -> &Tables {
        &self.tables
    }
}

fn run(connection: &Connection, migration: &Migration) -> Result<(), Broken> {
    let failed = |error: rusqlite::Error| {
        let place = refusal::line(&error).map(|line| format!(", line {line}")).unwrap_or_default();
        Broken {
            wrong: format!("migration `{}`{place} fails: {}", migration.name(), refusal::message(&error)),
            help: "correct the file; an application with this migration could not start".to_owned(),
        }
    };
    if migration.is_bare() {
        return connection.execute_batch(&migration.sql).map_err(failed);
    }
    connection.execute_batch("BEGIN").map_err(failed)?;
    connection.execute_batch(&migration.sql).map_err(failed)?;
    if connection.is_autocommit() {
        return Err(Broken {
            wrong: format!("migration `{}` must not end its transaction", migration.name()),
            help: "take it away: each migration is one transaction".to_owned(),
        });
    }
    connection.execute_batch("COMMIT").map_err(failed)
}

fn unusable(error: &rusqlite::Error) -> Broken {
    Broken {
        wrong: format!("the SQLite `:memory:` that checks SQL can't be used: {error}"),
        help: "write `sql: unchecked` in `app!` to compile without it".to_owned(),
    }
}

#[cfg(test)]
mod tests;
