//! The house rules that a machine can check: headers, sizes, names, the direction of imports, nothing left undone.

use std::fs;
use std::path::{Path, PathBuf};

/// The most lines that a file may have; past that it holds two ideas.
const LONGEST: usize = 400;
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "helpers", "common", "misc", "types", "manager"];

/// Every Rust file of the workspace, but for build output and the cases of the compile-error tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        "src",
        "microcore-cli",
        "microcore-core",
        "microcore-macros",
        "microcore-runtime",
        "microcore-tool",
        "microcore-tools",
        "app-template",
        "tests",
        "benches",
    ] {
        collect(&root.join(folder), &mut found);
    }
    assert!(found.len() > 100, "the walk finds the sources");
    found
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.expect("the folder can be read").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if ["target", "tests/ui"].iter().all(|left_out| !path.ends_with(left_out)) {
                collect(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).expect("a source file is text");
            let path = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).expect("it is inside").to_path_buf();
            found.push((path, text));
        }
    }
}

/// Fails with every file that breaks a rule.
#[track_caller]
fn check(rule: impl Fn(&Path, &str) -> Option<String>) {
    let broken: Vec<String> = sources()
        .iter()
        .filter_map(|(path, text)| Some(format!("{}: {}", path.display(), rule(path, text)?)))
        .collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_file_says_first_what_it_is() {
    check(|_, text| {
        (!text.starts_with("//!") && !text.starts_with("#![doc")).then(|| "no `//!` at the top".to_owned())
    });
}

#[test]
fn no_file_is_longer_than_one_idea() {
    check(|_, text| {
        let lines = text.lines().count();
        (lines > LONGEST).then(|| format!("{lines} lines"))
    });
}

#[test]
fn names_say_what_is_inside() {
    check(|path, _| {
        let stem = path.file_stem()?.to_str()?;
        EMPTY_NAMES.contains(&stem).then(|| format!("`{stem}` says nothing"))
    });
}

#[test]
fn nothing_is_left_undone() {
    // Put together here, so that this file does not find itself.
    let marks = ["TO", "FIX", "XX"].map(|start| {
        format!(
            "{start}{}",
            if start == "TO" {
                "DO"
            } else if start == "FIX" {
                "ME"
            } else {
                "X"
            }
        )
    });
    let ignored = format!("#[{}", "ignore");
    check(|_, text| {
        let found = marks.iter().chain([&ignored]).find(|mark| text.contains(mark.as_str()))?;
        Some(format!("`{found}`"))
    });
}

#[test]
fn the_macros_flow_one_way() {
    // Each stage may use what stands before it, and nothing that comes after.
    let forbidden: [(&str, &[&str]); 6] = [
        ("errors", &["decl", "parse", "discover", "wiring", "checks", "expand"]),
        ("decl", &["parse", "discover", "wiring", "checks", "expand"]),
        ("discover", &["parse", "wiring", "checks", "expand"]),
        ("parse", &["wiring", "checks", "expand"]),
        ("wiring", &["parse", "discover", "checks", "expand"]),
        ("expand", &["checks", "entry"]),
    ];
    check(|path, text| {
        let inside = path.strip_prefix("microcore-macros/src").ok()?;
        let stage = inside.components().next()?.as_os_str().to_str()?;
        let (_, later) = forbidden.iter().find(|(name, _)| *name == stage)?;
        later
            .iter()
            .find(|later| text.contains(&format!("crate::{later}")))
            .map(|later| format!("`{stage}` uses `{later}`"))
    });
}

#[test]
fn tools_know_the_runtime_and_the_runtime_knows_no_tool() {
    check(|path, text| {
        let knows = |name: &str| text.contains(name);
        if path.starts_with("microcore-runtime/src") && knows("microcore_tools") {
            return Some("names a tool".to_owned());
        }
        if path.starts_with("microcore-macros/src") && (knows("use microcore_runtime") || knows("use microcore_tools"))
        {
            return Some("depends on a crate of ours".to_owned());
        }
        let tool = path.strip_prefix("microcore-tools/src").ok()?.components().next()?.as_os_str().to_str()?;
        let others = ["auth", "bus", "config", "db", "http", "logger", "scheduler", "state"]
            .into_iter()
            .filter(|other| *other != tool);
        // A test may try two tools together.
        let private = tool == "__private.rs" || tool == "lib.rs" || path.ends_with("tests.rs");
        others
            .into_iter()
            .find(|other| !private && knows(&format!("crate::{other}")))
            .map(|other| format!("uses the tool `{other}`"))
    });
}

/// Whoever serves what tells about the inside asks first who may see it.
#[test]
fn the_inside_is_shown_by_the_one_rule_and_nowhere_else() {
    let guarded = ["/system", "/docs", "/openapi.json", "/metrics"];
    let methods = ["get", "post", "put", "patch", "delete", "sse", "ws", "mount"];
    check(|path, text| {
        // Plugins of the template: the rule would not be asked there.
        if path.starts_with("app-template/src") {
            let route = |guarded: &&str| methods.iter().any(|method| text.contains(&format!("#[{method}(\"{guarded}")));
            let found = guarded.iter().find(|guarded| route(guarded))?;
            return Some(format!("serves a route below `{found}` without the rule: it is a page of `system/page/`"));
        }
        let inside = path.strip_prefix("microcore-runtime/src").ok()?;
        let is_page = inside.starts_with("system");
        // Commands ask a running application, as anybody may try to.
        if !is_page && (text.contains("\"/system") || text.contains("\"/metrics")) && !inside.starts_with("commands") {
            return Some("names a path of the system pages outside of `system/`".to_owned());
        }
        // The two ways to what is shown: the rule's own, and the one for what a setting shows to everybody.
        let asks = |call: &str| text.contains(call);
        if asks("page::find(") && !inside.ends_with("system/mod.rs") {
            return Some("looks for a page, and is not the rule".to_owned());
        }
        let may_show = inside.ends_with("system/mod.rs") || inside.ends_with("server/edge/mod.rs");
        (asks("documents.answer(") && !may_show).then(|| "shows the documents, and is not the rule".to_owned())
    });
}

/// Macros and runtime are compiled beside each other; the tests of the runtime may use them.
#[test]
fn the_runtime_does_not_wait_for_the_macros() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("microcore-runtime/Cargo.toml");
    let manifest = fs::read_to_string(manifest).expect("the manifest is text");
    let (before, _) = manifest.split_once("[dev-dependencies]").expect("it has dependencies of its tests");
    assert!(!before.contains("microcore-macros"), "it depends on the macros");
}
