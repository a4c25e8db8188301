//! Where a tool crate is from, and `cargo add` for it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, Item};

use super::snapshot;
use crate::cargo;
use crate::names;
use crate::problem::{Problem, Result};
use crate::project::{Edits, Project};

/// The tools that come with the framework, as crates of their own.
pub(crate) const OURS: &[&str] = &["cache", "fetch", "llm", "mail", "search", "sidecars", "storage"];

/// What `add` knows besides packs.
const KINDS: &[&str] = &["plugin", "event", "tool", "domain", "migration", "users", "webhooks"];

/// One of three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// A crate of the registry, with the version that is asked for.
    Crate { name: String, version: Option<String> },
    /// A folder, absolute or as seen from the working directory.
    Path(PathBuf),
    /// A repository; the package in it, where its name is known.
    Git { url: String, rev: Option<String>, package: Option<String> },
}

impl Origin {
    /// `mail`: from where the framework is from. `./geo`, `git:…#…`, `acme-geo`, `acme-geo@1.2`: as it says.
    pub(super) fn of(name: &str, project: &Project, working: &Path) -> Result<Self> {
        if let Some(url) = name.strip_prefix("git:").or_else(|| name.starts_with("https://").then_some(name)) {
            let (url, rev) = url.split_once('#').map_or((url, None), |(url, rev)| (url, Some(rev.to_owned())));
            if url.is_empty() || rev.as_deref() == Some("") {
                return Err(Problem::new(format!("`{name}` is no address of a repository"))
                    .help("write `git:https://example.com/geo#<revision>`, with a revision or without"));
            }
            return Ok(Self::Git { url: url.to_owned(), rev, package: None });
        }
        if name.starts_with(['.', '/', '~']) || name.contains(['/', '\\']) {
            let path = PathBuf::from(name);
            if !working.join(&path).join("Cargo.toml").is_file() {
                return Err(Problem::new(format!("`{name}` is no package: it has no `Cargo.toml`"))
                    .help("give the folder of a tool crate, such as `../geo`"));
            }
            return Ok(Self::Path(path));
        }
        let (name, version) = name.split_once('@').map_or((name, None), |(name, version)| (name, Some(version)));
        let plain = |char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_';
        if !name.starts_with(|char: char| char.is_ascii_alphabetic()) || !name.chars().all(plain) {
            return Err(Problem::new(format!("`{name}` is no name of a package"))
                .help("give a tool such as `mail`, a crate, a folder such as `../geo`, or `git:https://…`"));
        }
        if let (Some(there), None) = (project.tools().into_iter().find(|tool| *tool == name), version)
            && !OURS.contains(&name)
        {
            return Err(Problem::new(format!("this application has the tool `{there}` already"))
                .help(format!("a plugin names it: `microcore add plugin <domain>/<name> --get /… --tool {there}`")));
        }
        if (name, version) == ("scheduler", None) || (name, version) == ("jobs", None) {
            let key = &project.dependency.key;
            return Err(Problem::new(format!("`{name}` is a feature of the framework, and no pack"))
                .help(format!("cargo add {key} --features jobs")));
        }
        let near = names::nearest(name, KINDS.iter().chain(OURS).copied());
        if let (Some(near), None) = (near, version) {
            return Err(Problem::new(format!("there is nothing to add that is called `{name}`"))
                .help(format!("did you mean `{near}`? A crate that is called so is `{name}@<version>`")));
        }
        if !OURS.contains(&name) {
            return Ok(Self::named(name, version));
        }
        let package = format!("microcore-{name}");
        let framework = project.framework()?;
        Ok(match framework {
            Framework::Path(path) => {
                let folder = path.join("microcore-tools").join(name);
                if !folder.join("Cargo.toml").is_file() {
                    return Err(Problem::new(format!("the framework in `{}` has no tool `{name}`", path.display()))
                        .help("take a newer one, or write a tool of your own: `microcore add tool`"));
                }
                Self::Path(folder)
            }
            Framework::Git { url, rev } => Self::Git { url, rev, package: Some(package) },
            Framework::Registry => Self::Crate { name: package, version: version.map(str::to_owned) },
        })
    }

    fn named(name: &str, version: Option<&str>) -> Self {
        Self::Crate { name: name.to_owned(), version: version.map(str::to_owned) }
    }

    /// What stands behind `cargo add`.
    fn words(&self) -> Vec<OsString> {
        match self {
            Self::Crate { name, version: None } => vec![name.into()],
            Self::Crate { name, version: Some(version) } => vec![format!("{name}@{version}").into()],
            Self::Path(path) => vec!["--path".into(), path.into()],
            Self::Git { url, rev, package } => {
                let mut words: Vec<OsString> = package.iter().map(Into::into).collect();
                words.extend(["--git".into(), url.into()]);
                words.extend(rev.iter().flat_map(|rev| ["--rev".into(), rev.into()]));
                words
            }
        }
    }

