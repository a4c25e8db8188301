//! `src/domains/users/migrations/002_add_phone.sql`.

use super::Scaffold;
use crate::change::Changes;
use crate::names;
use crate::problem::{Problem, Result};
use crate::project::Project;

const TEXT: &str = "-- Applied once, as one transaction, and never edited afterwards.\n\
    -- Where it needs a migration of another domain, the first line is: -- depends: other_domain/001_x.sql\n\n";

/// The next one of a domain.
pub(crate) fn migration(project: &Project, domain: &str, name: &str) -> Result<Scaffold> {
    names::module("domain", domain)?;
    names::module("migration", name)?;
    project.domain(domain)?;
    let folder = format!("{}/domains/{domain}/migrations", project.sources());
    if let Some(known) = known(project, &folder).into_iter().find(|known| bare(known) == name) {
        return Err(Problem::new(format!("`{folder}/{known}` exists already"))
            .help("nothing was changed; choose another name: migrations are named without their numbers"));
    }
    let path = format!("{folder}/{:03}_{name}.sql", last(project, &folder)? + 1);
    let mut changes = Changes::below(&project.root);
    changes.create(path, TEXT);
    Ok(Scaffold { changes, next: vec!["microcore migrate".to_owned()] })
}

/// The scripts of a folder.
fn known(project: &Project, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(project.root.join(folder)).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| std::path::Path::new(name).extension().is_some_and(|extension| extension == "sql")).collect()
}

/// Its name without the number.
fn bare(file: &str) -> &str {
    let name = file.trim_end_matches(".sql");
    name.trim_start_matches(|char: char| char.is_ascii_digit()).strip_prefix('_').unwrap_or(name)
}

/// The highest number of a file there: numbers count as numbers, `9_x` before `10_y`.
fn last(project: &Project, folder: &str) -> Result<u64> {
    let mut last = 0;
    for name in known(project, folder) {
        let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
        // One without a number is of no order that a number could follow.
        let number = if digits.is_empty() { 0 } else { digits.parse::<u64>().unwrap_or(u64::MAX) };
        if number == u64::MAX {
            return Err(Problem::new(format!("no number follows that of `{folder}/{name}`")).help("rename that file"));
        }
        last = last.max(number);
    }
    Ok(last)
}
