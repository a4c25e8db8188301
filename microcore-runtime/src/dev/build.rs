//! One run of cargo. In: the project. Out: the program that it has made, or why there is none.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::failure::Failure;

/// What to build.
#[derive(Debug, Clone)]
pub(super) struct Build {
    pub(super) folder: PathBuf,
    pub(super) program: String,
    /// `--features durable`.
    pub(super) besides: Vec<String>,
}

/// A program.
#[derive(Debug, Clone)]
pub(super) struct Built {
    pub(super) path: PathBuf,
    /// Nothing of it had to be made anew.
    pub(super) is_fresh: bool,
}

impl Build {
    /// On a thread that may wait.
    pub(super) fn run(&self) -> Result<Built, Failure> {
        // Of cargo's own, so that the toolchain is the one that built this program.
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(["build", "--message-format=json-diagnostic-rendered-ansi", "--bin", &self.program]);
        command.args(&self.besides).current_dir(&self.folder).stdin(Stdio::null());
        // A project may be a workspace member: its paths are told from the root either way.
        let done = command.output().map_err(|error| Failure::of_build(&[], &format!("cargo can't be run: {error}")))?;
        let said = String::from_utf8_lossy(&done.stdout);
        let messages: Vec<Value> = said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let of = |reason: &str| messages.iter().filter(|message| message["reason"] == reason).collect::<Vec<_>>();
        if !done.status.success() {
            let told: Vec<Value> = of("compiler-message").iter().map(|message| message["message"].clone()).collect();
            return Err(Failure::of_build(&told, &String::from_utf8_lossy(&done.stderr)));
        }
        let artifacts = of("compiler-artifact");
        let made = artifacts
            .iter()
            .find(|made| made["executable"].is_string() && made["target"]["name"].as_str() == Some(&self.program));
        let path = made.and_then(|made| made["executable"].as_str()).map(PathBuf::from);
        let path = path.ok_or_else(|| Failure::of_build(&[], "cargo names no program that it has built"))?;
        Ok(Built { path, is_fresh: made.is_some_and(|made| made["fresh"] == true) })
    }
}
