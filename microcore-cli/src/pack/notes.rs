//! What the program notes of a pack whose files it wrote, in `.microcore/baseline.toml`: their hashes, so that `upgrade`
//! and `remove` know them again, and what it added to `Cargo.toml`, so that `remove` takes that and no more.

use std::ffi::OsStr;

use super::{built_in, snapshot};
use crate::baseline::Baseline;
use crate::cargo;
use crate::change::Changes;
use crate::problem::{Problem, Result};
use crate::project::{Edits, Project};

/// Notes what was written. A project without notes stays without.
pub(super) fn take(project: &Project, pack: &str, files: &[(String, String)], places: &[String]) -> Result<()> {
    let mut baseline = Baseline::read(&project.root)?;
    if !baseline.exists() {
        return Ok(());
    }
    for (path, text) in files {
        baseline.note(path, text);
    }
    baseline.note_pack(pack, places);
    store(project, &baseline)
}

/// Refuses where a file is not as this program wrote it, now or before.
pub(super) fn is_as_written(project: &Project, folder: &str, files: &[(String, String)]) -> Result<()> {
    let baseline = Baseline::read(&project.root)?;
    for (path, text) in files {
        let now = project.read(path)?;
        if now.is_some_and(|now| now != *text && !baseline.is_as_written(path, &now)) {
            return Err(Problem::new(format!("`{path}` is yours: you changed it"))
                .help(format!("nothing was changed; delete `{folder}` yourself, git has it")));
        }
    }
    Ok(())
}

/// Refuses where a file is not as this program wrote it then.
pub(super) fn is_known(project: &Project, folder: &str, files: &[(String, String)]) -> Result<()> {
    let baseline = Baseline::read(&project.root)?;
    match files.iter().find(|(path, text)| !baseline.is_as_written(path, text)) {
        Some((path, _)) => Err(Problem::new(format!("`{path}` is yours: it is not as it was written"))
            .help(format!("nothing was changed; delete `{folder}` yourself, git has it"))),
        None => Ok(()),
    }
}

/// Takes back what a pack added to `Cargo.toml`, but for crates that files elsewhere than in `folder` name: those are
/// given.
pub(super) fn give_back(
    project: &Project,
    pack: &str,
    files: &[(String, String)],
    folder: &str,
) -> Result<Vec<String>> {
    let mut baseline = Baseline::read(&project.root)?;
    let places = baseline.take_pack(pack);
    let mut free = project.removable(&places, folder);
    let (app, features) = (project.app()?, format!("dependencies.{}.features=", project.dependency.key));
    // Meanwhile another word may need it.
    free.retain(|place| place.strip_prefix(&features).is_none_or(|feature| !built_in::needs(&app, feature)));
    let before = project.text("Cargo.toml")?;
    if let Some(mut edits) = Edits::of(&before) {
        edits.take_back(&free);
        snapshot::write(project, "Cargo.toml", &edits.text())?;
    }
    if project.text("Cargo.toml")? != before && project.root.join("Cargo.lock").is_file() {
        // Brings `Cargo.lock` after it.
        cargo::run(&project.root, &["metadata", "--format-version", "1"].map(OsStr::new))?;
    }
    for (path, _) in files {
        baseline.forget(path);
    }
    if baseline.exists() {
        store(project, &baseline)?;
    }
    Ok(places.into_iter().filter(|place| !free.contains(place)).collect())
}

/// What `remove` says of places that stay.
pub(super) fn told(kept: &[String]) -> Option<String> {
    let kept = kept.iter().filter(|place| !place.contains('='));
    let names: Vec<String> = kept.filter_map(|place| Some(format!("`{}`", place.split_once('.')?.1))).collect();
    (!names.is_empty()).then(|| format!("{} in `Cargo.toml` stays: other files name it", names.join(", ")))
}

fn store(project: &Project, baseline: &Baseline) -> Result<()> {
    let mut changes = Changes::below(&project.root);
    baseline.store(&mut changes);
    changes.apply()
}
