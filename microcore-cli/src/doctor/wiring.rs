//! What the manifest and the sources say to each other.

use super::Finding;
use crate::pack::feature;
use crate::project::{OWN, Project};

pub(super) fn version(project: &Project) -> Finding {
    match project.locked {
        None => Finding::right(format!("`microcore` {OWN}; nothing is locked yet")),
        Some(locked) if locked > OWN => Finding::wrong(
            format!("the project has `microcore` {locked}, and this program is of {OWN}"),
            format!("cargo install microcore-cli --version {locked}"),
        ),
        Some(locked) if locked < OWN => Finding::wrong(
            format!("the project has `microcore` {locked}, and this program is of {OWN}"),
            "microcore upgrade",
        ),
        Some(locked) => Finding::right(format!("`microcore` {locked}, as this program")),
    }
}

/// Without it, cargo does not notice a file that appears or disappears.
pub(super) fn build_script(project: &Project) -> Finding {
    let line = "println!(\"cargo::rerun-if-changed=src\");";
    match project.read("build.rs") {
        Ok(Some(text)) if text.contains("rerun-if-changed=src") => Finding::right("`build.rs` watches `src`"),
        Ok(Some(_)) => Finding::wrong(
            "`build.rs` does not watch `src`: a new file is not noticed",
            format!("write into its `main`: {line}"),
        ),
        Ok(None) => Finding::wrong(
            "`build.rs` is missing: a new file is not noticed",
            format!("make it: fn main() {{ {line} }}"),
        ),
        Err(problem) => problem.into(),
    }
}

/// Each word in `app!` needs a feature, a crate or a folder.
pub(super) fn words(project: &Project) -> Vec<Finding> {
    let app = match project.app() {
        Ok(app) => app,
        Err(problem) => return vec![problem.into()],
    };
    let key = &project.dependency.key;
    let mut findings = Vec::new();
    for entry in app.entries() {
        let is_word = entry.value.chars().all(|char| char.is_alphanumeric() || char == '_');
        if !is_word || ["root", "sql", "replies"].contains(&entry.name.as_str()) {
            continue;
        }
        let line = format!("`{}: {}`", entry.name, entry.value);
        let needed = feature(&entry.name, &entry.value);
        let default = [("db", "Sqlite"), ("bus", "InProcess"), ("state", "Memory")];
        let module = entry.name.replace('_', "-");
        let has_folder = project.root.join(project.sources()).join("tools").join(&entry.name).is_dir();
        let manifest = project.read("Cargo.toml").ok().flatten().unwrap_or_default();
        findings.push(match needed {
            Some(feature) if project.dependency.has(feature) => Finding::right(format!("{line} has its feature `{feature}`")),
            Some(feature) => Finding::wrong(
                format!("{line} needs the feature `{feature}` of `{key}`"),
                format!("cargo add {key} --features {feature}"),
            ),
            None if default.contains(&(entry.name.as_str(), entry.value.as_str())) || has_folder => Finding::right(line),
            None if manifest.contains(&format!("microcore-{module}")) => Finding::right(format!("{line} has its crate")),
            None => Finding::wrong(
                format!("{line} is no tool of the framework, and neither `src/tools/{}/` nor a crate `microcore-{module}` is there", entry.name),
                format!("microcore add {module} {}", entry.value),
            ),
        });
    }
    findings
}
