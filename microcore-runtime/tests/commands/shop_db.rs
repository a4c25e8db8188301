//! The shop's database, as a tool would answer the commands.

use std::path::PathBuf;

use microcore_runtime::database::{Migrated, MigrationState, Progress, Step, Verdict};
use microcore_runtime::error::{Error, Result};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{ColumnFacts, Migration, TableFacts, ToolFacts};
use microcore_runtime::plugin::Identity;
use microcore_runtime::tool::Tool;

#[derive(Clone)]
pub(crate) struct ShopDb;

impl Tool for ShopDb {
    type Settings = ();

    const FACTS: ToolFacts = ToolFacts { name: "db", ..ToolFacts::EMPTY };

    async fn setup((): (), _: &Boot) -> Result<Self> {
        Ok(Self)
    }

    fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }
}

/// What the environment says stands for what a database would.
fn broken(boot: &Boot) -> bool {
    boot.environment.get("DB_BROKEN").is_some()
}

impl Migrated for ShopDb {
    async fn migrate((): (), boot: &Boot, progress: Progress) -> Result<Vec<String>> {
        if boot.environment.get("MAIL_PASSWORD").is_none() {
            return Ok(Vec::new());
        }
        let names = ["users/001_users.sql", "mail/001_mails.sql"];
        for (index, name) in names.into_iter().enumerate() {
            let step = |done| Step { migration: name.to_owned(), number: index + 1, of: 2, done };
            progress.tell(step(false));
            if broken(boot) && index == 1 {
                return Err(Error::internal("migration `mail/001_mails.sql` failed: no such table"));
            }
            progress.tell(step(true));
        }
        Ok(names.map(str::to_owned).to_vec())
    }

    async fn status((): (), boot: &Boot) -> Result<Vec<(String, MigrationState)>> {
        let second = if broken(boot) { MigrationState::Edited } else { MigrationState::Pending };
        Ok(vec![("users/001_users.sql".to_owned(), MigrationState::Applied), ("mail/001_mails.sql".to_owned(), second)])
    }

    async fn schema((): (), _: &Boot) -> Result<Vec<TableFacts>> {
        let mut tables = Self::tables(&[])?;
        let history = TableFacts { name: "_history".to_owned(), ..tables[0].clone() };
        tables.insert(0, history);
        Ok(tables)
    }

    async fn prepare((): (), boot: &Boot, statements: Vec<&'static str>) -> Result<Vec<Verdict>> {
        let refused = |sql: &&str| match *sql {
            "SELECT id FROM teams" => Verdict::Refused("no such table: teams".to_owned()),
            _ => Verdict::Unclear("could not determine the type of `$1`".to_owned()),
        };
        let accepted = |_: &&str| Verdict::Accepted;
        Ok(if broken(boot) {
            statements.iter().map(refused).collect()
        } else {
            statements.iter().map(accepted).collect()
        })
    }

    async fn backup((): (), boot: &Boot, file: PathBuf) -> Result<()> {
        if broken(boot) { Err(Error::internal(format!("`{}` exists", file.display()))) } else { Ok(()) }
    }

    async fn inspect((): (), boot: &Boot) -> Result<Vec<String>> {
        Ok(if broken(boot) { vec!["page 7 is torn".to_owned(), "row 8 is missing".to_owned()] } else { Vec::new() })
    }

    fn tables(_: &[Migration]) -> Result<Vec<TableFacts>> {
        let column = |name: &str, ty, nullable, primary_key, default: Option<&str>| ColumnFacts {
            name: name.to_owned(),
            ty,
            nullable,
            primary_key,
            default: default.map(str::to_owned),
        };
        Ok(vec![
            TableFacts {
                domain: "users".to_owned(),
                name: "users".to_owned(),
                columns: vec![
                    column("id", "int", false, true, None),
                    column("name", "text", false, false, None),
                    column("email", "text", false, false, None),
                    column("role", "text", false, false, Some("'member'")),
                ],
                unique: vec![vec!["email".to_owned()]],
                foreign_keys: vec![],
            },
            TableFacts {
                domain: "mail".to_owned(),
                name: "mails".to_owned(),
                columns: vec![
                    column("id", "int", false, true, None),
                    column("user_id", "int", true, false, None),
                    column("subject", "text", false, false, None),
                ],
                unique: vec![vec!["user_id".to_owned(), "subject".to_owned()]],
                foreign_keys: vec![("user_id".to_owned(), "users.id".to_owned())],
            },
        ])
    }
}
