//! One word behind a tool's name in `app!` is a backend: of a tool of ours, or of one that drops in.
//!
//! In: the choices. Out: the same without those that are mistakes, so that nothing else goes wrong because of them. Whose
//! backend a word is that is none of ours, rustc knows: the word becomes a path into the tool's folder or crate.

use syn::parse_quote;

use super::AppItem;
use crate::errors::{Errors, listed, nearest};

/// The tools that can be chosen by a word, with their backends: those of `slots` in `microcore-tools`, which macros can't
/// look into. The first takes the place of a mistake.
const BACKENDS: [(&str, &[&str]); 5] = [
    ("auth", &["Jwt"]),
    ("bus", &["InProcess", "DurableSqlite", "RedisStreams", "Stored"]),
    ("db", &["Sqlite", "Postgres"]),
    ("scheduler", &["InDatabase", "InMemory"]),
    ("state", &["Memory", "Redis"]),
];

/// The tools of ours behind which nothing else can be put by a word.
const WITHOUT_BACKENDS: [&str; 3] = ["config", "http", "logger"];

/// What people write for a tool of ours.
const MEANT: [(&str, &str); 7] = [
    ("auth", "auth"),
    ("authentication", "auth"),
    ("bus", "bus"),
    ("events", "bus"),
    ("db", "db"),
    ("database", "db"),
    ("state", "state"),
];

/// The backends of a tool of ours.
pub(crate) fn backends_of(tool: &str) -> Option<&'static [&'static str]> {
    BACKENDS.iter().find(|(name, _)| *name == tool).map(|(_, backends)| *backends)
}

impl AppItem {
    /// Reports words that are no backend of a tool of ours, and names that are almost one.
    pub(crate) fn check_providers(&mut self, errors: &mut Errors) {
        let has_own_database = self.tools.iter().any(|choice| choice.name == "db" && choice.word().is_none());
        self.tools.retain_mut(|choice| {
            if let Some((tool, word)) = &mut choice.instance {
                let backends = backends_of(&tool.to_string()).unwrap_or_default();
                if !backends.is_empty() && backends.iter().all(|backend| word != backend) {
                    no_backend(&tool.to_string(), word, backends, errors);
                    *word = syn::Ident::new(backends[0], word.span());
                }
                return true;
            }
            let Some(word) = choice.word().cloned() else { return true };
            let name = choice.name.to_string();
            let Some(backends) = backends_of(&name) else {
                let help = if WITHOUT_BACKENDS.contains(&name.as_str()) {
                    let tools = listed(BACKENDS.iter().map(|(tool, _)| *tool));
                    format!("a backend is chosen for {tools}; a tool of your own is named by its path")
                } else {
                    match almost(&name).filter(|(_, backends)| backends.iter().any(|backend| word == backend)) {
                        Some((tool, _)) => format!("`{word}` is a backend of `{tool}`: write `{tool}: {word}`"),
                        // A tool that drops in.
                        None => return true,
                    }
                };
                errors.add(&choice.name, "MC0005", format!("no tool `{name}` of the framework has backends"), help);
                return false;
            };
            if name == "bus" && word == "Stored" && has_own_database {
                errors.add(
                    &word,
                    "MC0005",
                    "`bus: Stored` keeps events in a database of the framework, and `db` is a tool of your own",
                    "write `bus: DurableSqlite`, which has a file of its own, or `db: Sqlite` or `db: Postgres`",
                );
                choice.provider = parse_quote!(InProcess);
            } else if backends.iter().all(|backend| word != backend) {
                no_backend(&name, &word, backends, errors);
                let first = syn::Ident::new(backends[0], word.span());
                choice.provider = parse_quote!(#first);
            }
            true
        });
    }
}

/// Reports a word that is no backend of a tool of ours.
fn no_backend(tool: &str, word: &syn::Ident, backends: &[&str], errors: &mut Errors) {
    let help = match nearest(&word.to_string(), backends.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("write one of {}, or the path of a tool of your own", listed(backends.iter().copied())),
    };
    errors.add(word, "MC0005", format!("tool `{tool}` has no backend `{word}`"), help);
}

/// The tool of ours that is meant by a name which is almost its own.
fn almost(name: &str) -> Option<(&'static str, &'static [&'static str])> {
    let letters = |name: &str| {
        let mut letters: Vec<char> = name.chars().collect();
        letters.sort_unstable();
        letters
    };
    let names = || MEANT.iter().map(|(name, _)| *name);
    let near = nearest(name, names()).or_else(|| names().find(|known| letters(known) == letters(name)))?;
    let (_, tool) = MEANT.iter().find(|(known, _)| *known == near)?;
    Some((tool, backends_of(tool)?))
}
