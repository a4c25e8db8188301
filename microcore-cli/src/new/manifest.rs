//! `Cargo.toml` of a project: the template's, with the project's name, its source of the framework and its features.

use toml_edit::{Array, DocumentMut, Item, value};

use super::{Options, Source};
use crate::project::DEFAULTS;
use crate::template;

/// The text.
///
/// # Panics
///
/// Where the template is not what it was made for: a test looks at each combination.
pub(super) fn text(name: &str, options: &Options, source: &Source) -> String {
    let mut document: DocumentMut = template::file("Cargo.toml").parse().expect("the template's manifest is TOML");
    document["package"]["name"] = value(name);
    document.remove("features");
    let mut entry = source.entry();
    if options.postgres {
        entry.insert("default-features", false.into());
    }
    let features = features(options);
    if !features.is_empty() {
        entry.insert("features", features.into_iter().collect::<Array>().into());
    }
    entry.fmt();
    // As people write it, where the version is all there is to say.
    let alone =
        entry.get("version").filter(|_| entry.len() == 1).and_then(|version| version.as_str()).map(str::to_owned);
    let dependencies = document["dependencies"].as_table_mut().expect("it has dependencies");
    // The remark about copies goes with the copy.
    dependencies.remove("microcore");
    dependencies.insert("microcore", alone.map_or_else(|| value(entry), value));
    if !options.auth {
        let packages =
            document.get_mut("profile").and_then(|all| all.get_mut("dev")).and_then(|dev| dev.get_mut("package"));
        if let Some(packages) = packages.and_then(Item::as_table_mut) {
            packages.remove("argon2");
            packages.remove("blake2");
        }
    }
    document.to_string()
}

fn features(options: &Options) -> Vec<&'static str> {
    let mut features = Vec::new();
    if options.postgres {
        // No SQLite is compiled, and the rest of the defaults stays.
        features.extend(DEFAULTS.iter().map(|name| if *name == "sqlite" { "postgres" } else { name }));
    }
    if options.auth {
        // Its mail is a job, and its clean-up is nightly.
        features.extend(["auth", "jobs"]);
    }
    match options.bus.as_deref() {
        Some("redis") => features.push("redis"),
        // The file of the bus is SQLite's.
        Some("durable") if options.postgres => features.push("sqlite"),
        _ => {}
    }
    features
}
