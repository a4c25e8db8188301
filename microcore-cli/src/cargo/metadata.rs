//! `cargo metadata`: which packages a project depends on, and what their manifests say to this program.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use toml_edit::{Array, DocumentMut, InlineTable, Item, value};

use crate::problem::{Problem, Result};

/// A package with its `[package.metadata.microcore]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Package {
    /// `microcore-mail`.
    pub(crate) name: String,
    /// `mail`.
    pub(crate) tool: String,
    /// Word and cargo features, the default first.
    pub(crate) backends: Vec<(String, Vec<String>)>,
    /// The settings for `.env.example`.
    pub(crate) env: Vec<String>,
    /// Where it was copied from: `mail`, `acme-geo`, `../geo`. Only a copy says so.
    pub(crate) from: Option<String>,
}

impl Package {
    /// Of the dependency with this key of a project.
    pub(crate) fn of_dependency(root: &Path, key: &str) -> Result<Self> {
        Self::read(&Self::manifest_of(root, key)?)
    }

    /// Where the `Cargo.toml` of that dependency is.
    pub(crate) fn manifest_of(root: &Path, key: &str) -> Result<PathBuf> {
        let words = ["metadata", "--format-version", "1"].map(OsStr::new);
        let output = super::run(root, &words)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let unknown = || Problem::new(format!("`cargo metadata` knows no dependency `{key}`"));
        let metadata: Value = serde_json::from_str(&text).map_err(|_| unknown())?;
        manifest(&metadata, root, key).ok_or_else(unknown)
    }

    /// Of a `Cargo.toml`. Read from the file: the order of the backends means something.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let document = parsed(path)?;
        let package = document.get("package");
        let name = package.and_then(|package| package.get("name")).and_then(Item::as_str).unwrap_or_default();
        let facts = package.and_then(|package| package.get("metadata")?.get("microcore"));
        Self::of(name, facts.ok_or_else(|| no_tool(name, "it has no `[package.metadata.microcore]`"))?)
    }

    /// Of the `tool.toml` in a folder of `src/tools`: the same facts, with the name of the package beside them.
    pub(crate) fn of_folder(path: &Path) -> Result<Self> {
        let document = parsed(path)?;
        let name = document.get("package").and_then(Item::as_str).unwrap_or_default();
        Self::of(name, document.as_item())
    }

    /// The text of such a file.
    pub(crate) fn facts(&self) -> String {
        let mut document = DocumentMut::new();
        document["package"] = value(&self.name);
        document["tool"] = value(&self.tool);
        let mut backends = InlineTable::new();
        for (word, features) in &self.backends {
            backends.insert(word, features.iter().collect::<Array>().into());
        }
        document["backends"] = value(backends);
        document["env"] = value(self.env.iter().collect::<Array>());
        if let Some(from) = &self.from {
            document["from"] = value(from);
        }
        format!(
            "# What `microcore` knows of this tool, as a crate says it in `[package.metadata.microcore]`.\n{document}"
        )
    }

    fn of(name: &str, facts: &Item) -> Result<Self> {
        let tool = facts.get("tool").and_then(Item::as_str).ok_or_else(|| no_tool(name, "`tool` is missing"))?;
        crate::names::module("tool", tool).map_err(|_| no_tool(name, &format!("`tool = \"{tool}\"` is no name")))?;
        let texts = |item: &Item| -> Vec<String> {
            item.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        };
        let backends = facts.get("backends").and_then(Item::as_table_like);
        let backends = backends.ok_or_else(|| no_tool(name, "`backends` is missing"))?;
        let backends: Vec<(String, Vec<String>)> =
            backends.iter().map(|(word, features)| (word.to_owned(), texts(features))).collect();
        if backends.is_empty() {
            return Err(no_tool(name, "`backends` is empty"));
        }
        let env = facts.get("env").map(texts).unwrap_or_default();
        let from = facts.get("from").and_then(Item::as_str).map(str::to_owned);
        Ok(Self { name: name.to_owned(), tool: tool.to_owned(), backends, env, from })
    }

    /// The words, for messages.
    pub(crate) fn words(&self) -> String {
        self.backends.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ")
    }
}

fn parsed(path: &Path) -> Result<DocumentMut> {
    let text = fs::read_to_string(path).map_err(|error| Problem::file(path, "read", &error))?;
    text.parse().map_err(|error| Problem::new(format!("`{}` can't be read: {error}", path.display())))
}

fn no_tool(name: &str, what: &str) -> Problem {
    Problem::new(format!("package `{name}` is no tool for MicroCore: {what}")).help(
        "its `Cargo.toml` needs `[package.metadata.microcore]` with `tool = \"…\"` and `backends = { Word = [] }`",
    )
}

/// The manifest of what a key in `[dependencies]` means.
fn manifest(metadata: &Value, root: &Path, key: &str) -> Option<PathBuf> {
    let own = root.join("Cargo.toml").canonicalize().ok()?;
    let packages = metadata["packages"].as_array()?;
    let path = |package: &Value| package["manifest_path"].as_str().map(PathBuf::from);
    let ours =
        packages.iter().find(|one| path(one).is_some_and(|path| path.canonicalize().is_ok_and(|path| path == own)))?;
    let module = key.replace('-', "_");
    let nodes = metadata["resolve"]["nodes"].as_array()?;
    let node = nodes.iter().find(|node| node["id"] == ours["id"])?;
    let id = node["deps"].as_array()?.iter().find(|dependency| dependency["name"] == module.as_str())?["pkg"].clone();
    path(packages.iter().find(|package| package["id"] == id)?)
}
