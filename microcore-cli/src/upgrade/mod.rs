//! `microcore upgrade`: a project that was made by an earlier `microcore new` gets what is new in the template.
//!
//! In: the hashes of what was written (`.microcore/baseline.toml`), the files as they are, the files as this program would
//! write them. Out: per file one of five verdicts. What you changed is never overwritten: where both changed, the new
//! text goes to `<file>.new`.

use std::ffi::OsStr;

use toml_edit::{DocumentMut, Item, value};

use crate::baseline::Baseline;
use crate::cargo;
use crate::change::Changes;
use crate::new::{self, Options, Source};
use crate::outcome::Outcome;
use crate::pack;
use crate::problem::{Problem, Result};
use crate::project::{Edits, OWN, Project, Version};

/// What holds a project together; the rest is yours from the first day.
const FRAME: &[&str] =
    &[".env.example", ".env.test", ".gitignore", "AGENTS.md", "README.md", "build.rs", "src/main.rs"];

/// What happened to a file since it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// As it would be written now.
    Same,
    /// Unchanged by you, changed in the template.
    Update,
    /// Not there, and never was.
    New,
    /// Changed by you alone.
    Yours,
    /// Changed by both.
    Conflict,
    /// Deleted by you.
    Gone,
}

fn verdict(baseline: &Baseline, path: &str, now: Option<&str>, text: &str) -> Verdict {
    match now {
        None if baseline.knows(path) => Verdict::Gone,
        None => Verdict::New,
        Some(now) if now.replace("\r\n", "\n") == text => Verdict::Same,
        Some(now) if baseline.is_as_written(path, now) => Verdict::Update,
        Some(_) if baseline.is_as_written(path, text) => Verdict::Yours,
        Some(_) => Verdict::Conflict,
    }
}

/// Whether something is written, and whether cargo says what it thinks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Tells what would change.
    Tell,
    /// Changes it, and leaves cargo to you.
    Apply,
    /// Changes it, brings the lock file after it and compiles.
    ApplyAndCheck,
}

/// Tells what would change, or changes it.
pub(crate) fn upgrade(project: &Project, mode: Mode) -> Result<Outcome> {
    let apply = mode != Mode::Tell;
    let mut baseline = Baseline::read(&project.root)?;
    if !baseline.exists() {
        return Err(Problem::new("this project has no `.microcore/baseline.toml`: nobody knows which texts are yours")
            .help("it is written by `microcore new`; compare with a new project by hand"));
    }
    let manifest = project.text("Cargo.toml")?;
    let files = new::files(&package_name(&manifest), &Options::of(&baseline.options()), &Source::Registry);
    let mut changes = Changes::below(&project.root);
    let mut said = Vec::new();
    let frame = files.into_iter().filter(|(path, _)| FRAME.contains(&path.as_str()));
    let packs = baseline.packs();
    let domains = packs.iter().filter_map(|pack| pack::domain(pack)).flat_map(|pack| pack.files(project));
    let mut wanted = manifest.clone();
    let mut copied = Vec::new();
    for pack in packs.iter().filter(|pack| pack::domain(pack).is_none()) {
        match newer(project, pack, &mut wanted, &mut baseline) {
            Ok(files) => copied.extend(files),
            Err(problem) => said.push(format!("left out the tool `{pack}`: {}", problem.parts().0)),
        }
    }
    for (path, text) in frame.chain(domains).chain(copied).collect::<Vec<_>>() {
        let now = project.read(&path)?;
        // One that ran somewhere is never another one later.
        if now.is_some() && path.contains("/migrations/") {
            continue;
        }
        let found = verdict(&baseline, &path, now.as_deref(), &text);
        match (found, now) {
            (Verdict::Update, Some(now)) => changes.replace(&path, now, &text),
            (Verdict::New, _) => changes.create(&path, &text),
            (Verdict::Conflict, _) => conflict(project, &path, &text, &mut changes, &mut said)?,
            (Verdict::Yours, _) => said.push(format!("kept {path}: you changed it, and the template did not")),
            (Verdict::Gone, _) => said.push(format!("left out {path}: you deleted it")),
            _ => {}
        }
        if found != Verdict::Gone {
            baseline.note(&path, &text);
        }
    }
    let required = required(&wanted, &project.dependency.key).unwrap_or(wanted);
    changes.replace("Cargo.toml", manifest, required);
    let listed = changes.listed();
    if !listed.is_empty() {
        baseline.store(&mut changes);
    }
    if listed.is_empty() {
        said.insert(0, format!("nothing to upgrade: the project is as `microcore` {OWN} writes it"));
    }
    let mut outcome = changes.carry_out(!apply)?;
    outcome.said = said;
    if mode == Mode::ApplyAndCheck {
        compile(project)?;
    }
    outcome.next = match (mode, listed.is_empty()) {
        (Mode::ApplyAndCheck, _) => vec!["cargo test".to_owned()],
        (_, true) => Vec::new(),
        (Mode::Tell, _) => vec!["microcore upgrade --apply".to_owned()],
        (Mode::Apply, _) => vec!["cargo update --package microcore && cargo test".to_owned()],
    };
    Ok(outcome)
}

