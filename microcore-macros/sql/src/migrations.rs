//! The application's migrations: read from its folders, put into the order in which the tool `db` applies them.
//!
//! The order is the one of `microcore-tools/src/db/migration.rs`; a test of the same words in both places holds them
//! together. The files are tracked by the wiring, whose manifest includes their text, so an edit of one compiles the application anew.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::declared::Application;

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Migration {
    pub(crate) domain: String,
    pub(crate) file: String,
    pub(crate) sql: String,
}

impl Migration {
    /// Whether its one statement can't run inside a transaction.
    #[cfg(feature = "sqlite")]
    pub(crate) fn is_bare(&self) -> bool {
        head(&self.sql).any(|line| line == "no-transaction")
    }

    /// `users/001_users.sql`.
    pub(crate) fn name(&self) -> String {
        format!("{}/{}", self.domain, self.file)
    }
}

/// What is wrong with the migrations.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) wrong: String,
    pub(crate) help: String,
}

pub(crate) fn read(application: &Application) -> Result<Vec<Migration>, Broken> {
    let read = application.migrations.iter().map(|(domain, file)| {
        let path = Path::new(&application.folder.value()).join("domains").join(domain).join("migrations").join(file);
        let sql = std::fs::read_to_string(&path).map_err(|error| Broken {
            wrong: format!("migration `{domain}/{file}` can't be read: {error}"),
            help: "a migration is a text in UTF-8".to_owned(),
        })?;
        // Some editors begin a file with a mark, which is no part of its text.
        let sql = sql.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(sql);
        Ok(Migration { domain: domain.clone(), file: file.clone(), sql })
    });
    read.collect()
}

/// Each migration after those that it depends on and after its domain's earlier files; else by domain and file.
///
/// `None` where there is no such order: what waits for what is not this crate's to judge.
pub(crate) fn ordered(migrations: Vec<Migration>) -> Option<Vec<Migration>> {
    // The domain, and where `Migration::place` of the runtime puts the file.
    type Key = (String, u64, String);
    let key = |domain: &str, file: &str| -> Key {
        let digits = file.bytes().take_while(u8::is_ascii_digit).count();
        (domain.to_owned(), file[..digits].parse().unwrap_or(u64::MAX), file.to_owned())
    };
    let mut by_name: BTreeMap<Key, Migration> =
        migrations.into_iter().map(|one| (key(&one.domain, &one.file), one)).collect();
    let mut waiting: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    let mut earlier: Option<&Key> = None;
    for (place, migration) in &by_name {
        let needs = waiting.entry(place.clone()).or_default();
        needs.extend(earlier.filter(|(domain, ..)| *domain == migration.domain).cloned());
        earlier = Some(place);
        for named in depends(&migration.sql) {
            let (domain, file) = named.split_once('/')?;
            let needed = key(domain, file);
            needs.insert(by_name.contains_key(&needed).then_some(needed)?);
        }
    }
    let mut ordered = Vec::with_capacity(by_name.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().find(|(_, needs)| needs.is_empty()).map(|(key, _)| key.clone())?;
        waiting.remove(&ready);
        for needs in waiting.values_mut() {
            needs.remove(&ready);
        }
        ordered.extend(by_name.remove(&ready));
    }
    Some(ordered)
}

/// The first lines that say something about the file: `-- depends: …`, `-- no-transaction`.
fn head(sql: &str) -> impl Iterator<Item = &str> {
    let comments = sql.lines().map_while(|line| line.trim().strip_prefix("--").map(str::trim));
    comments.take_while(|line| line.starts_with("depends:") || *line == "no-transaction")
}

/// What the first lines `-- depends: other/001_x.sql, …` name.
fn depends(sql: &str) -> impl Iterator<Item = &str> {
    head(sql)
        .filter_map(|line| line.strip_prefix("depends:"))
        .flat_map(|names| names.split([',', ' ']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(domain: &str, file: &str, sql: &str) -> Migration {
        Migration { domain: domain.to_owned(), file: file.to_owned(), sql: sql.to_owned() }
    }

    /// The same case as in `microcore-tools/src/db/migration.rs`.
    #[test]
    fn dependencies_beat_the_alphabet_and_files_keep_their_numbers() {
        let migrations = vec![
            migration("users", "002_b.sql", ""),
            migration("users", "001_a.sql", ""),
            migration("audit", "001_a.sql", "-- depends: users/002_b.sql\n-- depends: zoo/001_z.sql\nSELECT 1"),
            migration("audit", "002_b.sql", ""),
            migration("zoo", "001_z.sql", ""),
        ];
        let names: Vec<String> = ordered(migrations).unwrap().iter().map(Migration::name).collect();
        let expected = ["users/001_a.sql", "users/002_b.sql", "zoo/001_z.sql", "audit/001_a.sql", "audit/002_b.sql"];
        assert_eq!(names, expected);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let files = ["10_c.sql", "9_b.sql", "later.sql", "1_a.sql"];
        let migrations = files.iter().map(|file| migration("a", file, "")).collect();
        let names: Vec<String> = ordered(migrations).unwrap().into_iter().map(|one| one.file).collect();
        assert_eq!(names, ["1_a.sql", "9_b.sql", "10_c.sql", "later.sql"]);
    }

    #[test]
    fn a_ring_and_an_unknown_name_have_no_order() {
        let ring = vec![migration("a", "1.sql", "-- depends: b/1.sql"), migration("b", "1.sql", "-- depends: a/1.sql")];
        assert_eq!(ordered(ring), None);
        assert_eq!(ordered(vec![migration("a", "1.sql", "-- depends: b/1.sql")]), None);
    }
}
