//! `microcore tool check`: whether a tool, a crate or a folder of `src/tools`, is what `microcore add` and its users expect.
//!
//! In: the folder. Out: one sentence per mistake. Files are read and nothing is compiled.

mod sources;

use std::fs;
use std::path::Path;

use self::sources::Sources;
use crate::cargo::Package;
use crate::problem::{Problem, Result};

/// The most lines of a `TOOL.md`: its beginning goes into `AI_CONTEXT.md`.
const LONGEST_NOTES: usize = 40;

/// The text, and whether everything is right.
pub(crate) fn tool_check(folder: &Path) -> Result<(String, bool)> {
    let (manifest, own) = (folder.join("Cargo.toml"), folder.join("tool.toml"));
    if !manifest.is_file() && own.is_file() {
        let package = Package::of_folder(&own)?;
        return Ok(told(&package, &of_folder(&package, &Sources::in_folder(folder))));
    }
    if !manifest.is_file() {
        return Err(Problem::new(format!("`{}` is no package: it has no `Cargo.toml`", folder.display())).help(
            "go to the folder of a tool crate, or give that of a copied tool: `microcore tool check src/tools/mail`",
        ));
    }
    let package = Package::read(&manifest)?;
    let text = fs::read_to_string(&manifest).map_err(|error| Problem::file(&manifest, "read", &error))?;
    Ok(told(&package, &mistakes(&package, &text, &Sources::read(folder))))
}

fn told(package: &Package, wrong: &[String]) -> (String, bool) {
    let mut said: String = wrong.iter().map(|wrong| format!("error: {wrong}\n")).collect();
    let words = package.words();
    said += &match wrong.len() {
        0 => format!("tool `{}` with {words}: everything is right\n", package.tool),
        1 => "1 error\n".to_owned(),
        many => format!("{many} errors\n"),
    };
    (said, wrong.is_empty())
}

/// What holds in a folder of `src/tools`, too: the compiler sees the rest.
fn of_folder(package: &Package, sources: &Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    for (word, _) in package.backends.iter().filter(|(word, _)| !sources.words.contains(word)) {
        wrong.push(format!(
            "backend `{word}` is not in `slot::backends`\nhelp: write `pub use super::super::{word};` there"
        ));
    }
    if !sources.has_slot {
        wrong.push(
            "`slot.rs` has no `pub type Tool`\nhelp: write `pub type Tool<B = super::Default> = super::YourTool<B>;`"
                .into(),
        );
    }
    if !sources.has_fake {
        wrong.push(
            "the tool has no fake, so a test of a plugin reaches what is outside\nhelp: write `pub async fn fake() -> Result<Self>` beside `setup`"
                .into(),
        );
    }
    for key in package.env.iter().filter(|key| !sources.keys.contains(*key)) {
        wrong.push(format!(
            "`env` names `{key}`, which no `#[derive(Settings)]` reads\nhelp: leave it out, or write its field"
        ));
    }
    for method in &sources.undocumented {
        wrong.push(format!(
            "method `{method}` has no documentation\nhelp: write `///` above it: `context <tool>` shows it"
        ));
    }
    match sources.notes {
        None => wrong.push(
            "`TOOL.md` is missing\nhelp: say in at most 40 lines when it is for, how it is used, and what goes wrong"
                .into(),
        ),
        Some(lines) if lines > LONGEST_NOTES => {
            wrong.push(format!(
                "`TOOL.md` has {lines} lines\nhelp: at most {LONGEST_NOTES}; the rest belongs into a README.md"
            ));
        }
        Some(_) => {}
    }
    wrong
}

fn mistakes(package: &Package, manifest: &str, sources: &Sources) -> Vec<String> {
    let mut wrong = Vec::new();
    if !manifest.contains("package = \"microcore-tool\"") {
        wrong.push("the contract is not depended on\nhelp: write `microcore = { package = \"microcore-tool\", version = \"0.1\" }`".into());
    }
    let depended = manifest.parse::<toml_edit::DocumentMut>().unwrap_or_default();
    let depended = depended.get("dependencies").and_then(toml_edit::Item::as_table_like);
    for (key, _) in depended.into_iter().flat_map(|table| table.iter()) {
        if key.starts_with("microcore-") {
            wrong.push(format!(
                "it depends on `{key}`: a tool never uses another tool\nhelp: leave it to a plugin, which may have both"
            ));
        }
    }
    for (word, features) in &package.backends {
        for feature in features {
            if !manifest.lines().any(|line| line.split('=').next().map(str::trim) == Some(feature)) {
                wrong.push(format!("backend `{word}` asks for the feature `{feature}`, which there is none of\nhelp: declare it in `[features]`"));
            }
        }
        if !sources.batteries.iter().any(|file| file.contains(word.as_str())) {
            wrong.push(format!(
                "backend `{word}` does not pass the battery in any test\nhelp: mount `battery!(…)` for it in `tests/`"
            ));
        }
    }
    wrong.extend(of_folder(package, sources));
    wrong
}

#[cfg(test)]
mod tests;
