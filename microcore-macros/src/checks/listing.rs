//! What the folders alone can tell: names that are no modules, files that declare nothing, two tools of one name, two
//! migrations of one number.
//!
//! The place is `app!`: on stable Rust a macro has no span in a file that it only lists.

use proc_macro2::Span;

use crate::discover::Listing;
use crate::errors::Errors;
use crate::expand::app::{BUILT_IN, RESERVED};
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
        duplicate_migrations(&domain.name, &domain.migrations, errors);
    }
    for tool in &listing.tools {
        if tool.contents.is_marked && tool.contents.is_conditional {
            conditional(&format!("src/tools/{}.rs", tool.name), errors);
        } else if !tool.contents.is_marked {
            errors.add_at(
                Span::call_site(),
                "MC0003",
                format!("`src/tools/{}.rs` declares no tool", tool.name),
                "put `#[tool]` on the impl in it, or move it: each file in `src/tools/` is one tool",
            );
        } else if BUILT_IN.contains(&tool.name.as_str()) && !app.tools.iter().any(|choice| choice.name == tool.name) {
            errors.add_at(
                Span::call_site(),
                "MC0204",
                format!("tool `{0}` is provided twice: by the framework and by `src/tools/{0}.rs`", tool.name),
                format!("rename the file, or choose yours: `app! {{ {0}: crate::tools::{0}::YourType }}`", tool.name),
            );
        }
    }
    for tool in listing.tools.iter().filter(|tool| RESERVED.contains(&tool.name.as_str())) {
        errors.add_at(
            Span::call_site(),
            "MC0205",
            format!("tool `{}` must not have this name: generated code and tests use it", tool.name),
            "rename the file; the file's name is the tool's name",
        );
    }
    for choice in app.tools.iter().filter(|choice| RESERVED.iter().any(|name| choice.name == name)) {
        errors.add(
            &choice.name,
            "MC0205",
            format!("tool `{}` must not have this name: generated code and tests use it", choice.name),
            "choose another name; plugins and tests will use it too",
        );
    }
    for (index, choice) in app.tools.iter().enumerate() {
        if app.tools[..index].iter().any(|earlier| earlier.name == choice.name) {
            errors.add(
                &choice.name,
                "MC0204",
                format!("tool `{}` is provided twice", choice.name),
                "one name, one tool: delete one of the two lines",
            );
        }
    }
}

/// What is wired is there in every build.
fn conditional(path: &str, errors: &mut Errors) {
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
