//! The machine: compiler, settings, port.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Finding;
use crate::project::{Project, Version};

/// The oldest compiler that builds the framework.
const OLDEST: &str = env!("CARGO_PKG_RUST_VERSION");

pub(super) fn toolchain(working: &Path) -> Finding {
    // In the folder of the project: `rust-toolchain.toml` may choose another one there.
    let said = Command::new("rustc").arg("--version").current_dir(working).output();
    let text = said.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    judged(&text)
}

pub(super) fn judged(text: &str) -> Finding {
    let version = text.split(' ').nth(1).and_then(Version::parse);
    match (version, Version::parse(OLDEST)) {
        (Some(version), Some(oldest)) if version < oldest => {
            Finding::wrong(format!("Rust {version} is too old: MicroCore needs {OLDEST}"), "rustup update stable")
        }
        (Some(version), _) => Finding::right(format!("Rust {version}")),
        (None, _) => Finding::wrong("`rustc` can't be started", "install Rust: https://rustup.rs"),
    }
}

/// The lines `KEY=value` of a file.
fn lines(text: &str) -> BTreeMap<String, String> {
    let lines =
        text.lines().map(|line| line.trim().trim_start_matches("export ")).filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()))
        .collect()
}

/// The setting as the application would read it: the environment over `.env`.
pub(super) fn setting(project: &Project, key: &str) -> Option<String> {
    let file = project.read(".env").ok().flatten().map(|text| lines(&text)).unwrap_or_default();
    std::env::var(key).ok().or_else(|| file.get(key).cloned()).filter(|value| !value.is_empty())
}

/// `.env` holds secrets.
pub(super) fn secrets(project: &Project) -> Option<Finding> {
    if !project.root.join(".env").exists() {
        return None;
    }
    let mut asked = Command::new("git");
    asked.current_dir(&project.root).args(["check-ignore", "--quiet", ".env"]);
    let ignored = asked.stderr(Stdio::null()).status().ok()?;
    // 128: this is no repository.
    (ignored.code() == Some(1))
        .then(|| Finding::wrong("`.env` is not ignored by git", "write `.env` into `.gitignore`"))
}

/// What `.env.example` gives without a `#` has no default.
pub(super) fn settings(project: &Project) -> Vec<Finding> {
    let example = project.read(".env.example").ok().flatten().unwrap_or_default();
    let missing = lines(&example).into_keys().filter(|key| setting(project, key).is_none());
    missing
        .map(|key| {
            Finding::wrong(format!("`{key}` is not set"), format!("set `{key}` in `.env`, as `.env.example` shows it"))
        })
        .collect()
}

pub(super) fn port(project: &Project) -> Finding {
    let host = setting(project, "HTTP_HOST").unwrap_or_else(|| "127.0.0.1".to_owned());
    let port = setting(project, "HTTP_PORT").unwrap_or_else(|| "5000".to_owned());
    let Ok(number) = port.parse::<u16>() else {
        return Finding::wrong(format!("`HTTP_PORT` is `{port}`, which is no port"), "write a number from 0 to 65535");
    };
    match TcpListener::bind((host.as_str(), number)) {
        Ok(_) => Finding::right(format!("{host}:{number} is free")),
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Finding::wrong(
            format!("{host}:{number} is in use by another program"),
            "stop that one, or set another `HTTP_PORT` in `.env`",
        ),
        Err(error) => Finding::wrong(
            format!("{host}:{number} can't be opened: {error}"),
            "set `HTTP_HOST` or `HTTP_PORT` in `.env`",
        ),
    }
}
