//! `microcore remove plugin users/export_users`: what `add` wrote goes again, unless something names it, or it would be
//! lost: what git does not have is kept.

use std::process::Command;

use crate::change::Changes;
use crate::names;
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::project::{Declared, Project, folders};

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct RemoveAsked {
    /// `plugin`, `event`, `tool`, `migration`.
    pub(crate) kind: String,
    /// `users/export_users`, `users/user.exported`, `geo`, `users/add_phone`.
    pub(crate) place: String,
    /// Also what git does not have.
    pub(crate) force: bool,
    pub(crate) dry_run: bool,
}

/// Deletes one file.
pub(crate) fn remove(project: &Project, asked: &RemoveAsked) -> Result<Outcome> {
    let sources = project.sources();
    let (path, named, next) = match asked.kind.as_str() {
        "plugin" => {
            let (domain, name) = names::place("plugin", &asked.place, "users/export_users")?;
            let path = format!("{sources}/domains/{domain}/plugins/{name}.rs");
            (path, project.names_of_module("plugins", name), "microcore check")
        }
        "event" => {
            let event = event(project, &sources, &asked.place)?;
            let named = project.names_of_type(&event.ty, &event.path);
            (event.path, named, "microcore events schema --write")
        }
        "tool" => {
            names::module("tool", &asked.place)?;
            let path = format!("{sources}/tools/{}.rs", asked.place);
            let mut named = project.names_of_tool(&asked.place);
            named.retain(|place| !place.starts_with(&format!("{path}:")));
            (path, named, "microcore check")
        }
        _ => {
            let (domain, name) = names::place("migration", &asked.place, "users/add_phone")?;
            let (path, named) = migration(project, &sources, domain, name)?;
            (path, named, "microcore migrate --status")
        }
    };
    let Some(text) = project.read(&path)? else {
        return Err(Problem::new(format!("`{path}` does not exist")).help(there(project, &asked.kind, &path)));
    };
    if !named.is_empty() {
        return Err(Problem::new(format!("{} `{}` is in use:\n  {}", asked.kind, asked.place, named.join("\n  ")))
            .help("nothing was deleted; take it out of these files first"));
    }
    if let Some(why) = lost(project, &path).filter(|_| !asked.force) {
        return Err(Problem::new(format!("`{path}` would be lost: {why}"))
            .help("nothing was deleted; commit it, or say `--force`"));
    }
    let mut changes = Changes::below(&project.root);
    changes.delete(path, text);
    let mut outcome = changes.carry_out(asked.dry_run)?;
    outcome.next = vec![next.to_owned()];
    Ok(outcome)
}

/// An event of the domain that is named, and of no other.
fn event(project: &Project, sources: &str, place: &str) -> Result<Declared> {
    let (domain, name) = names::place("event", place, "users/user.exported")?;
    let mut events = project.events();
    let Some(event) = events.remove(name) else {
        let near = names::nearest(name, events.keys().map(String::as_str));
        let known = events.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        return Err(Problem::new(format!("there is no event `{name}`")).help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "this project declares none".to_owned(),
            None => format!("there are {known}"),
        }));
    };
    let inside = format!("{sources}/domains/");
    match event.path.strip_prefix(&inside).and_then(|path| path.split('/').next()) {
        Some(home) if home != domain => {
            Err(Problem::new(format!("event `{name}` is one of the domain `{home}`, and not of `{domain}`"))
                .help(format!("nothing was deleted; `microcore remove event {home}/{name}` deletes it")))
        }
        _ => Ok(event),
    }
}

/// The file of a migration by its name without the number, and what stands on it.
fn migration(project: &Project, sources: &str, domain: &str, name: &str) -> Result<(String, Vec<String>)> {
    project.domain(domain)?;
    let all: Vec<(String, String)> = folders(&project.root.join(sources).join("domains"))
        .into_iter()
        .flat_map(|domain| {
            let folder = project.root.join(sources).join("domains").join(&domain).join("migrations");
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            entries
                .map(move |entry| (domain.clone(), entry.file_name().to_string_lossy().into_owned()))
                .collect::<Vec<_>>()
        })
        .collect();
    let number =
        |file: &str| -> u64 { file.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0) };
    let is_called = |file: &str| {
        let bare = file.trim_end_matches(".sql");
        bare == name || bare.trim_start_matches(|char: char| char.is_ascii_digit()).strip_prefix('_') == Some(name)
    };
    let Some((_, file)) = all.iter().find(|(known, file)| known == domain && is_called(file)) else {
        let known: Vec<String> =
            all.iter().filter(|(known, _)| known == domain).map(|(_, file)| format!("`{file}`")).collect();
        return Err(Problem::new(format!("domain `{domain}` has no migration `{name}`")).help(if known.is_empty() {
            "it has none".to_owned()
        } else {
            format!("there are {}", known.join(", "))
        }));
    };
    let folder = format!("{sources}/domains/{domain}/migrations");
    let mut named: Vec<String> = all
        .iter()
        .filter(|(known, other)| known == domain && number(other) > number(file))
        .map(|(_, other)| format!("{folder}/{other} comes after it"))
        .collect();
    let whole = format!("{domain}/{}", file.trim_end_matches(".sql"));
    for (known, other) in &all {
        let path = format!("{sources}/domains/{known}/migrations/{other}");
        let text = project.read(&path).ok().flatten().unwrap_or_default();
        let depends =
            |line: &str| line.trim_start().starts_with("--") && line.contains("depends:") && line.contains(&whole);
        if let Some(line) = text.lines().position(depends) {
            named.push(format!("{path}:{}", line + 1));
        }
    }
    named.sort();
    Ok((format!("{folder}/{file}"), named))
}

/// What there is beside a file that is not there.
fn there(project: &Project, kind: &str, path: &str) -> String {
    let whole = project.root.join(path);
    if whole.with_extension("").is_dir() {
        return format!("it is a folder, `{}/`: delete that yourself", path.trim_end_matches(".rs"));
    }
    let folder = whole.parent().map(std::fs::read_dir);
    let mut names: Vec<String> = folder
        .into_iter()
        .flatten()
        .flatten()
        .flatten()
        .map(|entry| format!("`{}`", entry.file_name().to_string_lossy().trim_end_matches(".rs")))
        .collect();
    names.sort();
    if names.is_empty() {
        format!("there is no {kind} in that folder")
    } else {
        format!("there are {}", names.join(", "))
    }
}

/// Why the file would not come back; `None`: the repository has it as it is here.
fn lost(project: &Project, path: &str) -> Option<&'static str> {
    let git = |words: &[&str]| Command::new("git").current_dir(&project.root).args(words).arg("--").arg(path).output();
    let Ok(known) = git(&["ls-files", "--error-unmatch"]) else { return Some("there is no `git` that could have it") };
    if !known.status.success() {
        // 128: this is no repository.
        let outside = known.status.code() == Some(128);
        return Some(if outside { "this is no repository of git" } else { "git does not know it" });
    }
    let clean = git(&["status", "--porcelain"]).is_ok_and(|output| output.status.success() && output.stdout.is_empty());
    (!clean).then_some("git does not have it as it is")
}

#[cfg(test)]
mod tests;
