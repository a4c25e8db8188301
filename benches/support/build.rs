//! Builds the programs that a bench runs.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The cargo that runs this bench.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What the outer cargo sets for this program is not meant for others.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_") || name == "CARGO_MANIFEST_DIR")
    {
        cargo.env_remove(name);
    }
    cargo
}

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Where generated packages and their artifacts go: below the target folder in which this program was built.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("benches").join(name)
}

/// Runs cargo and gives the one executable that it names in its messages.
pub(crate) fn executable(cargo: &mut Command) -> PathBuf {
    // What comes after `--` is for rustc.
    if !cargo.get_args().any(|argument| argument == "--") {
        cargo.arg("--message-format=json");
    }
    let output = cargo.output().expect("cargo runs this bench");
    assert!(output.status.success(), "{cargo:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let mut executables = messages.lines().filter_map(|message| {
        let message: serde_json::Value = serde_json::from_str(message).ok()?;
        Some(PathBuf::from(message["executable"].as_str()?))
    });
    executables.next_back().expect("a program was built")
}
