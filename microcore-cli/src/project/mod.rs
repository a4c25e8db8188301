//! The project around the working directory: where it is, what its manifest and its folders say.
//!
//! Texts are read and nothing is compiled: all of this works while the project does not.

mod app_call;
mod declared;
mod dependency;
mod edits;
mod usage;
mod version;

use std::fs;
use std::path::{Path, PathBuf};

pub(crate) use self::app_call::AppFile;
pub(crate) use self::declared::{Declared, Field};
pub(crate) use self::dependency::{DEFAULTS, Dependency, with_feature, without_dependency, without_feature};
pub(crate) use self::edits::Edits;
pub(crate) use self::version::{OWN, Version};
use crate::names;
use crate::problem::{Problem, Result};

/// A package that depends on `microcore`.
#[derive(Debug, Clone)]
pub(crate) struct Project {
    /// The folder of its `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// How it depends on the framework.
    pub(crate) dependency: Dependency,
    /// The version of `microcore` in `Cargo.lock`, where there is one.
    pub(crate) locked: Option<Version>,
}

impl Project {
    /// The nearest one, upwards.
    pub(crate) fn find(from: &Path) -> Result<Self> {
        let mut seen = None;
        for root in from.ancestors() {
            let path = root.join("Cargo.toml");
            if !path.exists() {
                continue;
            }
            let text = fs::read_to_string(&path).map_err(|error| Problem::file(&path, "read", &error))?;
            if let Some(dependency) =
                Dependency::read(&text).map_err(|said| Problem::new(said).help(path.display().to_string()))?
            {
                return Ok(Self { root: root.to_owned(), dependency, locked: version::locked(root) });
            }
            seen.get_or_insert(path);
        }
        Err(match seen {
            Some(path) => Problem::new(format!("`{}` does not depend on `microcore`", path.display()))
                .help("go to the folder of an application; `microcore new shop` makes one"),
            None => Problem::new("this is no project: there is no `Cargo.toml` here or above")
                .help("go to the folder of an application; `microcore new shop` makes one"),
        })
    }

    /// The same, for commands that write: a project of a newer framework is not understood.
    pub(crate) fn find_to_change(from: &Path) -> Result<Self> {
        let project = Self::find(from)?;
        match &project.locked {
            Some(locked) if *locked > OWN => Err(Problem::new(format!(
                "this project has `microcore` {locked}, and this program is of {OWN}: it does not know what is new there"
            ))
            .help(format!("cargo install microcore-cli --version {locked}"))),
            _ => Ok(project),
        }
    }

    /// The text of a file; `None` where there is none.
    pub(crate) fn read(&self, path: &str) -> Result<Option<String>> {
        let path = self.root.join(path);
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Problem::file(&path, "read", &error)),
        }
    }

    /// The text of a file that must be there.
    pub(crate) fn text(&self, path: &str) -> Result<String> {
        let there = self.read(path)?;
        there.ok_or_else(|| Problem::new(format!("`{path}` does not exist in `{}`", self.root.display())))
    }

    /// The file with `app!`.
    pub(crate) fn app(&self) -> Result<AppFile> {
        AppFile::find(self)
    }

    /// The folder that `app!` lists: `src`, unless its `root` says otherwise.
    pub(crate) fn sources(&self) -> String {
        self.app().map_or_else(|_| "src".to_owned(), |app| app.folder())
    }

    /// The names of the domains, in order.
    pub(crate) fn domains(&self) -> Vec<String> {
        folders(&self.root.join(self.sources()).join("domains"))
    }

    /// A domain that is there, or a new one whose name is not almost that of another.
    pub(crate) fn domain_or_new(&self, domain: &str) -> Result<()> {
        let known = self.domains();
        if known.iter().any(|one| one == domain) {
            return Ok(());
        }
        match names::nearest(domain, known.iter().map(String::as_str)) {
            Some(near) => Err(Problem::new(format!("there is no domain `{domain}`")).help(format!(
                "did you mean `{near}`? A new one that is called so is made by `microcore add domain {domain}`"
            ))),
            None => Ok(()),
        }
    }

    /// A domain that must be there.
    pub(crate) fn domain(&self, domain: &str) -> Result<()> {
        let known = self.domains();
        if known.iter().any(|one| one == domain) {
            return Ok(());
        }
        let said = Problem::new(format!("there is no domain `{domain}`"));
        let near = names::nearest(domain, known.iter().map(String::as_str));
        Err(said.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("`microcore add domain {domain}` makes it"),
            None => format!("there are `{}`; `microcore add domain {domain}` makes it", known.join("`, `")),
        }))
    }

    /// Whether `src/tools` has a tool of this name.
    pub(crate) fn has_own_tool(&self, tool: &str) -> bool {
        let folder = self.root.join(self.sources()).join("tools");
        folder.join(tool).join("mod.rs").is_file() || folder.join(format!("{tool}.rs")).is_file()
    }

    /// The tools that plugins may name: the framework's, those of `app!`, those in `src/tools`.
    pub(crate) fn tools(&self) -> Vec<String> {
        let mut tools: Vec<String> =
            ["bus", "config", "db", "http", "logger", "state"].iter().map(|name| (*name).to_owned()).collect();
        tools.extend(self.dependency.has("jobs").then(|| "scheduler".to_owned()));
        let app = self.app();
        let words = app.iter().flat_map(AppFile::entries).map(|entry| entry.name.clone());
        tools.extend(words.filter(|name| !["root", "sql", "replies"].contains(&name.as_str())));
        let folder = self.root.join(self.sources()).join("tools");
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let module = name.strip_suffix(".rs").map(str::to_owned);
            tools.extend(module.or_else(|| entry.path().join("mod.rs").is_file().then_some(name)));
        }
        tools.sort();
        tools.dedup();
        tools
    }

    /// Whether its database is PostgreSQL.
    pub(crate) fn is_postgres(&self) -> bool {
        self.app().is_ok_and(|app| app.entries().any(|entry| entry.name == "db" && entry.value == "Postgres"))
    }

    /// Every Rust file below `src` and `tests`, with its text, by path.
    pub(crate) fn rust_files(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for folder in ["src", "tests", "benches", "examples"] {
            collect(&self.root, &self.root.join(folder), &mut found);
        }
        found
    }
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|one| one.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && let Ok(text) = fs::read_to_string(&path)
        {
            found.push((below(root, &path), text));
        }
    }
}

/// The path below a folder, with `/`.
fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The folders in a folder, in order.
pub(crate) fn folders(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| !name.starts_with('.')).collect();
    names.sort();
    names
}

#[cfg(test)]
mod tests;
