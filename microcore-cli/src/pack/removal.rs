//! `microcore remove mail`: the reverse of adding it.

use std::ffi::OsStr;

use super::{PackAsked, built_in, copy, domain, example, finish, instance, notes, origin, snapshot};
use crate::cargo::{self, Package};
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::project::Project;

/// Takes a pack out of a project; refuses while a plugin names it.
pub(crate) fn remove(project: &Project, asked: &PackAsked) -> Result<Outcome> {
    if let Some(pack) = domain::find(&asked.name) {
        return domain::remove(project, pack, asked);
    }
    let app = project.app()?;
    let tool = asked.name.as_str();
    let Some(value) = app.value(tool) else {
        if project.has_own_tool(tool) {
            return Err(Problem::new(format!("tool `{tool}` is one of your own, and no pack"))
                .help(format!("microcore remove tool {tool}")));
        }
        let words: Vec<String> = app.entries().map(|entry| format!("`{}`", entry.name)).collect();
        return Err(Problem::new(format!("`app!` has no `{tool}`")).help(if words.is_empty() {
            "there is nothing to remove".to_owned()
        } else {
            format!("there is {}", words.join(", "))
        }));
    };
    if app.is_divided(tool) {
        return Err(Problem::new(format!("`app!` stands there several times, and not each has `{tool}: {value}`"))
            .help("take it out of those that have it, and `cargo remove` its package"));
    }
    let copied = copy::known(project, tool)?;
    let mut named = project.names_of_tool(tool);
    if copied.is_some() {
        let inside = format!("{}/", copy::folder(project, tool));
        named.retain(|place| !place.starts_with(&inside));
    }
    let others = app.entries().filter(|entry| instance::tool_of(project, &entry.value) == Some(tool));
    named.extend(others.map(|entry| format!("{}: `{}: {}`", app.path, entry.name, entry.value)));
    // What plugins name stays there: the default takes its place.
    if !built_in::has_default(tool) && !named.is_empty() {
        return Err(Problem::new(format!("tool `{tool}` is in use:\n  {}", named.join("\n  ")))
            .help("nothing was changed; take it out of these files first"));
    }
    let mut kept = Vec::new();
    let outcome = if let Some(of) = instance::tool_of(project, value) {
        finish(project, asked, &[], |project| {
            kept = instance::remove(project, tool, of)?;
            Ok(Some(Vec::new()))
        })
    } else if let Some((package, files)) = &copied {
        // Where it was copied from may be another version by now: what counts is what was written.
        notes::is_known(project, &copy::folder(project, tool), files)?;
        let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
        finish(project, asked, &paths, |project| {
            kept = copy::remove(project, tool, package, files)?;
            Ok(Some(Vec::new()))
        })
    } else if let Some(tool) = built_in::find(tool) {
        finish(project, asked, &[], |project| built_in::remove(project, tool).map(|()| Some(Vec::new())))
    } else {
        finish(project, asked, &[], |project| drop_out(project, tool).map(|()| Some(Vec::new())))
    };
    outcome.map(|mut outcome| {
        outcome.said.extend(notes::told(&kept));
        outcome.next = vec!["cargo test".to_owned()];
        outcome
    })
}

fn drop_out(project: &Project, tool: &str) -> Result<()> {
    let app = project.app()?;
    let value = app.value(tool).unwrap_or_default().to_owned();
    // A path begins with the name of its crate; a word is one of the crate with the tool's name.
    let crate_name = match value.split_once("::") {
        Some(("crate", _)) => None,
        Some((first, _)) => Some(first.replace('_', "-")),
        None => Some(origin::key(tool)),
    };
    let manifest = project.text("Cargo.toml")?;
    let key = crate_name.filter(|name| {
        let is_entry = |line: &str| line.split('=').next().is_some_and(|key| key.trim().trim_matches('"') == name);
        manifest.lines().any(is_entry)
    });
    if let Some(key) = &key {
        let package = Package::of_dependency(&project.root, key);
        // Not by `cargo remove`, which also takes away profiles that it thinks nobody needs.
        let without = crate::project::without_dependency(&project.text("Cargo.toml")?, key);
        let without = without.ok_or_else(|| Problem::new(format!("`{key}` can't be taken out of `Cargo.toml`")))?;
        snapshot::write(project, "Cargo.toml", &without)?;
        // Brings `Cargo.lock` after it.
        cargo::run(&project.root, &["metadata", "--format-version", "1"].map(OsStr::new))?;
        if let Ok(package) = package {
            example::take(project, &package.name, &package.env)?;
        }
    }
    snapshot::write(project, &app.path, &app.without(tool))
}
