//! `microcore add mail Smtp --copy`: the files of a tool crate go into `src/tools/mail/`, its dependencies and features into
//! `Cargo.toml`; from then on they are yours. The files are the same in both places but for the first one's name.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml_edit::{Array, InlineTable, Item, value};

use super::{Origin, PackAsked, Snapshot, example, finish, next, notes, snapshot, word};
use crate::cargo::{self, Package};
use crate::change::Changes;
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::project::{Edits, Project};

/// What stands in the folder in place of `[package.metadata.microcore]`.
const FACTS: &str = "tool.toml";

/// Writes the files.
pub(super) fn add(project: &Project, asked: &PackAsked, origin: &Origin, working: &Path) -> Result<Outcome> {
    let manifest = source(project, origin, working)?;
    let package = Package { from: Some(from(project, &asked.name, origin, working)), ..Package::read(&manifest)? };
    let (word, features) = word(&package, asked.word.as_deref())?;
    let folder = folder(project, &package.tool);
    let files = files(&manifest, &folder, &package)?;
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    finish(project, asked, &paths, |project| {
        let app = project.app()?;
        let is_there = app.value(&package.tool) == Some(&word);
        if is_there && project.read(&format!("{folder}/mod.rs"))?.is_some() {
            return Ok(None);
        }
        if let Some(known) = app.value(&package.tool) {
            return Err(Problem::new(format!("`app!` has `{}: {known}` already", package.tool))
                .help(format!("`microcore remove {}` first", package.tool)));
        }
        if project.has_own_tool(&package.tool) {
            return Err(Problem::new(format!("`src/tools` has a tool `{}` already", package.tool))
                .help("nothing was changed; what is there is never overwritten"));
        }
        let mut edits = Edits::of(&project.text("Cargo.toml")?)
            .ok_or_else(|| Problem::new("`Cargo.toml` can't take more dependencies"))?;
        depend(&mut edits, &manifest, &files, &features)?;
        snapshot::write(project, "Cargo.toml", &edits.text())?;
        snapshot::write(project, &app.path, &app.with(&package.tool, &word))?;
        example::append(project, &package.name, &package.env)?;
        let mut changes = Changes::below(&project.root);
        for (path, text) in &files {
            changes.create(path, text);
        }
        changes.apply()?;
        notes::take(project, &package.tool, &files, edits.made())?;
        Ok(Some(next(&package.tool)))
    })
}

/// Paths below the project, each with its text.
pub(crate) type Files = Vec<(String, String)>;

/// The files of a tool that was copied, as they are; `None`: it was not.
pub(super) fn known(project: &Project, tool: &str) -> Result<Option<(Package, Files)>> {
    let folder = folder(project, tool);
    let facts = project.root.join(&folder).join(FACTS);
    if !facts.is_file() {
        return Ok(None);
    }
    let mut files = Vec::new();
    collect(&project.root.join(&folder), "", &mut |path, text| files.push((format!("{folder}/{path}"), text)))?;
    Ok(Some((Package::of_folder(&facts)?, files)))
}

/// Takes a copied tool away: its files, and what was added for it.
pub(super) fn remove(
    project: &Project,
    tool: &str,
    package: &Package,
    files: &[(String, String)],
) -> Result<Vec<String>> {
    for (path, _) in files {
        snapshot::delete(project, path)?;
    }
    example::take(project, &package.name, &package.env)?;
    let app = project.app()?;
    snapshot::write(project, &app.path, &app.without(tool))?;
    notes::give_back(project, tool, files, &format!("{}/", folder(project, tool)))
}

/// A copied tool as it is now where it was copied from.
pub(crate) struct Source {
    /// Path below the project and text of each file.
    pub(crate) files: Files,
    manifest: PathBuf,
    features: Vec<String>,
}

impl Source {
    /// Of a pack; `None`: it is no copied tool, or nobody knows where it is from.
    pub(crate) fn of(project: &Project, tool: &str) -> Result<Option<Self>> {
        let Some((known, _)) = known(project, tool)? else { return Ok(None) };
        let Some(from) = &known.from else { return Ok(None) };
        let origin = Origin::of(from, project, &project.root)?;
        let manifest = source(project, &origin, &project.root)?;
        let package = Package { from: Some(from.clone()), ..Package::read(&manifest)? };
        let word = project.app()?.value(tool).map(str::to_owned);
        let (_, features) = super::word(&package, word.as_deref())?;
        Ok(Some(Self { files: files(&manifest, &folder(project, tool), &package)?, manifest, features }))
    }

    /// Writes what it depends on into the manifest, as far as that is not there.
    pub(crate) fn depend(&self, edits: &mut Edits) -> Result<()> {
        depend(edits, &self.manifest, &self.files, &self.features)
    }
}

/// What `add` was told, as seen from the project.
fn from(project: &Project, name: &str, origin: &Origin, working: &Path) -> String {
    match origin {
        // That of the framework is found by its name.
        Origin::Path(path) if path.is_relative() && working != project.root && name.contains(['/', '\\', '.']) => {
            working.join(path).display().to_string()
        }
        _ => name.to_owned(),
    }
}

