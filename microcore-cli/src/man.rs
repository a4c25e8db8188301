//! `microcore man add plugin`: a page for `man`, of the program or of one of its commands.

use crate::line::command_line;
use crate::names;
use crate::problem::{Problem, Result};

/// The page, as `man` reads it.
pub(crate) fn page(words: &[&str]) -> Result<String> {
    let mut command = command_line();
    // Names each command in full, `microcore add plugin`, in its page.
    command.build();
    for word in words {
        let Some(found) = command.find_subcommand(word) else {
            let said =
                Problem::new(format!("`{}` has no command `{word}`", command.get_bin_name().unwrap_or("microcore")));
            let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            return Err(said.help(match names::nearest(word, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => "leave that word out".to_owned(),
                None => format!("there are `{}`", known.join("`, `")),
            }));
        };
        command = found.clone();
    }
    let mut page = Vec::new();
    let written = clap_mangen::Man::new(command).render(&mut page);
    written.map_err(|error| Problem::new(format!("the page can't be written: {error}")))?;
    Ok(String::from_utf8_lossy(&page).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_and_each_of_its_commands_has_a_page() {
        let whole = page(&[]).unwrap();
        assert!(whole.starts_with(".ie") && whole.contains(".TH microcore 1"), "{whole}");
        for word in ["upgrade", "doctor", "routes"] {
            assert!(whole.contains(word), "{word}:\n{whole}");
        }
        let one = page(&["add", "plugin"]).unwrap();
        assert!(one.contains("microcore\\-add\\-plugin") && one.contains("publishes"), "{one}");
        assert!(page(&["add", "plugn"]).unwrap_err().to_string().contains("did you mean `plugin`?"));
        assert!(page(&["doctor", "x"]).unwrap_err().to_string().contains("leave that word out"));
    }
}
