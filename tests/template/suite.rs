//! The template's own tests, and what its users run besides them.

use crate::program::{Alone, cargo, template};

/// Runs cargo in the template; what it printed.
#[track_caller]
fn passes(arguments: &[&str]) -> String {
    let output = cargo(&template(), arguments);
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "cargo {arguments:?}:\n{printed}");
    printed
}

#[test]
fn the_template_passes_its_own_tests_as_a_user_runs_them() {
    let _alone = Alone::wait();
    let printed = passes(&["test", "--locked"]);
    let passed = printed.lines().filter(|line| line.starts_with("test result: ok. ")).count();
    assert!(passed >= 3, "of plugins and of the whole:\n{printed}");
    let findings = passes(&["run", "--quiet", "--locked", "--", "check"]);
    assert!(findings.starts_with("0 errors"), "{findings}");
    passes(&["run", "--quiet", "--locked", "--", "context", "--check"]);
}
