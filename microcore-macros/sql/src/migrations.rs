//! The application's migrations: read from its folders, put into the order in which the tool `db` applies them.
//!
//! The order is the one of `microcore-tools/src/db/migration.rs`; a test there holds both together. The files are
//! tracked by the wiring, whose manifest includes their text, so an edit of one compiles the application anew.

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
        Ok(Migration { domain: domain.clone(), file: file.clone(), sql })
    });
    read.collect()
}

/// Each migration after those that it depends on and after its domain's earlier files; else by domain and file.
pub(crate) fn ordered(migrations: Vec<Migration>) -> Result<Vec<Migration>, Broken> {
    type Key = (String, String);
    let mut by_name: BTreeMap<Key, Migration> =
        migrations.into_iter().map(|one| ((one.domain.clone(), one.file.clone()), one)).collect();
    let mut waiting: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
    let mut earlier: Option<&Key> = None;
    for (key, migration) in &by_name {
        let needs = waiting.entry(key.clone()).or_default();
        needs.extend(earlier.filter(|(domain, _)| *domain == key.0).cloned());
        earlier = Some(key);
        for named in depends(&migration.sql) {
            let needed = named.split_once('/').map(|(domain, file)| (domain.to_owned(), file.to_owned()));
            needs.insert(needed.filter(|needed| by_name.contains_key(needed)).ok_or_else(|| Broken {
                wrong: format!("migration `{}` depends on `{named}`, which does not exist", migration.name()),
                help: "write `-- depends: domain/file.sql`, as in `users/001_users.sql`".to_owned(),
            })?);
        }
    }
    let mut ordered = Vec::with_capacity(by_name.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().find(|(_, needs)| needs.is_empty()).map(|(key, _)| key.clone());
        let Some(ready) = ready else { return Err(ring(&waiting)) };
        waiting.remove(&ready);
        for needs in waiting.values_mut() {
            needs.remove(&ready);
        }
        ordered.extend(by_name.remove(&ready));
    }
    Ok(ordered)
}

/// What the first lines `-- depends: other/001_x.sql, …` name.
fn depends(sql: &str) -> impl Iterator<Item = &str> {
    sql.lines()
        .map_while(|line| line.trim().strip_prefix("--").map(str::trim_start)?.strip_prefix("depends:"))
        .flat_map(|names| names.split([',', ' ']))
        .map(str::trim)
        .filter(|name| !name.is_empty())
}

/// Names one ring among those that wait for each other.
fn ring(waiting: &BTreeMap<(String, String), BTreeSet<(String, String)>>) -> Broken {
    let mut path: Vec<&(String, String)> = Vec::new();
    let mut next = waiting.keys().next();
    while let Some(key) = next {
        if let Some(start) = path.iter().position(|seen| *seen == key) {
            path.drain(..start);
            path.push(key);
            break;
        }
        path.push(key);
        next = waiting[key].first();
    }
    let path: Vec<String> = path.iter().map(|(domain, file)| format!("`{domain}/{file}`")).collect();
    Broken {
        wrong: format!("migrations depend on each other in a ring: {}", path.join(" → ")),
        help: "take one `-- depends:` away; the files of one domain depend on each other by their names".to_owned(),
    }
}
