//! Folders → manifests. What can't be read is reported, and left out.

use std::path::Path;

use microcore_sidecars_manifest::{Manifest, Part, Problem};

use super::Guest;
use crate::decl::shown;
use crate::errors::Errors;
use crate::wiring::Wiring;

pub(super) fn all(wiring: &Wiring, errors: &mut Errors) -> Vec<Guest> {
    let root = wiring.sql.folder.value();
    let mut guests = Vec::new();
    for (file, folder) in &wiring.guest_files {
        let below = format!("domains/{}/sidecars/{}", shown(&file.domain), shown(&file.module));
        let path = Path::new(&root).join(&below);
        let place = format!("src/{below}");
        let read = std::fs::read_to_string(path.join("plugin.toml"))
            .map_err(|error| vec![(Part::Manifest, 1, format!("it can't be read: {error}"))])
            .and_then(|text| {
                let problem = |Problem { part, line, message }| (part, line, message);
                Manifest::read(&place, &text).map_err(|problems| problems.all.into_iter().map(problem).collect())
            });
        match read {
            Ok(manifest) => {
                // rustc may be given a relative path, and an application runs elsewhere.
                let absolute = std::path::absolute(&path).unwrap_or(path).display().to_string();
                let folder = folder.value();
                guests.push(Guest { file: file.clone(), folder, absolute, shown: place, manifest });
            }
            Err(problems) => {
                for (part, line, message) in problems {
                    let (wrong, help) = split(&message, part);
                    errors.add_at(wiring.place(), code(part), format!("{place}/plugin.toml:{line}: {wrong}"), help);
                }
            }
        }
    }
    guests
}

/// What a mistake in this part is called.
fn code(part: Part) -> &'static str {
    match part {
        Part::Manifest => "MC0901",
        Part::Route => "MC0903",
        Part::Events => "MC0904",
        Part::Sql | Part::Config | Part::Tools => "MC0905",
        Part::Limits => "MC0906",
    }
}

/// What is wrong, and what to write.
fn split(message: &str, part: Part) -> (&str, &str) {
    let ways = [": write ", ": it may ", ": leave ", ": use ", ", so leave it out"];
    match ways.iter().find_map(|way| message.rfind(way)) {
        Some(at) => (&message[..at], message[at..].trim_start_matches([':', ',', ' ']).trim_start_matches("so ")),
        None => (
            message,
            match part {
                Part::Manifest => "docs/guide/sidecars.md has a whole manifest",
                Part::Route => "a route is `[[route]]` with `name = \"pdf\"` and `get = \"/invoices/{id}/pdf\"`",
                Part::Events => "what is heard is `[[on]]` with `event = \"order.paid\"`",
                Part::Sql | Part::Config | Part::Tools => "a guest may use what its manifest names, and nothing else",
                Part::Limits => "leave it out for the default",
            },
        ),
    }
}
