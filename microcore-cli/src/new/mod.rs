//! `microcore new shop`: a project that runs, from the template inside of this program.
//!
//! In: a folder that is not there, or empty, and options. Out: the project, put in its place at once. No network.

mod manifest;
mod source;
mod texts;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use self::source::Source;
use crate::baseline::Baseline;
use crate::change::Changes;
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::template;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct NewAsked {
    /// `shop`, `apps/shop` or `.`.
    pub(crate) folder: PathBuf,
    pub(crate) options: Options,
    pub(crate) source: Source,
    /// A tool for others, in place of an application.
    pub(crate) tool: bool,
    pub(crate) dry_run: bool,
}

/// What a project has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Options {
    /// `db: Postgres`.
    pub(crate) postgres: bool,
    /// `durable`, `redis` or `stored`.
    pub(crate) bus: Option<String>,
    pub(crate) auth: bool,
    /// Health checks and nothing else.
    pub(crate) minimal: bool,
}

impl Options {
    /// As on the command line.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        words.extend(self.postgres.then(|| "--db=postgres".to_owned()));
        words.extend(self.bus.as_ref().map(|bus| format!("--bus={bus}")));
        words.extend(self.auth.then(|| "--auth".to_owned()));
        words.extend(self.minimal.then(|| "--minimal".to_owned()));
        words
    }

    /// From what [`Options::words`] gave.
    pub(crate) fn of(words: &[String]) -> Self {
        let has = |word: &str| words.iter().any(|one| one == word);
        Self {
            postgres: has("--db=postgres"),
            bus: words.iter().find_map(|one| one.strip_prefix("--bus=")).map(str::to_owned),
            auth: has("--auth"),
            minimal: has("--minimal"),
        }
    }
}

/// Makes the project.
pub(crate) fn new(asked: &NewAsked, working: &Path) -> Result<Outcome> {
    let target = plain(&working.join(&asked.folder));
    let name = name(&target)?;
    let keeps_git = room(&target, &asked.folder)?;
    asked.source.check(working)?;
    let depth = if asked.folder.is_absolute() { None } else { Some(asked.folder.components().count()) };
    let source = asked.source.below(working, depth, asked.folder.as_os_str() == ".");
    let files = if asked.tool { tool::files(&name, &source)? } else { files(&name, &asked.options, &source) };
    let mut baseline = Baseline::new();
    baseline.set_options(&asked.options.words());
    for (path, text) in &files {
        baseline.note(path, text);
    }
    // In its place at once, where that can be: ended in between, nothing is there.
    let parent = target.parent().unwrap_or(working);
    let planned = |root: &Path| {
        let mut changes = Changes::below(root);
        for (path, text) in &files {
            changes.create(path, text);
        }
        // What nobody upgrades needs no notes.
        if !asked.tool {
            baseline.store(&mut changes);
        }
        changes
    };
    let listed = planned(&target).listed();
    if !asked.dry_run {
        if keeps_git {
            planned(&target).apply()?;
        } else {
            fs::create_dir_all(parent).map_err(|error| Problem::file(parent, "made", &error))?;
            let draft = tempfile::Builder::new().prefix(".microcore-").tempdir_in(parent);
            let draft = draft.map_err(|error| Problem::file(parent, "written to", &error))?;
            let inside = draft.path().join("project");
            fs::create_dir(&inside).map_err(|error| Problem::file(&inside, "made", &error))?;
            planned(&inside).apply()?;
            // An empty folder gives way; one that is no longer empty does not.
            let _ = fs::remove_dir(&target);
            fs::rename(&inside, &target).map_err(|error| Problem::file(&target, "made", &error))?;
        }
    }
    let shown = asked.folder.display();
    let mut changed = listed;
    for one in &mut changed {
        one.path = if asked.folder.as_os_str() == "." { one.path.clone() } else { format!("{shown}/{}", one.path) };
    }
    let enter = if asked.folder.as_os_str() == "." { String::new() } else { format!("cd {shown} && ") };
    let (mut said, mut next) = (Vec::new(), vec![format!("{enter}cargo {}", if asked.tool { "test" } else { "run" })]);
    if asked.options.postgres {
        said.push("`PG_URL` must be set: in `.env` to run, in `.env.test` for the tests".to_owned());
        next = vec![format!("{enter}cp .env.example .env"), "cargo run".to_owned()];
    }
    Ok(Outcome { changed, said, next, dry_run: asked.dry_run })
}

/// Every file of a project, with its text, by path.
pub(crate) fn files(name: &str, options: &Options, source: &Source) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = template::files()
        .filter(|(path, _)| is_part(path, options))
        .map(|(path, text)| (path.to_owned(), texts::adapted(path, text, name, options)))
        .collect();
    files.push(("Cargo.toml".to_owned(), manifest::text(name, options, source)));
    files.push(("README.md".to_owned(), texts::readme(name, options)));
    files.push(("src/lib.rs".to_owned(), texts::library(options)));
    files.push((".gitignore".to_owned(), texts::IGNORED.to_owned()));
    files.push((".env.example".to_owned(), texts::example(options)));
    files.sort();
    files
}

fn is_part(path: &str, options: &Options) -> bool {
    let is_auth = path.starts_with("src/domains/auth/") || path == "tests/auth.rs";
    let is_example = ["src/domains/users/", "src/domains/mail/", "tests/users.rs", "events.schema.json"];
    if ["Cargo.toml", "README.md", "src/lib.rs"].contains(&path) {
        return false;
    }
    if is_auth { options.auth } else { !options.minimal || is_example.iter().all(|start| !path.starts_with(start)) }
}

/// The name of the package: that of its folder.
fn name(target: &Path) -> Result<String> {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let plain = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
    let said =
        |said: &str| Err(Problem::new(format!("project `{name}` {said}")).help("for example `microcore new shop`"));
    if !name.starts_with(|char: char| char.is_ascii_alphabetic()) || !name.chars().all(plain) {
        return said("must be named in letters, digits, `-` and `_`, the first a letter");
    }
    if ["microcore", "serde_json", "tokio", "test", "core", "std", "alloc", "proc_macro"].contains(&name.as_str()) {
        return said("must not have the name of a crate that it uses");
    }
    Ok(name)
}

/// Whether the folder is one that stays: the working directory, or one with a repository in it.
fn room(target: &Path, shown: &Path) -> Result<bool> {
    let entries = match fs::read_dir(target) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(_) if target.symlink_metadata().is_ok_and(|there| !there.is_dir()) => {
            return Err(Problem::new(format!("`{}` is a file", shown.display())).help("choose another name"));
        }
        Err(error) => return Err(Problem::file(target, "read", &error)),
    };
    let names: Vec<String> = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if let Some(first) = names.iter().find(|name| *name != ".git") {
        return Err(Problem::new(format!("folder `{}` is not empty: there is `{first}`", shown.display()))
            .help("nothing was written; choose a folder that is new or empty"));
    }
    Ok(!names.is_empty() || shown.as_os_str() == ".")
}

/// Without `.` and `..`, as far as the path itself tells.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests;