/// The files of a copied tool as they are where it was copied from; the manifest gets what they need.
fn newer(project: &Project, pack: &str, manifest: &mut String, baseline: &mut Baseline) -> Result<pack::Files> {
    let Some(source) = pack::Copied::of(project, pack)? else { return Ok(Vec::new()) };
    let mut edits = Edits::of(manifest).ok_or_else(|| Problem::new("`Cargo.toml` can't take more dependencies"))?;
    source.depend(&mut edits)?;
    if !edits.made().is_empty() {
        *manifest = edits.text();
        baseline.note_more(pack, edits.made());
    }
    Ok(source.files)
}

/// The newest framework that the manifest allows, and whether the application compiles with it.
fn compile(project: &Project) -> Result<()> {
    let runs: [&[&str]; 2] = [&["update", "--package", "microcore"], &["check", "--quiet"]];
    for words in runs {
        let words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        cargo::run(&project.root, &words).map_err(|problem| {
            problem.and_help("what was upgraded stays: mend what cargo says; `git diff` shows what is new")
        })?;
    }
    Ok(())
}

/// The new text beside the file.
fn conflict(project: &Project, path: &str, text: &str, changes: &mut Changes, said: &mut Vec<String>) -> Result<()> {
    let beside = format!("{path}.new");
    match project.read(&beside)? {
        Some(known) if known == text => {}
        Some(_) => {
            return Err(Problem::new(format!("`{beside}` exists already"))
                .help(format!("nothing was changed; take from it what you want into `{path}`, and delete it")));
        }
        None => changes.create(&beside, text),
    }
    said.push(format!("both changed {path}: compare it with {beside}, then delete that"));
    Ok(())
}

/// The manifest with the version of this program, where it requires one that is too old.
fn required(manifest: &str, key: &str) -> Option<String> {
    let mut document = manifest.parse::<DocumentMut>().ok()?;
    let entry = document.get_mut("dependencies")?.get_mut(key)?;
    let (text, of_table) = match entry.as_str() {
        Some(text) => (text.to_owned(), false),
        None if entry.get("path").is_none() && entry.get("git").is_none() => {
            (entry.get("version")?.as_str()?.to_owned(), true)
        }
        None => return None,
    };
    let wanted = Version::parse(text.trim_start_matches(['^', '=', '~', ' ']))?;
    if wanted.is_compatible(OWN) || wanted > OWN {
        return None;
    }
    if of_table {
        entry["version"] = value(OWN.requirement());
    } else {
        *entry = value(OWN.requirement());
    }
    Some(document.to_string())
}

fn package_name(manifest: &str) -> String {
    let document = manifest.parse::<DocumentMut>().unwrap_or_default();
    let name = document.get("package").and_then(|package| package.get("name")).and_then(Item::as_str);
    name.unwrap_or("app").to_owned()
}

#[cfg(test)]
mod tests;
