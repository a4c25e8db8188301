//! `microcore add mail Smtp`: a tool crate becomes a dependency, its word goes into `app! {}`, its settings into
//! `.env.example`; and the way back.
//!
//! In: a name, a path or a repository. Out: the changed files, all or none: what fails later puts every file back as it
//! was. Nothing of the package is run; the closing `cargo check` runs build scripts and macros, as every build does.

mod built_in;
mod copy;
mod domain;
mod example;
mod instance;
mod notes;
mod origin;
mod removal;
mod snapshot;

use std::ffi::OsStr;
use std::path::Path;

pub(crate) use self::built_in::feature;
pub(crate) use self::copy::{Files, Source as Copied};
pub(crate) use self::domain::find as domain;
use self::origin::Origin;
pub(crate) use self::removal::remove;
use self::snapshot::Snapshot;
use crate::cargo::{self, Interrupts, Package};
use crate::change::Changed;
use crate::names;
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::project::Project;

/// Whether the framework has a tool of this name as a crate.
pub(crate) fn is_of_framework(name: &str) -> bool {
    origin::OURS.contains(&name)
}

/// The tool of the framework that is almost called so, or exactly.
pub(crate) fn nearest(name: &str) -> Option<&str> {
    if is_of_framework(name) { Some(name) } else { names::nearest(name, origin::OURS.iter().copied()) }
}

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct PackAsked {
    /// `mail`, `acme-geo`, `./geo`, `git:https://…#…`.
    pub(crate) name: String,
    /// `Smtp`; without it, the tool's default.
    pub(crate) word: Option<String>,
    /// The tool's files go into `src/tools`, in place of a dependency.
    pub(crate) copy: bool,
    /// `alerts`: one more instance of a tool, under this name.
    pub(crate) instance: Option<String>,
    /// Without the closing `cargo check`.
    pub(crate) no_check: bool,
    pub(crate) dry_run: bool,
}

/// Adds a pack to a project.
pub(crate) fn add(project: &Project, asked: &PackAsked, working: &Path) -> Result<Outcome> {
    if let Some(pack) = domain::find(&asked.name) {
        return domain::add(project, pack, asked);
    }
    if let Some(name) = &asked.instance {
        return instance::add(project, asked, name);
    }
    if let Some(tool) = built_in::find(&asked.name) {
        if asked.copy {
            return Err(Problem::new(format!(
                "`{}` is a tool of the framework itself and can't be copied",
                asked.name
            ))
            .help("write one of your own in `src/tools`: `microcore add tool`"));
        }
        return finish(project, asked, &[], |project| built_in::add(project, tool, asked));
    }
    let origin = Origin::of(&asked.name, project, working)?;
    if asked.copy {
        return copy::add(project, asked, &origin, working);
    }
    finish(project, asked, &[], |project| drop_in(project, asked, &origin, working))
}

/// Makes the changes, checks them, and puts everything back where something fails or nothing shall be written: what each
/// pack may change, and the files in `more`.
fn finish(
    project: &Project,
    asked: &PackAsked,
    more: &[String],
    change: impl FnOnce(&Project) -> Result<Option<Vec<String>>>,
) -> Result<Outcome> {
    let snapshot = Snapshot::take(project, more)?;
    let interrupts = Interrupts::hold();
    let done = change(project).and_then(|next| {
        let Some(next) = next else { return Ok(None) };
        if !asked.no_check && !asked.dry_run {
            cargo::run(&project.root, &["check", "--quiet"].map(OsStr::new))?;
        }
        if interrupts.came() { Err(Problem::new("interrupted")) } else { Ok(Some(next)) }
    });
    match done {
        Ok(Some(next)) => {
            let changed: Vec<Changed> = snapshot.changed()?;
            if asked.dry_run {
                snapshot.restore()?;
            }
            Ok(Outcome { changed, next, dry_run: asked.dry_run, ..Outcome::default() })
        }
        Ok(None) => {
            snapshot.restore()?;
            let said = format!("`{}` is there already; nothing was changed", asked.name);
            Ok(Outcome { said: vec![said], ..Outcome::default() })
        }
        Err(problem) => {
            let said = if interrupts.came() { Problem::new("interrupted") } else { problem };
            match snapshot.restore() {
                Ok(()) => Err(said.and_help("every file is as it was")),
                Err(other) => Err(said.and_help(&format!("and not every file could be put back: {other}"))),
            }
        }
    }
}

/// A tool of a crate. `None`: it is there already.
fn drop_in(project: &Project, asked: &PackAsked, origin: &Origin, working: &Path) -> Result<Option<Vec<String>>> {
    let before = project.text("Cargo.toml")?;
    // The name of the tool is known only once the package is there: then it is added anew under the name that `app!`
    // looks for.
    let key = origin.add(project, working, None)?;
    let mut package = Package::of_dependency(&project.root, &key)?;
    let expected = origin::key(&package.tool);
    let key = if key == expected {
        key
    } else {
        snapshot::write(project, "Cargo.toml", &before)?;
        let key = origin.add(project, working, Some(&expected))?;
        package = Package::of_dependency(&project.root, &key)?;
        key
    };
    let (word, features) = word(&package, asked.word.as_deref())?;
    let app = project.app()?;
    let line = format!("{}: {word}", package.tool);
    if app.is_divided(&package.tool) {
        return Err(Problem::new(format!("`app!` stands there several times, each with another `{}`", package.tool))
            .help(format!(
                "add the dependency by `{}` and write `{line}` into those that shall have it",
                origin.command(&key, &features)
            )));
    }
    if asked.word.is_some() && project.has_own_tool(&package.tool) {
        return Err(Problem::new(format!("`src/tools` has a tool `{}` already", package.tool))
            .help("change its word in `app!` yourself, or remove it first"));
    }
    let text = match app.value(&package.tool) {
        // Without a word, whatever there is will do.
        Some(known) if known == word || asked.word.is_none() => return Ok(None),
        Some(known) => {
            let Some((_, others)) = package.backends.iter().find(|(other, _)| other == known) else {
                return Err(Problem::new(format!("`app!` has `{}: {known}` already", package.tool))
                    .help(format!("`microcore remove {}` first", package.tool)));
            };
            let others: Vec<&String> = others.iter().filter(|feature| !features.contains(feature)).collect();
            origin::disable(project, &key, &others)?;
            app.replaced(&package.tool, &word)
        }
        None => app.with(&package.tool, &word),
    };
    origin::enable(project, &key, &features)?;
    snapshot::write(project, &app.path, &text)?;
    example::append(project, &package.name, &package.env)?;
    Ok(Some(next(&package.tool)))
}

/// The word that is meant, with the features that it needs.
fn word(package: &Package, asked: Option<&str>) -> Result<(String, Vec<String>)> {
    let word = asked.unwrap_or(&package.backends[0].0);
    if let Some((word, features)) = package.backends.iter().find(|(known, _)| known == word) {
        return Ok((word.clone(), features.clone()));
    }
    let said = Problem::new(format!("tool `{}` has no backend `{word}`", package.tool));
    let near = names::nearest(word, package.backends.iter().map(|(known, _)| known.as_str()));
    Err(said.help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}", package.words()),
    }))
}

fn next(tool: &str) -> Vec<String> {
    vec![format!("microcore add plugin <domain>/<name> --get /… --tool {tool}")]
}

#[cfg(test)]
mod tests;
