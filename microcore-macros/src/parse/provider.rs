//! One word behind a tool's name in `app!` is a backend that the framework has for that tool.
//!
//! In: the choices. Out: the same without those that are mistakes, so that nothing else goes wrong because of them.

use syn::Path;

use super::AppItem;
use crate::errors::{Errors, listed, nearest};

/// The tools that can be chosen by a word, with their backends: those of `slots` in `microcore-tools`, which macros can't
/// look into. The first takes the place of a mistake.
const BACKENDS: [(&str, &[&str]); 4] = [
    ("auth", &["Jwt"]),
    ("bus", &["InProcess", "DurableSqlite", "RedisStreams"]),
    ("db", &["Sqlite", "Postgres"]),
    ("state", &["Memory"]),
];

impl AppItem {
    /// Reports words that are no backend, and names that no backend belongs to.
    pub(crate) fn check_providers(&mut self, errors: &mut Errors) {
        self.tools.retain_mut(|choice| {
            let Some(word) = choice.provider.get_ident().cloned() else { return true };
            let name = choice.name.to_string();
            let Some((_, backends)) = BACKENDS.iter().find(|(tool, _)| *tool == name) else {
                let help = match BACKENDS.iter().find(|(_, backends)| backends.iter().any(|backend| word == backend)) {
                    Some((tool, _)) => format!("`{word}` is a backend of `{tool}`: write `{tool}: {word}`"),
                    None => {
                        let tools = listed(BACKENDS.iter().map(|(tool, _)| *tool));
                        format!("a backend is chosen for {tools}; a tool of your own is named by its path")
                    }
                };
                errors.add(&choice.name, "MC0005", format!("no tool `{name}` of the framework has backends"), help);
                return false;
            };
            if backends.iter().all(|backend| word != backend) {
                let help = match nearest(&word.to_string(), backends.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        format!("write one of {}, or the path of a tool of your own", listed(backends.iter().copied()))
                    }
                };
                errors.add(&word, "MC0005", format!("tool `{name}` has no backend `{word}`"), help);
                choice.provider = Path::from(syn::Ident::new(backends[0], word.span()));
            }
            true
        });
    }
}
