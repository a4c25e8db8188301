//! How a process starts on a database that is, and is not, what the migrations of `src/domains` say.

use std::path::Path;
use std::process::{Command, Output};

use crate::program::{program, template};

/// Runs the program in a folder of its own until it ends by itself.
fn app(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program(""));
    command.args(arguments).current_dir(folder).env("HTTP_PORT", "0").env("DB_AUTO_MIGRATE", "false");
    command.env_remove("DB_PATH").env_remove("STRICT_BOOT").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A new folder, removed at the end.
struct Folder(std::path::PathBuf);

impl Folder {
    fn make(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("microcore-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// What is in `src/domains/*/migrations/`, as `domain/file`.
fn files() -> Vec<String> {
    let domains = template().join("src/domains");
    let mut files = Vec::new();
    for domain in std::fs::read_dir(domains).unwrap().map(Result::unwrap) {
        for file in std::fs::read_dir(domain.path().join("migrations")).into_iter().flatten().map(Result::unwrap) {
            files.push(format!("{}/{}", domain.file_name().to_string_lossy(), file.file_name().to_string_lossy()));
        }
    }
    files.sort();
    files
}

#[test]
fn the_files_of_the_domains_are_what_is_migrated() {
    let folder = Folder::make("domains");
    let ran = app(&folder.0, &["migrate"]);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let mut applied: Vec<String> = text(&ran.stdout).lines().map(str::to_owned).collect();
    applied.sort();
    assert!(applied.len() >= 2, "{applied:?}");
    assert_eq!(applied, files());
}

#[test]
fn what_waits_for_the_command_ends_the_boot_with_its_name() {
    let folder = Folder::make("waits");
    let ran = app(&folder.0, &[]);
    let said = text(&ran.stderr);
    assert_eq!(ran.status.code(), Some(2), "{said}");
    for file in files() {
        let line = format!(
            "error: migration `{file}` is not applied, and DB_AUTO_MIGRATE is false; run the command `migrate`"
        );
        assert_eq!(said.matches(&line).count(), 1, "{said}");
    }
    assert!(!said.contains("plugin is off"), "{said}");
}

#[test]
fn the_status_fails_where_the_database_can_not_be_opened() {
    let folder = Folder::make("status");
    let mut command = Command::new(program(""));
    let ran =
        command.args(["migrate", "--status"]).current_dir(&folder.0).env("DB_PATH", "typo/app.db").output().unwrap();
    let said = text(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("the database `typo/app.db` can't be opened") && said.contains("no folder `typo`"), "{said}");
    std::fs::write(folder.0.join("app.db"), "this is no database, and long enough to be looked at").unwrap();
    let ran = app(&folder.0, &["migrate", "--status"]);
    let said = text(&ran.stderr);
    assert!(ran.status.code() == Some(1) && said.contains("`app.db`"), "{said}");
}
