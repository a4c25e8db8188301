//! `migrate new`: a file for the next migration of a domain, with the next number.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::manifest::Migration;

const TEXT: &str = "-- Applied once, as one transaction, and never edited afterwards.\n\
    -- Where it needs a migration of another domain, the first line is: -- depends: other_domain/001_x.sql\n\n";

/// Makes the file and prints its name.
pub(super) fn begin(names: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let name = |key| names.get_one::<String>(key).map(String::as_str).unwrap_or_default();
    match make(&surroundings.folder.join("src/domains"), name("domain"), name("name")) {
        Ok(file) => surroundings.result(&format!("{}\n", file.display())),
        Err(problem) => {
            surroundings.error(problem);
            Exit::Failed
        }
    }
}

fn make(domains: &Path, domain: &str, name: &str) -> Result<PathBuf, String> {
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
    if name.is_empty() || !name.chars().all(plain) {
        return Err(format!("the name `{name}` must be lower-case letters, digits and `_`, as in `add_phone`"));
    }
    if domain.is_empty() || !domains.join(domain).is_dir() || domain.contains(['/', '\\', '.']) {
        let known = folders(domains).join("`, `");
        return Err(format!("domain `{domain}` is no folder in `{}`; there are `{known}`", domains.display()));
    }
    let folder = domains.join(domain).join("migrations");
    let written = fs::create_dir_all(&folder).and_then(|()| {
        let file = folder.join(format!("{:03}_{name}.sql", last_number(&folder)? + 1));
        // Fails where somebody else was faster.
        File::create_new(&file)?.write_all(TEXT.as_bytes())?;
        Ok(file)
    });
    written.map_err(|error| format!("the migration can't be written to `{}`: {error}", folder.display()))
}

fn folders(domains: &Path) -> Vec<String> {
    let entries = fs::read_dir(domains).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The highest number that a file begins with.
fn last_number(folder: &Path) -> io::Result<u64> {
    let mut last = 0;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let (number, _) = Migration::place(&name);
        // One without a number is of no order that a number could follow.
        last = last.max(if number == u64::MAX { 0 } else { number });
    }
    Ok(last)
}
