//! What rustc shows to whoever makes a mistake: one file per rule, its words beside it. See `README.md`.

use std::env;
use std::process::Command;

/// Flags of rustc for all that trybuild builds: those that it chooses itself where it compares messages. Left to itself it
/// chooses others where it builds the dependencies and where it runs a case, so cargo would build every dependency twice.
const FLAGS: [&str; 6] = ["--cfg", "trybuild", "--verbose", "-A", "dead_code", "--diagnostic-width=140"];
const VARIABLE: &str = "CARGO_ENCODED_RUSTFLAGS";

/// The folders of the cases. PostgreSQL is a feature, and trybuild builds with one set of them.
const FOLDERS: &[&str] = if cfg!(feature = "postgres") {
    &["postgres"]
} else {
    &["app", "db", "derive", "event", "plugin", "test", "tool"]
};

/// One run for both kinds, so that the dependencies are built once.
#[test]
fn mistakes_are_reported_in_place_and_their_twins_compile() {
    let flags = FLAGS.join("\u{1f}");
    if env::var(VARIABLE).is_ok_and(|set| set == flags) {
        let cases = trybuild::TestCases::new();
        for folder in FOLDERS {
            cases.compile_fail(format!("{folder}/fail/*.rs"));
            cases.pass(format!("{folder}/pass/*.rs"));
        }
        return;
    }
    // Cargo takes this variable before what trybuild tells it; it can be set for a process of its own only.
    let this = env::current_exe().expect("a test is a file");
    let status = Command::new(this).args(env::args_os().skip(1)).env(VARIABLE, flags).status();
    assert!(status.expect("the test starts again").success(), "some cases are not as they should be");
}