pub(super) fn folder(project: &Project, tool: &str) -> String {
    format!("{}/tools/{tool}", project.sources())
}

/// The manifest of the crate. What is not on this machine is brought by cargo, as a dependency for a moment.
fn source(project: &Project, origin: &Origin, working: &Path) -> Result<PathBuf> {
    if let Origin::Path(path) = origin {
        return Ok(working.join(path).join("Cargo.toml"));
    }
    let snapshot = Snapshot::take(project, &[])?;
    let found = origin.add(project, working, None).and_then(|key| Package::manifest_of(&project.root, &key));
    snapshot.restore()?;
    found
}

/// Path below the project and text of each file.
fn files(manifest: &Path, folder: &str, package: &Package) -> Result<Vec<(String, String)>> {
    let sources = manifest.with_file_name("src");
    let mut files = vec![(format!("{folder}/{FACTS}"), package.facts())];
    collect(&sources, "", &mut |path, text| {
        let path = if path == "lib.rs" { "mod.rs" } else { path };
        files.push((format!("{folder}/{path}"), text));
    })?;
    files.sort();
    Ok(files)
}

/// Every file below a folder, with its text.
fn collect(root: &Path, below: &str, found: &mut impl FnMut(&str, String)) -> Result<()> {
    let folder = root.join(below);
    let entries = fs::read_dir(&folder).map_err(|error| Problem::file(&folder, "read", &error))?;
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    for name in names {
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let whole = root.join(&path);
        if whole.is_dir() {
            collect(root, &path, found)?;
        } else {
            let text = fs::read_to_string(&whole).map_err(|error| Problem::file(&whole, "read", &error))?;
            found(&path, text);
        }
    }
    Ok(())
}

/// What the crate depends on becomes what the application depends on; its features are declared, and those that the word
/// needs are on.
fn depend(edits: &mut Edits, manifest: &Path, files: &[(String, String)], features: &[String]) -> Result<()> {
    let words = ["metadata", "--format-version", "1", "--no-deps", "--manifest-path"].map(OsStr::new);
    let words: Vec<&OsStr> = words.into_iter().chain([manifest.as_os_str()]).collect();
    let output = cargo::run(manifest.parent().unwrap_or(manifest), &words)?;
    let unknown = || Problem::new(format!("`cargo metadata` says nothing of `{}`", manifest.display()));
    let metadata: Value = serde_json::from_slice(&output.stdout).map_err(|_| unknown())?;
    let path = manifest.canonicalize().unwrap_or_else(|_| manifest.to_owned());
    let is_it = |package: &&Value| {
        let own = package["manifest_path"].as_str().map(PathBuf::from);
        own.is_some_and(|own| own.canonicalize().unwrap_or(own) == path)
    };
    let package = metadata["packages"].as_array().and_then(|all| all.iter().find(is_it)).ok_or_else(unknown)?;
    let itself = package["name"].as_str().unwrap_or_default();
    for dependency in package["dependencies"].as_array().into_iter().flatten() {
        let text = |name: &str| dependency[name].as_str();
        let name = text("name").unwrap_or_default();
        let key = text("rename").unwrap_or(name);
        // The contract is the framework's already, and the tests of the crate stay there: but for those in its files.
        let table = match text("kind") {
            None => "dependencies",
            Some("dev") if files.iter().any(|(_, text)| text.contains(&format!("{}::", key.replace('-', "_")))) => {
                "dev-dependencies"
            }
            Some(_) => continue,
        };
        if name == "microcore-tool" || name == itself {
            continue;
        }
        if !edits.entry(table, key, entry(dependency, name, key)) {
            for feature in dependency["features"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                edits.feature(table, key, feature);
            }
        }
    }
    let declared: BTreeMap<String, Vec<String>> =
        serde_json::from_value(package["features"].clone()).unwrap_or_default();
    for (feature, parts) in &declared {
        if feature == "default" {
            continue;
        }
        edits.entry("features", feature, value(Array::new()));
        for part in parts {
            edits.element("features", feature, part);
        }
    }
    for feature in declared.get("default").into_iter().flatten().chain(features) {
        edits.element("features", "default", feature);
    }
    Ok(())
}

/// A dependency, as one writes it.
fn entry(dependency: &Value, name: &str, key: &str) -> Item {
    let mut table = InlineTable::new();
    if key != name {
        table.insert("package", name.into());
    }
    if let Some(path) = dependency["path"].as_str() {
        table.insert("path", path.into());
    } else {
        table.insert("version", dependency["req"].as_str().unwrap_or("*").trim_start_matches('^').into());
    }
    if dependency["uses_default_features"] == false {
        table.insert("default-features", false.into());
    }
    let features: Array = dependency["features"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    if !features.is_empty() {
        table.insert("features", features.into());
    }
    if dependency["optional"] == true {
        table.insert("optional", true.into());
    }
    match (table.len(), table.get("version").and_then(|version| version.as_str()).map(str::to_owned)) {
        (1, Some(version)) => value(version),
        _ => value(table),
    }
}
