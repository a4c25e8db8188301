//! `microcore completions bash`: a script for the shell, the application's own commands included.

use clap::Command;
use clap_complete::Shell;

use crate::line::{FORWARDED, command_line};

/// The script.
pub(crate) fn script(shell: Shell) -> String {
    let forwarded = FORWARDED.iter().map(|(name, about)| Command::new(*name).about(*about));
    let mut line = command_line().subcommands(forwarded);
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut line, "microcore", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shell_knows_both_programs_words() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell, Shell::Elvish] {
            let script = script(shell);
            for word in ["new", "migration", "routes", "dry-run"] {
                assert!(script.contains(word), "{shell} lacks {word}");
            }
        }
    }

    #[test]
    fn the_words_that_are_handed_on_are_those_of_an_application() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(folder.join("../microcore-runtime/src/manifest/command.rs")).unwrap();
        let theirs = source.split("name: \"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default());
        // Of two programs' words of one name, that of the command itself is meant.
        let theirs: Vec<&str> = theirs.filter(|name| *name != "upgrade").collect();
        let ours: Vec<&str> = FORWARDED.iter().map(|(name, _)| *name).collect();
        assert_eq!(ours, theirs);
    }
}
