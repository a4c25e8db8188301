//! `alerts: mail::Smtp` in `app!` is one more instance of the tool `mail`, with the settings `ALERTS_…`.
//!
//! In: the choices and the folders. Out: the same, each instance known as one. A path whose first word is no tool is a
//! type, as any other.

use syn::{Ident, Type};

use super::AppItem;
use super::provider::backends_of;
use crate::discover::Listing;
use crate::errors::Errors;

/// The tools of ours of which an application has one.
const ONE: [&str; 6] = ["auth", "bus", "config", "http", "logger", "scheduler"];

impl AppItem {
    /// Finds the instances.
    pub(crate) fn find_instances(&mut self, listing: &Listing, errors: &mut Errors) {
        let names: Vec<String> = self.tools.iter().map(|choice| choice.name.to_string()).collect();
        let is_tool = |name: &Ident| match listing.tools.iter().find(|tool| name == &tool.name) {
            Some(tool) => tool.contents.has_slot,
            None => {
                ONE.iter().any(|one| name == one)
                    || backends_of(&name.to_string()).is_some()
                    || names.iter().any(|known| name == known)
            }
        };
        self.tools.retain_mut(|choice| {
            let Some((tool, word)) = two_words(&choice.provider).filter(|(tool, _)| is_tool(tool)) else { return true };
            let name = &choice.name;
            let (place, said, help) = if *name == tool {
                let said = format!("tool `{name}` can't be an instance of itself");
                let help = format!("write `{name}: {word}`, or name the instance: `other_{name}: {tool}::{word}`");
                (&tool, said, help)
            } else if ONE.iter().any(|one| tool == one) {
                let said = format!("an application has one `{tool}`, so `{name}` can't be another one");
                let help = "delete the line; `db`, `state` and every tool that drops in may be there several times";
                (&tool, said, help.to_owned())
            } else if backends_of(&name.to_string()).is_some() || ONE.iter().any(|one| name == one) {
                let said = format!("`{name}` is the framework's own tool, and can't be an instance of `{tool}`");
                (name, said, "give the instance another name; plugins and tests will use it".to_owned())
            } else {
                choice.instance = Some((tool, word));
                return true;
            };
            errors.add(place, "MC0207", said, help);
            false
        });
    }
}

/// `mail::Smtp`.
fn two_words(provider: &Type) -> Option<(Ident, Ident)> {
    let Type::Path(path) = provider else { return None };
    if path.qself.is_some() || path.path.leading_colon.is_some() {
        return None;
    }
    let mut segments = path.path.segments.iter();
    let (first, second) = (segments.next()?, segments.next()?);
    let is_plain = segments.next().is_none() && first.arguments.is_empty() && second.arguments.is_empty();
    is_plain.then(|| (first.ident.clone(), second.ident.clone()))
}
