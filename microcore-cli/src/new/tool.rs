//! `microcore new geo --tool`: a tool for others, as a crate: its shape, a backend that needs nothing, a fake, a battery.

use toml_edit::{DocumentMut, value};

use super::Source;
use crate::names;
use crate::problem::{Problem, Result};
use crate::template::unpack;

const FILES: &str = include_str!("tool.txt");

const MANIFEST: &str = r#"[package]
name = "{crate}"
version = "0.1.0"
edition = "2024"
license = "MIT OR Apache-2.0"
description = "The tool `{name}` of MicroCore."
keywords = ["microcore-tool"]
include = ["/src/**", "/README.md", "/LICENSE-*"]

# What `microcore add` knows before anything is compiled.
[package.metadata.microcore]
tool = "{name}"
backends = { Fixed = [] }
env = ["{KEY}_ANSWER"]

[features]
# The cases that every backend passes, for crates that write one.
battery = ["dep:tokio"]

[dependencies]
tokio = { version = "1", default-features = false, features = ["rt"], optional = true }

[dev-dependencies]
{crate} = { path = ".", features = ["battery"] }

# A workspace of its own, also where it stands inside of another.
[workspace]
"#;

/// Every file, with its text, by path.
pub(super) fn files(folder: &str, source: &Source) -> Result<Vec<(String, String)>> {
    let plain = folder.strip_prefix("microcore-").unwrap_or(folder);
    let name = plain.replace('-', "_");
    names::module("tool", &name)?;
    if names::TAKEN_TOOLS.contains(&name.as_str()) || names::raw(&name) != name {
        return Err(Problem::new(format!("tool `{name}` must not have this name: Rust or the framework uses it"))
            .help("plugins name their tools; choose the word that they shall write"));
    }
    let package = format!("microcore-{plain}");
    let filled = |text: &str| {
        text.replace("{crate}", &package)
            .replace("{module}", &package.replace('-', "_"))
            .replace("{KEY}", &name.to_uppercase())
            .replace("{Type}", &names::pascal(&name))
            .replace("{name}", &name)
    };
    let mut files: Vec<(String, String)> = unpack(FILES).map(|(path, text)| (path.to_owned(), filled(text))).collect();
    let mut manifest: DocumentMut = filled(MANIFEST).parse().expect("it is TOML, whatever the name");
    let mut entry = source.contract();
    entry.insert("package", "microcore-tool".into());
    entry.fmt();
    manifest["dependencies"]["microcore"] = value(entry);
    files.push(("Cargo.toml".to_owned(), manifest.to_string()));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_tool_has_its_name_in_every_place() {
        let files = files("rate-limit", &Source::Registry).unwrap();
        let text = |path: &str| files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str()).unwrap();
        assert!(text("Cargo.toml").contains("name = \"microcore-rate-limit\""));
        assert!(text("Cargo.toml").contains("package = \"microcore-tool\""), "{}", text("Cargo.toml"));
        assert!(text("src/slot.rs").contains("super::RateLimit<B>"));
        assert!(text("src/fixed.rs").contains("prefix = \"RATE_LIMIT\""));
        assert!(text("tests/backends.rs").contains("microcore_rate_limit::battery!(Plain);"));
        for (path, text) in &files {
            for mark in ["{crate}", "{module}", "{KEY}", "{Type}", "{name}"] {
                assert!(!text.contains(mark), "{path} has {mark}");
            }
            if Path::new(path).extension().is_some_and(|extension| extension == "rs") {
                syn::parse_file(text).unwrap();
            }
        }
        for wrong in ["db", "fn", "1geo"] {
            super::files(wrong, &Source::Registry).unwrap_err();
        }
    }
}
