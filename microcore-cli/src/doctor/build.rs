//! What only the application itself can say: whether it compiles, and what its own `check` finds.

use super::Finding;
use crate::cargo::cargo;
use crate::project::Project;

pub(super) fn check(project: &Project) -> Vec<Finding> {
    let built = cargo().current_dir(&project.root).args(["run", "--quiet", "--", "check"]).output();
    let Ok(output) = built else {
        return vec![Finding::wrong("`cargo` can't be started", "install Rust: https://rustup.rs")];
    };
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    // The summary is the command's own: without it, the command never ran.
    if !out.contains(" errors") && !out.contains(" error,") {
        let first = err.lines().find(|line| line.starts_with("error")).unwrap_or("cargo run failed").to_owned();
        return vec![Finding::wrong(format!("the application does not compile: {first}"), "cargo check")];
    }
    let mut findings = vec![Finding::right("the application compiles")];
    for line in err.lines().filter(|line| line.starts_with("error: ") || line.starts_with("warning: ")) {
        findings.push(Finding::wrong(line.to_owned(), "microcore check says it in full"));
    }
    findings
}