    /// The command that a person would write.
    pub(super) fn command(&self, key: &str, features: &[String]) -> String {
        let words = self.words().into_iter().map(|word| word.to_string_lossy().into_owned());
        let mut command = vec!["cargo add".to_owned()];
        command.extend(words);
        command.push(format!("--rename {key}"));
        command.extend((!features.is_empty()).then(|| format!("--features {}", features.join(","))));
        command.join(" ")
    }

    /// Adds the dependency, where it is not there yet under any name, and gives its key.
    pub(super) fn add(&self, project: &Project, working: &Path, rename: Option<&str>) -> Result<String> {
        if let Some(key) = self.known(&project.text("Cargo.toml")?, working) {
            return Ok(key);
        }
        let manifest = project.root.join("Cargo.toml");
        let mut words: Vec<OsString> =
            vec!["add".into(), "--quiet".into(), "--manifest-path".into(), (&manifest).into()];
        words.extend(self.words());
        words.extend(rename.iter().flat_map(|name| ["--rename".into(), OsString::from(name)]));
        let words: Vec<&OsStr> = words.iter().map(OsString::as_os_str).collect();
        let before = keys(&project.text("Cargo.toml")?);
        cargo::run(working, &words)?;
        let new = keys(&project.text("Cargo.toml")?).into_iter().find(|key| !before.contains(key));
        new.ok_or_else(|| Problem::new("`cargo add` added nothing").help("write the word into `app!` yourself"))
    }

    /// The key under which it is there.
    fn known(&self, manifest: &str, working: &Path) -> Option<String> {
        let name = match self {
            Self::Crate { name, .. } | Self::Git { package: Some(name), .. } => Some(name.clone()),
            Self::Path(path) => package_name(&working.join(path)),
            Self::Git { .. } => None,
        };
        let document = manifest.parse::<DocumentMut>().ok()?;
        let dependencies = document.get("dependencies")?.as_table_like()?;
        let is_it = |key: &str, entry: &Item| {
            let text = |field: &str| entry.get(field).and_then(Item::as_str);
            match (&name, self) {
                (Some(name), _) => text("package").unwrap_or(key) == name,
                (None, Self::Git { url, .. }) => text("git") == Some(url),
                _ => false,
            }
        };
        dependencies.iter().find(|(key, entry)| is_it(key, entry)).map(|(key, _)| key.to_owned())
    }
}

/// The key under which `app!` finds a tool.
pub(super) fn key(tool: &str) -> String {
    format!("microcore-{}", tool.replace('_', "-"))
}

/// The keys of `[dependencies]`.
fn keys(text: &str) -> Vec<String> {
    let document = text.parse::<DocumentMut>().unwrap_or_default();
    let table = document.get("dependencies").and_then(Item::as_table_like);
    table.into_iter().flat_map(|table| table.iter().map(|(key, _)| key.to_owned())).collect()
}

fn package_name(folder: &Path) -> Option<String> {
    let text = std::fs::read_to_string(folder.join("Cargo.toml")).ok()?;
    let document = text.parse::<DocumentMut>().ok()?;
    document.get("package")?.get("name")?.as_str().map(str::to_owned)
}

/// Turns features of a dependency on.
pub(super) fn enable(project: &Project, key: &str, features: &[String]) -> Result<()> {
    let mut text = project.text("Cargo.toml")?;
    let known = Edits::of(&text).map(|edits| edits.features(key)).unwrap_or_default();
    for feature in features.iter().filter(|feature| !known.contains(feature)) {
        text = crate::project::with_feature(&text, key, feature)
            .ok_or_else(|| Problem::new(format!("`{key}` in `Cargo.toml` can't take the feature `{feature}`")))?;
    }
    snapshot::write(project, "Cargo.toml", &text)
}

/// Turns features off, as far as they are on.
pub(super) fn disable(project: &Project, key: &str, features: &[&String]) -> Result<()> {
    let mut text = project.text("Cargo.toml")?;
    for feature in features {
        text = crate::project::without_feature(&text, key, feature).unwrap_or(text);
    }
    snapshot::write(project, "Cargo.toml", &text)
}

/// Where the framework itself is from.
pub(super) enum Framework {
    Registry,
    Path(PathBuf),
    Git { url: String, rev: Option<String> },
}

impl Project {
    fn framework(&self) -> Result<Framework> {
        let document = self.text("Cargo.toml")?.parse::<DocumentMut>().unwrap_or_default();
        let entry = document.get("dependencies").and_then(|all| all.get(&self.dependency.key));
        let text = |name: &str| entry.and_then(|entry| entry.get(name)).and_then(Item::as_str).map(str::to_owned);
        Ok(match (text("path"), text("git")) {
            (Some(path), _) => Framework::Path(self.root.join(path)),
            (_, Some(url)) => Framework::Git { url, rev: text("rev").or(text("tag")) },
            _ => Framework::Registry,
        })
    }
}
