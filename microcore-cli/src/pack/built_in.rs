//! The framework's own tools that are behind a word and a feature: `auth`, another `bus`, another `db`, another `state`.

use super::{PackAsked, next, snapshot};
use crate::names;
use crate::problem::{Problem, Result};
use crate::project::{AppFile, Project, with_feature, without_feature};

/// A tool with its words, each with the feature of the framework that it needs, if any; the first is the default.
pub(super) struct BuiltIn {
    name: &'static str,
    /// What is there where `app!` has no word, if anything is.
    default: Option<&'static str>,
    words: &'static [(&'static str, &'static str)],
}

const ALL: &[BuiltIn] = &[
    BuiltIn { name: "auth", default: None, words: &[("Jwt", "auth")] },
    BuiltIn {
        name: "bus",
        default: Some("InProcess"),
        words: &[("DurableSqlite", "sqlite"), ("RedisStreams", "redis"), ("Stored", "")],
    },
    BuiltIn { name: "db", default: Some("Sqlite"), words: &[("Postgres", "postgres")] },
    BuiltIn { name: "state", default: Some("Memory"), words: &[("Redis", "redis")] },
];

/// The hash of passwords takes a second each where it is not optimised.
const PROFILES: &str = "\n[profile.dev.package.argon2]\nopt-level = 3\n[profile.dev.package.blake2]\nopt-level = 3\n";

/// The tool of this name.
pub(super) fn find(name: &str) -> Option<&'static BuiltIn> {
    ALL.iter().find(|tool| tool.name == name)
}

/// Whether the tool is there without a word in `app!`, too.
pub(super) fn has_default(name: &str) -> bool {
    find(name).is_some_and(|tool| tool.default.is_some())
}

/// The feature behind a word.
pub(crate) fn feature(tool: &str, word: &str) -> Option<&'static str> {
    let (_, feature) = find(tool)?.words.iter().find(|(known, _)| *known == word)?;
    // `bus: Stored` needs what `db` needs.
    Some(*feature).filter(|feature| !feature.is_empty())
}

/// Whether a word of `app!`, or that of one more instance, needs a feature of the framework.
pub(super) fn needs(app: &AppFile, name: &str) -> bool {
    app.entries().any(|entry| {
        let (tool, word) = entry.value.split_once("::").unwrap_or((entry.name.as_str(), entry.value.as_str()));
        feature(tool, word) == Some(name)
    })
}

/// `None`: it is there already.
pub(super) fn add(project: &Project, tool: &BuiltIn, asked: &PackAsked) -> Result<Option<Vec<String>>> {
    let words = tool.words;
    let word = asked.word.as_deref().unwrap_or(words[0].0);
    if tool.default == Some(word) {
        return match project.app()?.value(tool.name) {
            Some(known) if known != word => Err(Problem::new(format!("`app!` has `{}: {known}`", tool.name))
                .help(format!("`{word}` is the default: `microcore remove {}` brings it back", tool.name))),
            _ => Ok(None),
        };
    }
    let Some((_, feature)) = words.iter().find(|(known, _)| *known == word) else {
        let said = Problem::new(format!("tool `{}` has no backend `{word}`", tool.name));
        let known = || tool.default.into_iter().chain(words.iter().map(|(known, _)| *known));
        let near = names::nearest(word, known());
        let all = known().map(|known| format!("`{known}`")).collect::<Vec<_>>().join(", ");
        return Err(
            said.help(near.map_or_else(|| format!("write one of {all}"), |near| format!("did you mean `{near}`?")))
        );
    };
    let app = project.app()?;
    if app.is_divided(tool.name) {
        return Err(Problem::new(format!("`app!` stands there several times, each with another `{}`", tool.name))
            .help(format!(
                "write `{}: {word}` into those that shall have it, and give `microcore` the feature `{feature}`",
                tool.name
            )));
    }
    match app.value(tool.name) {
        Some(known) if known == word => return Ok(None),
        Some(known) => {
            return Err(Problem::new(format!("`app!` has `{}: {known}` already", tool.name))
                .help(format!("`microcore remove {}` first", tool.name)));
        }
        None => {}
    }
    let mut manifest = project.text("Cargo.toml")?;
    if !feature.is_empty() && !project.dependency.has(feature) {
        let key = &project.dependency.key;
        manifest = with_feature(&manifest, key, feature)
            .ok_or_else(|| Problem::new(format!("`{key}` in `Cargo.toml` can't take the feature `{feature}`")))?;
    }
    if tool.name == "auth" && !manifest.contains("argon2") {
        manifest.push_str(PROFILES);
    }
    snapshot::write(project, "Cargo.toml", &manifest)?;
    snapshot::write(project, &app.path, &app.with(tool.name, word))?;
    Ok(Some(if tool.name == "auth" {
        vec!["microcore add plugin <domain>/<name> --get /… --auth".to_owned()]
    } else if tool.default.is_some() {
        vec!["microcore settings".to_owned()]
    } else {
        next(tool.name)
    }))
}

/// The reverse.
pub(super) fn remove(project: &Project, tool: &BuiltIn) -> Result<()> {
    let app = project.app()?;
    let word = app.value(tool.name).unwrap_or_default().to_owned();
    let mut manifest = project.text("Cargo.toml")?;
    snapshot::write(project, &app.path, &app.without(tool.name))?;
    let left = project.app()?;
    // What is on by default was not added, and what another word needs stays.
    if let Some((_, feature)) = tool.words.iter().find(|(known, _)| *known == word)
        && project.dependency.features.iter().any(|one| one == feature)
        && *feature != "sqlite"
        && !needs(&left, feature)
        && let Some(without) = without_feature(&manifest, &project.dependency.key, feature)
    {
        manifest = without;
    }
    if tool.name == "auth" {
        manifest = manifest.replace(PROFILES, "");
    }
    snapshot::write(project, "Cargo.toml", &manifest)
}
