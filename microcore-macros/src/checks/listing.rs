//! What the folders alone can tell: names that are no modules, files that declare nothing, two migrations of one number.
//! Of tools that is in `tool_choice.rs`.
//!
//! The place is `app!`: on stable Rust a macro has no span in a file that it only lists.

use proc_macro2::Span;

use crate::discover::Listing;
use crate::errors::Errors;
use crate::parse::AppItem;

pub(crate) fn check(app: &AppItem, listing: &Listing, errors: &mut Errors) {
    for name in &listing.wrong_names {
        errors.add_at(
            Span::call_site(),
            "MC0002",
            format!("`{name}` must be named like a module"),
            "use lower-case letters, digits and `_`; `mod.rs` is needed only in a folder that is one plugin",
        );
    }
    for domain in &listing.domains {
        let kinds = [
            ("plugins", "plugin", "#[plugin]", &domain.plugins),
            ("events", "event", "#[event(\"…\")]", &domain.events),
        ];
        for (folder, kind, attribute, files) in kinds {
            for file in files.iter().filter(|file| !file.contents.is_marked) {
                errors.add_at(
                    Span::call_site(),
                    "MC0003",
                    format!("`src/domains/{}/{folder}/{}.rs` declares no {kind}", domain.name, file.name),
                    format!("put `{attribute}` into it, or move it: each file in `{folder}/` is one {kind}"),
                );
            }
        }
        let folders = [("plugins", &domain.plugins), ("events", &domain.events), ("models", &domain.models)];
        for (folder, files) in folders {
            for file in files.iter().filter(|file| file.contents.is_conditional) {
                conditional(&format!("src/domains/{}/{folder}/{}.rs", domain.name, file.name), errors);
            }
        }
        for guest in &domain.guests {
            super::guest_folder::check(&domain.name, guest, app, listing, errors);
        }
        duplicate_migrations(&domain.name, &domain.migrations, errors);
    }
    super::tool_choice::check(app, listing, errors);
}

/// What is wired is there in every build.
pub(super) fn conditional(path: &str, errors: &mut Errors) {
    errors.add_at(
        Span::call_site(),
        "MC0110",
        format!("`{path}` must be there in every build: what it declares must not depend on `#[cfg]`"),
        "decide by a setting while running, or delete the file: a feature is a file, and a variant an application",
    );
}

fn duplicate_migrations(domain: &str, migrations: &[crate::discover::Migration], errors: &mut Errors) {
    for (index, migration) in migrations.iter().enumerate() {
        let Some(number) = migration.number else {
            errors.add_at(
                Span::call_site(),
                "MC0601",
                format!("migration `{}` of `{domain}` must start with a number", migration.file),
                "write `001_users.sql`; migrations run in the order of their names",
            );
            continue;
        };
        if let Some(earlier) = migrations[..index].iter().find(|earlier| earlier.number == Some(number)) {
            errors.add_at(
                Span::call_site(),
                "MC0602",
                format!("migrations `{}` and `{}` of `{domain}` have one number", earlier.file, migration.file),
                "give the younger one the next number",
            );
        }
    }
}
