//! `microcore add mail Smtp --as alerts`: one more instance of a tool that is there, `alerts: mail::Smtp`, with settings of
//! its own.

use super::{PackAsked, built_in, copy, example, finish, next, notes, origin, snapshot, word};
use crate::cargo::Package;
use crate::names;
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::project::{Edits, Project};

/// The tools of the framework that an application may have several of.
const SEVERAL: &[(&str, &[(&str, &str)])] =
    &[("db", &[("Sqlite", "sqlite"), ("Postgres", "postgres")]), ("state", &[("Memory", ""), ("Redis", "redis")])];

/// Writes the word.
pub(super) fn add(project: &Project, asked: &PackAsked, name: &str) -> Result<Outcome> {
    names::module("tool", name)?;
    if names::TAKEN_TOOLS.contains(&name) || project.has_own_tool(name) {
        return Err(Problem::new(format!("tool `{name}` is there already")).help("choose another name"));
    }
    let tool = asked.name.as_str();
    if asked.copy {
        return Err(Problem::new("an instance has no files of its own").help("leave `--copy` out"));
    }
    finish(project, asked, &[], |project| {
        let app = project.app()?;
        let (backend, edits, env) = backend(project, asked, tool)?;
        let written = format!("{tool}::{backend}");
        match app.value(name) {
            Some(known) if known == written => return Ok(None),
            Some(known) => {
                return Err(Problem::new(format!("`app!` has `{name}: {known}` already"))
                    .help("choose another name, or remove that first"));
            }
            None => {}
        }
        snapshot::write(project, "Cargo.toml", &edits.text())?;
        snapshot::write(project, &app.path, &app.with(name, &written))?;
        example::append(project, name, &keys(tool, name, &env))?;
        notes::take(project, name, &[], edits.made())?;
        Ok(Some(next(name)))
    })
}

/// What stands behind the word: the backend, the manifest with its features, and the settings of the tool.
fn backend(project: &Project, asked: &PackAsked, tool: &str) -> Result<(String, Edits, Vec<String>)> {
    let mut edits =
        Edits::of(&project.text("Cargo.toml")?).ok_or_else(|| Problem::new("`Cargo.toml` can't take a feature"))?;
    if let Some((_, words)) = SEVERAL.iter().find(|(known, _)| *known == tool) {
        let asked = asked.word.as_deref().unwrap_or(words[0].0);
        let Some((word, feature)) = words.iter().find(|(known, _)| *known == asked) else {
            let all = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            return Err(
                Problem::new(format!("tool `{tool}` has no backend `{asked}`")).help(format!("write one of {all}"))
            );
        };
        if !feature.is_empty() && !project.dependency.has(feature) {
            edits.feature("dependencies", &project.dependency.key, feature);
        }
        return Ok(((*word).to_owned(), edits, Vec::new()));
    }
    if built_in::find(tool).is_some() {
        return Err(
            Problem::new(format!("an application has one `{tool}`")).help("`db` and `state` may be there twice")
        );
    }
    if let Some((package, _)) = copy::known(project, tool)? {
        let (word, features) = word(&package, asked.word.as_deref())?;
        for feature in &features {
            edits.element("features", "default", feature);
        }
        return Ok((word, edits, package.env));
    }
    if project.app()?.value(tool).is_none() {
        return Err(Problem::new(format!("`app!` has no `{tool}`, so there can't be another one"))
            .help(format!("`microcore add {tool}` first")));
    }
    let key = origin::key(tool);
    let package = Package::of_dependency(&project.root, &key)?;
    let (word, features) = word(&package, asked.word.as_deref())?;
    for feature in &features {
        edits.feature("dependencies", &key, feature);
    }
    Ok((word, edits, package.env))
}

/// The settings of an instance: `ALERTS_URL` for `MAIL_URL`.
fn keys(tool: &str, name: &str, env: &[String]) -> Vec<String> {
    let (from, to) = (format!("{}_", tool.to_uppercase()), format!("{}_", name.to_uppercase()));
    env.iter().map(|key| format!("{to}{}", key.strip_prefix(&from).unwrap_or(key))).collect()
}

/// The tool of which a value in `app!` is one more instance.
pub(super) fn tool_of<'v>(project: &Project, value: &'v str) -> Option<&'v str> {
    let (tool, word) = value.split_once("::")?;
    let known = || {
        SEVERAL.iter().any(|(known, _)| *known == tool)
            || project.has_own_tool(tool)
            || project.app().is_ok_and(|app| app.value(tool).is_some())
    };
    (!word.contains("::") && !word.contains('<') && known()).then_some(tool)
}

/// Takes the word away, and what was added for it.
pub(super) fn remove(project: &Project, name: &str, tool: &str) -> Result<Vec<String>> {
    let app = project.app()?;
    let env = match copy::known(project, tool)? {
        Some((package, _)) => package.env,
        None => {
            Package::of_dependency(&project.root, &origin::key(tool)).map(|package| package.env).unwrap_or_default()
        }
    };
    example::take(project, name, &keys(tool, name, &env))?;
    snapshot::write(project, &app.path, &app.without(name))?;
    notes::give_back(project, name, &[], "")
}
