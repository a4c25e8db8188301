//! Packs that are domains: files below `src/domains/`, which are yours from then on.
//!
//! In: the name of a pack. Out: its files, as the framework's own tests have them, and the crates that they name.

use std::path::Path;

use toml_edit::value;

use super::{PackAsked, example, finish, notes, snapshot};
use crate::change::Changes;
use crate::names::pascal;
use crate::outcome::Outcome;
use crate::problem::{Problem, Result};
use crate::project::{Edits, Project};
use crate::template::unpack;

/// The files of all of them.
const PACKED: &str = include_str!("domains.txt");

/// A domain that can be added.
pub(crate) struct DomainPack {
    name: &'static str,
    /// What its plugins name beside `db` and `bus`.
    tools: &'static [&'static str],
    /// What its files name of other crates.
    crates: &'static [(&'static str, &'static str)],
    /// The settings of its own.
    env: &'static [&'static str],
    /// What to do with it.
    next: &'static str,
}

const ALL: &[DomainPack] = &[
    DomainPack {
        name: "users",
        tools: &["auth", "mail"],
        crates: &[("base64", "0.22"), ("getrandom", "0.4"), ("sha2", "0.11")],
        env: &["USERS_PAGES"],
        next: "set USERS_PAGES, which links in mails lead to; see docs/guide/users.md",
    },
    DomainPack {
        name: "webhooks",
        tools: &["fetch"],
        crates: &[("base64", "0.22"), ("getrandom", "0.4"), ("hmac", "0.13"), ("serde_json", "1"), ("sha2", "0.11")],
        env: &[],
        next: "publish WebhookRaised where something happens; see docs/guide/webhooks.md",
    },
];

/// The pack of this name.
pub(crate) fn find(name: &str) -> Option<&'static DomainPack> {
    ALL.iter().find(|pack| pack.name == name)
}

impl DomainPack {
    /// Path below the project and text of each file.
    pub(crate) fn files(&self, project: &Project) -> Vec<(String, String)> {
        let prefix = format!("{}/", self.name);
        let own = unpack(PACKED).filter(|(path, _)| path.starts_with(&prefix));
        own.map(|(path, text)| (format!("{}/domains/{path}", project.sources()), self.at_home(project, text))).collect()
    }

    /// The text of a file, with the tools where this project has them.
    fn at_home(&self, project: &Project, text: &str) -> String {
        let copied = self.tools.iter().filter(|tool| project.has_own_tool(tool));
        copied.fold(text.to_owned(), |text, tool| {
            text.replace(&format!("microcore_{tool}::"), &format!("crate::tools::{tool}::"))
        })
    }

    fn folder(&self, project: &Project) -> String {
        format!("{}/domains/{}", project.sources(), self.name)
    }

    fn env(&self) -> Vec<String> {
        self.env.iter().map(|key| (*key).to_owned()).collect()
    }
}

/// Writes the files; `None` among the changes: they are there already.
pub(super) fn add(project: &Project, pack: &DomainPack, asked: &PackAsked) -> Result<Outcome> {
    if asked.word.is_some() || asked.copy || asked.instance.is_some() {
        return Err(Problem::new(format!("`{}` is a domain: its files are yours, and it has no backend", pack.name))
            .help(format!("microcore add {}", pack.name)));
    }
    let files = pack.files(project);
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    finish(project, asked, &paths, |project| {
        let mut is_there = true;
        for (path, text) in &files {
            is_there &= project.read(path)?.as_ref() == Some(text);
        }
        if is_there {
            return Ok(None);
        }
        let app = project.app()?;
        for tool in pack.tools {
            if app.value(tool).is_none() && !project.has_own_tool(tool) {
                return Err(Problem::new(format!("`{}` needs the tool `{tool}`", pack.name))
                    .help(format!("`microcore add {tool}` first")));
            }
        }
        let folder = pack.folder(project);
        if project.root.join(&folder).exists() {
            return Err(Problem::new(format!("`{folder}` exists already"))
                .help("nothing was changed; the files of the pack would mix with yours"));
        }
        let mut edits = Edits::of(&project.text("Cargo.toml")?)
            .ok_or_else(|| Problem::new("`Cargo.toml` can't take more dependencies"))?;
        for (name, version) in pack.crates {
            edits.entry("dependencies", name, value(*version));
        }
        snapshot::write(project, "Cargo.toml", &edits.text())?;
        example::append(project, pack.name, &pack.env())?;
        let mut changes = Changes::below(&project.root);
        for (path, text) in &files {
            changes.create(path, text);
        }
        changes.apply()?;
        notes::take(project, pack.name, &files, edits.made())?;
        Ok(Some(vec![pack.next.to_owned()]))
    })
}

/// Takes the files away, as far as they are as they were written and nobody else names their events.
pub(super) fn remove(project: &Project, pack: &DomainPack, asked: &PackAsked) -> Result<Outcome> {
    let (files, folder) = (pack.files(project), pack.folder(project));
    if !project.root.join(&folder).exists() {
        return Err(Problem::new(format!("there is no `{folder}`")).help("there is nothing to remove"));
    }
    notes::is_as_written(project, &folder, &files)?;
    let inside = format!("{folder}/");
    let events = files.iter().filter(|(path, _)| path.contains("/events/"));
    let types = events.filter_map(|(path, _)| Some(pascal(Path::new(path).file_stem()?.to_str()?)));
    let named: Vec<String> =
        types.flat_map(|ty| project.names_of_type(&ty, "")).filter(|place| !place.starts_with(&inside)).collect();
    if !named.is_empty() {
        return Err(Problem::new(format!("domain `{}` is in use:\n  {}", pack.name, named.join("\n  ")))
            .help("nothing was changed; take it out of these files first"));
    }
    let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
    let mut kept = Vec::new();
    let mut outcome = finish(project, asked, &paths, |project| {
        for (path, _) in &files {
            if project.read(path)?.is_some() {
                snapshot::delete(project, path)?;
            }
        }
        example::take(project, pack.name, &pack.env())?;
        kept = notes::give_back(project, pack.name, &files, &inside)?;
        Ok(Some(vec!["cargo test".to_owned()]))
    })?;
    outcome.said.push("its tables stay in the database".to_owned());
    outcome.said.extend(notes::told(&kept));
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// The files are those that the framework's own tests compile and run.
    #[test]
    fn the_packed_domains_are_the_domains() {
        let domains = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/mail/domains");
        let mut files = Vec::new();
        for pack in ALL {
            for kind in ["events", "migrations", "models", "plugins"] {
                let folder = domains.join(pack.name).join(kind);
                if !folder.exists() {
                    continue;
                }
                let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
                names.sort();
                for name in names {
                    let path = format!("{}/{kind}/{}", pack.name, name.to_str().unwrap());
                    let text = fs::read_to_string(domains.join(&path)).unwrap();
                    files.push((path, text));
                }
            }
        }
        assert!(files.len() > 5, "the walk finds the files");
        crate::template::tests::packed("src/pack/domains.txt", files.into_iter(), PACKED);
    }
}
