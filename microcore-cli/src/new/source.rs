//! Where a project takes the framework from: the registry, a folder, a repository.

use std::path::{Path, PathBuf};

use toml_edit::{DocumentMut, InlineTable};

use crate::problem::{Problem, Result};
use crate::project::OWN;

/// `registry`, `path:…`, `git:…#…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// The version of this program.
    #[default]
    Registry,
    Path(PathBuf),
    Git {
        url: String,
        rev: Option<String>,
    },
}

impl Source {
    /// As on the command line.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Problem::new(format!("source `{text}` is none"))
                .help("write `registry`, `path:../microcore` or `git:https://example.com/microcore#<revision>`")
        };
        match text.split_once(':') {
            None if text == "registry" => Ok(Self::Registry),
            Some(("path", path)) if !path.is_empty() => Ok(Self::Path(path.into())),
            Some(("git", url)) if !url.is_empty() => {
                let (url, rev) = url.split_once('#').map_or((url, None), |(url, rev)| (url, Some(rev)));
                if url.is_empty() || rev == Some("") {
                    return Err(wrong());
                }
                Ok(Self::Git { url: url.to_owned(), rev: rev.map(str::to_owned) })
            }
            _ => Err(wrong()),
        }
    }

    /// Refuses a folder that is not the framework: the project would not build, and say so in words of cargo's.
    pub(super) fn check(&self, working: &Path) -> Result<()> {
        let Self::Path(path) = self else { return Ok(()) };
        let manifest = working.join(path).join("Cargo.toml");
        let named = std::fs::read_to_string(&manifest).ok().and_then(|text| text.parse::<DocumentMut>().ok());
        let is_it =
            named.as_ref().and_then(|document| document.get("package")?.get("name")?.as_str()) == Some("microcore");
        if is_it {
            return Ok(());
        }
        Err(Problem::new(format!("the framework is not in `{}`: there is no package `microcore`", path.display()))
            .help(
                "nothing was written; give the folder of a checkout, as seen from here: `--source path:../microcore`",
            ))
    }

    /// Seen from the project, which is some folders below the working directory.
    pub(super) fn below(&self, working: &Path, depth: Option<usize>, is_here: bool) -> Self {
        match (self, depth) {
            (Self::Path(path), _) if path.is_relative() && is_here => Self::Path(path.clone()),
            (Self::Path(path), Some(depth)) if path.is_relative() => {
                Self::Path(std::iter::repeat_n(PathBuf::from(".."), depth).collect::<PathBuf>().join(path))
            }
            (Self::Path(path), _) => Self::Path(super::plain(&working.join(path))),
            (other, _) => other.clone(),
        }
    }

    /// The entry for the contract of tools.
    pub(super) fn contract(&self) -> InlineTable {
        match self {
            Self::Path(path) => Self::Path(path.join("microcore-tool")).entry(),
            other => other.entry(),
        }
    }

    /// The entry in `[dependencies]`, without features.
    pub(super) fn entry(&self) -> InlineTable {
        let mut entry = InlineTable::new();
        match self {
            Self::Registry => {
                entry.insert("version", OWN.requirement().into());
            }
            Self::Path(path) => {
                entry.insert("path", path.to_string_lossy().replace('\\', "/").into());
            }
            Self::Git { url, rev } => {
                entry.insert("git", url.as_str().into());
                if let Some(rev) = rev {
                    entry.insert("rev", rev.as_str().into());
                }
            }
        }
        entry
    }
}
