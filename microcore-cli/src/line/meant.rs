//! Words that are almost one of ours: told before anything is looked for, compiled or asked of a registry.
//!
//! In: a word that is no command. Out: nothing, or what was meant.

use super::commands::{FORWARDED, command_line};
use super::dispatch::KINDS;
use crate::names;
use crate::problem::{Problem, Result};

/// Behind `add`: a pack, unless it is almost one of its own words.
pub(super) fn to_add(name: &str) -> Result<()> {
    match names::nearest(name, KINDS) {
        Some(near) => Err(Problem::new(format!("there is nothing to add that is called `{name}`"))
            .help(format!("did you mean `{near}`? A crate that is called so is `{name}@<version>`"))),
        None => Ok(()),
    }
}

/// Behind `remove`.
pub(super) fn to_remove(name: &str) -> Result<()> {
    if name == "domain" {
        return Err(Problem::new("a domain is many files, which `remove` does not delete")
            .help("delete its folder in `src/domains`, git has it; `microcore check` says who misses it"));
    }
    match names::nearest(name, KINDS.into_iter().filter(|kind| *kind != "domain")) {
        Some(near) => Err(Problem::new(format!("there is nothing to remove that is called `{name}`"))
            .help(format!("did you mean `{near}`?"))),
        None => Ok(()),
    }
}

/// Whether each application has the command.
pub(super) fn is_forwarded(word: &str) -> bool {
    FORWARDED.iter().any(|(name, _)| *name == word)
}

/// A command of the application, unless it is almost one of either program.
pub(super) fn to_forward(word: &str) -> Result<()> {
    let line = command_line();
    let ours = line.get_subcommands().map(clap::Command::get_name);
    let known: Vec<&str> = ours.chain(FORWARDED.iter().map(|(name, _)| *name)).collect();
    if known.contains(&word) {
        return Ok(());
    }
    match names::nearest(word, known.iter().copied()) {
        Some(near) => {
            Err(Problem::new(format!("there is no command `{word}`")).help(format!("did you mean `{near}`?")))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_almost_known_leads_to_it() {
        let help = |told: Result<()>| told.unwrap_err().parts().1.unwrap();
        assert!(help(to_add("plugn")).starts_with("did you mean `plugin`?"));
        assert!(help(to_add("migraton")).starts_with("did you mean `migration`?"));
        assert_eq!(help(to_remove("evnt")), "did you mean `event`?");
        assert!(help(to_remove("domain")).contains("src/domains"));
        assert_eq!(help(to_forward("nwe")), "did you mean `new`?");
        assert_eq!(help(to_forward("rotues")), "did you mean `routes`?");
        assert_eq!(help(to_forward("doctr")), "did you mean `doctor`?");
        for known in ["routes", "serve", "sidecars", "frobnicate"] {
            to_forward(known).unwrap();
        }
        for known in ["mail", "users", "acme-geo", "../geo"] {
            to_add(known).unwrap();
        }
        to_remove("mail").unwrap();
    }
}
