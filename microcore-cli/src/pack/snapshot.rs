//! The files that adding a pack may change, as they were before.

use std::fs;
use std::path::Path;

use crate::baseline;
use crate::change::{Changed, Changes};
use crate::problem::{Problem, Result};
use crate::project::Project;

/// Path and text; `None`: it was not there.
#[derive(Debug)]
pub(super) struct Snapshot<'p> {
    project: &'p Project,
    files: Vec<(String, Option<String>)>,
}

impl<'p> Snapshot<'p> {
    /// Of now.
    pub(super) fn take(project: &'p Project, more: &[String]) -> Result<Self> {
        let mut paths = ["Cargo.toml", "Cargo.lock", ".env.example", baseline::FILE].map(str::to_owned).to_vec();
        paths.extend(lock_above(&project.root));
        paths.push(project.app()?.path);
        paths.extend_from_slice(more);
        let files = paths.into_iter().map(|path| Ok((path.clone(), project.read(&path)?)));
        Ok(Self { project, files: files.collect::<Result<_>>()? })
    }

    /// What is not as it was.
    pub(super) fn changed(&self) -> Result<Vec<Changed>> {
        let mut changed = Vec::new();
        // The program's own notes are no news.
        for (path, before) in self.files.iter().filter(|(path, _)| path != baseline::FILE) {
            let now = self.project.read(path)?;
            if now != *before {
                let verb = match (before, &now) {
                    (None, _) => "created",
                    (_, None) => "deleted",
                    _ => "changed",
                };
                changed.push(Changed { verb, path: path.clone() });
            }
        }
        Ok(changed)
    }

    /// Puts everything back.
    pub(super) fn restore(&self) -> Result<()> {
        let mut changes = Changes::below(&self.project.root);
        for (path, before) in &self.files {
            match (self.project.read(path)?, before) {
                (Some(now), Some(before)) => changes.replace(path, now, before),
                (Some(now), None) => changes.delete(path, now),
                (None, Some(before)) => changes.create(path, before),
                (None, None) => {}
            }
        }
        changes.apply()?;
        for (path, before) in &self.files {
            if before.is_none() {
                remove_empty(self.project, path);
            }
        }
        Ok(())
    }
}

/// Where cargo notes the versions of an application that is a member of a workspace.
fn lock_above(root: &Path) -> Option<String> {
    let mut folders = (0..).zip(root.ancestors());
    let (steps, _) = folders.find(|(_, folder)| folder.join("Cargo.lock").is_file())?;
    (steps > 0).then(|| format!("{}Cargo.lock", "../".repeat(steps)))
}

/// Removes the folders of a file that is gone, as far as nothing else is in them.
fn remove_empty(project: &Project, path: &str) {
    let mut folder = Path::new(path).parent();
    while let Some(below) = folder.filter(|folder| folder.components().count() > 2) {
        if fs::remove_dir(project.root.join(below)).is_err() {
            return;
        }
        folder = below.parent();
    }
}

/// Puts a text where there is one, or none.
pub(super) fn write(project: &Project, path: &str, text: &str) -> Result<()> {
    let mut changes = Changes::below(&project.root);
    match project.read(path)? {
        Some(before) => changes.replace(path, before, text),
        None => changes.create(path, text),
    }
    changes.apply()
}

/// Deletes a file.
pub(super) fn delete(project: &Project, path: &str) -> Result<()> {
    let file = project.root.join(path);
    fs::remove_file(&file).map_err(|error| Problem::file(&file, "deleted", &error))?;
    remove_empty(project, path);
    Ok(())
}
