//! A feature is one file: dropped into the folder it is served, deleted it is gone, and nothing else is touched.
//! And an application may have far more files than one chain of macros could hold.
//!
//! Both run cargo on a copy of the template in a temporary folder, as a user would.
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::program::{self, Alone, root, template};

/// A copy of the template, deleted at the end.
pub(crate) struct Project {
    folder: tempfile::TempDir,
    _alone: Alone,
}

impl Project {
    pub(crate) fn copied() -> Self {
        let alone = Alone::wait();
        let folder = tempfile::tempdir().unwrap();
        copy(&template(), folder.path());
        let manifest = folder.path().join("Cargo.toml");
        let text = fs::read_to_string(&manifest).unwrap();
        let path = format!("path = {:?}", root().display().to_string());
        fs::write(&manifest, text.replace("path = \"..\"", &path)).unwrap();
        Self { folder, _alone: alone }
    }

    fn empty() -> Self {
        let alone = Alone::wait();
        Self { folder: tempfile::tempdir().unwrap(), _alone: alone }
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn delete(&self, path: &str) {
        fs::remove_file(self.folder.path().join(path)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        program::cargo(self.folder.path(), arguments)
    }

    /// Runs cargo in the project; gives what it printed, and panics with its complaints where it fails.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let complaints = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "cargo {arguments:?} failed:\n{complaints}");
        assert!(!complaints.contains("warning:"), "cargo {arguments:?} warned:\n{complaints}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn routes(&self) -> String {
        self.cargo(&["run", "--quiet", "--", "routes"])
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

const SOCKET: &str = r#"//! A socket.
use crate::prelude::*;

#[plugin]
pub struct Echo {}

#[plugin]
impl Echo {
    #[ws("/echo")]
    async fn echo(&self, mut socket: Socket<String, String>) -> Result<()> {
        while let Some(said) = socket.receive().await {
            socket.send(said).await?;
        }
        Ok(())
    }
}
"#;

const FEATURE: &str = r#"//! GET /users/count counts the users.
use crate::prelude::*;

#[plugin]
pub struct CountUsers {
    db: Db,
}

#[plugin]
impl CountUsers {
    #[get("/users/count")]
    async fn execute(&self) -> Result<i64> {
        Ok(self.db.query_scalar("SELECT count(*) FROM users", ()).await?)
    }
}
"#;

#[test]
fn a_dropped_file_is_served_and_a_deleted_one_is_gone() {
    let project = Project::copied();
    let file = "src/domains/users/plugins/count_users.rs";
    let before = project.routes();
    assert!(!before.contains("/users/count"));
    project.write(file, FEATURE);
    assert!(project.routes().contains("users.count_users.execute"));
    project.delete(file);
    assert_eq!(project.routes(), before);
    // A whole domain goes as easily, events and all, once nobody hears it.
    project.delete("src/domains/mail/plugins/welcome_email.rs");
    assert_eq!(project.routes(), before);
}

#[test]
fn hundreds_of_plugins_are_wired_without_raising_a_limit_and_told_in_an_index() {
    let project = Project::copied();
    for number in 0..250 {
        let mut plugin = FEATURE.replace("CountUsers", &format!("Count{number}"));
        plugin = plugin.replace("/users/count", &format!("/many/{number}/{{id}}")).replace("&self)", "&self, id: u32)");
        plugin = plugin.replace("Ok(self", "let _ = id;\n        Ok(self");
        // The table is another domain's.
        plugin = plugin.replace("SELECT count(*) FROM users", "SELECT 1");
        let mut path = String::new();
        write!(path, "src/domains/many{}/plugins/count_{number}.rs", number % 12).unwrap();
        project.write(&path, &plugin);
    }
    let routes = project.routes();
    assert_eq!(routes.lines().filter(|line| line.contains("/many/")).count(), 250);

    let context = project.cargo(&["run", "--quiet", "--", "context", "--stdout"]);
    assert!(context.len() < 8 * 1024, "{} bytes", context.len());
    let listed = (0..12).filter(|number| context.contains(&format!("- `many{number}` 2"))).count();
    assert_eq!(listed, 12, "each with the number of its plugins:\n{context}");
    let one = project.cargo(&["run", "--quiet", "--", "context", "many7"]);
    assert_eq!(one.lines().filter(|line| line.contains("`GET /many/")).count(), 21, "all of one domain:\n{one}");
}

#[test]
fn an_edited_migration_is_noticed_by_the_check_of_sql() {
    let project = Project::copied();
    let file = "src/domains/users/migrations/001_users.sql";
    let migration = fs::read_to_string(project.folder.path().join(file)).unwrap();
    project.cargo(&["check", "--quiet"]);
    project.write(file, &migration.replace("email", "mail"));
    let refused = project.run(&["check", "--quiet"]);
    let complaints = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && complaints.contains("column `email` does not exist"), "{complaints}");
    project.write(file, &migration);
    project.cargo(&["check", "--quiet"]);
}

#[test]
fn an_application_without_sockets_does_not_compile_what_they_need() {
    let project = Project::copied();
    let manifest = project.folder.path().join("Cargo.toml");
    let depends = || project.cargo(&["tree", "--edges", "normal", "--prefix", "none"]).contains("tungstenite");
    assert!(!depends());
    project.write("src/domains/users/plugins/echo.rs", SOCKET);
    let refused = project.run(&["check", "--quiet", "--lib"]);
    let complaints = String::from_utf8_lossy(&refused.stderr);
    let said = "`echo` must have the feature `ws` of `microcore`, which this build leaves out [MC0711]";
    assert!(!refused.status.success() && complaints.contains(said), "{complaints}");
    assert!(complaints.contains("echo.rs:9:7"), "at the attribute: {complaints}");
    let errors = complaints.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(errors, 2, "one, and the end: {complaints}");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(r#"["auth", "jobs"]"#, r#"["auth", "jobs", "ws"]"#)).unwrap();
    assert!(depends());
    project.cargo(&["check", "--quiet", "--lib"]);
}

const SCHEDULE: &str = r#"//! Sweeps.
use crate::prelude::*;

#[plugin]
pub struct Sweep {
    db: Db,
}

#[plugin]
impl Sweep {
    #[cron("0 3 * * *", zone = "Europe/Berlin")]
    async fn nightly(&self) -> Result<()> {
        self.db.execute("DELETE FROM users WHERE name = 'nobody'", ()).await?;
        Ok(())
    }
}
"#;

#[test]
fn an_application_without_schedules_does_not_compile_what_they_need() {
    let project = Project::copied();
    let manifest = project.folder.path().join("Cargo.toml");
    let depends = || project.cargo(&["tree", "--edges", "normal", "--prefix", "none"]).contains("croner");
    // The domain that uses them goes, and the feature with it.
    assert!(depends());
    fs::remove_dir_all(project.path("src/domains/auth")).unwrap();
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(r#"["auth", "jobs"]"#, r#"["auth"]"#)).unwrap();
    assert!(!depends());
    project.write("src/domains/users/plugins/sweep.rs", SCHEDULE);
    let refused = project.run(&["check", "--quiet", "--lib"]);
    let complaints = String::from_utf8_lossy(&refused.stderr);
    let said = "`nightly` must have the feature `jobs` of `microcore`, which this build leaves out [MC0810]";
    assert!(!refused.status.success() && complaints.contains(said), "{complaints}");
    assert!(complaints.contains("sweep.rs:11:7"), "at the attribute: {complaints}");
    let errors = complaints.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(errors, 2, "one, and the end: {complaints}");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace(r#"["auth"]"#, r#"["auth", "jobs"]"#)).unwrap();
    assert!(depends());
    let next = project.cargo(&["run", "--quiet", "--", "jobs", "next", "users.sweep.nightly", "--count", "1"]);
    assert!(next.contains(" 03:00:00 CE"), "{next}");
}

const GUEST: &str = r#"kind = "process"
command = ["python3", "main.py"]
contract = 1
"#;

#[test]
fn an_application_without_guests_does_not_compile_what_they_need() {
    let project = Project::copied();
    let depends = || project.cargo(&["tree", "--edges", "normal", "--prefix", "none"]).contains("microcore-sidecars");
    assert!(!depends());
    project.write("src/domains/users/sidecars/greet/plugin.toml", GUEST);
    let refused = project.run(&["check", "--quiet", "--lib"]);
    let complaints = String::from_utf8_lossy(&refused.stderr);
    let said = "`src/domains/users/sidecars/greet` is a plugin in another language, and the feature `sidecars` of \
                `microcore` is off [MC0902]";
    assert!(!refused.status.success() && complaints.contains(said), "{complaints}");
    let errors = complaints.lines().filter(|line| line.starts_with("error")).count();
    assert_eq!(errors, 2, "one, and the end: {complaints}");
}

/// Files of an application that uses what editions and names of crates could disturb.
fn small_application(project: &Project, name: &str, manifest: &str, root: &str) {
    let write = |path: &str, text: &str| project.write(&format!("apps/{name}/{path}"), text);
    write("Cargo.toml", manifest);
    write("build.rs", "fn main() { println!(\"cargo::rerun-if-changed=src\") }");
    write("src/lib.rs", root);
    write("src/main.rs", &format!("fn main() -> std::process::ExitCode {{ {name}::App::main() }}"));
    write("src/domains/users/migrations/001_users.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);");
    let event = "#[event(\"user.counted\")]\npub struct Counted {\n    pub count: i64,\n}\n";
    write("src/domains/users/events/counted.rs", &format!("use crate::prelude::*;\n\n{event}"));
    let plugin = FEATURE.replace("    db: Db,\n", "    db: Db,\n    bus: Bus,\n").replace(
        "        Ok(self.db.query_scalar(\"SELECT count(*) FROM users\", ()).await?)",
        "        let names: Vec<Name> = self.db.query(\"SELECT name FROM users\", ()).await?;\n        \
         let count = names.iter().filter(|name| name.name.is_some()).count() as i64;\n        \
         self.bus.publish(Counted { count }).await?;\n        Ok(count)",
    );
    let row = "\n#[derive(Serialize, Deserialize, Schema, Row)]\npub struct Name {\n    pub name: Option<String>,\n}\n";
    write("src/domains/users/plugins/count_users.rs", &format!("{plugin}{row}"));
}

#[test]
fn a_workspace_holds_several_applications_of_any_edition_and_any_name_of_the_framework() {
    let project = Project::empty();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"apps/*\"]\nresolver = \"2\"\n");
    let framework = format!("path = {:?}", root().display().to_string());
    let package = |name: &str, edition: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n\n[dependencies]\n")
    };
    let older = format!("{}microcore = {{ {framework} }}\n", package("older", "2021"));
    small_application(&project, "older", &older, "microcore::app! {}\n");
    let other = format!("{}mc = {{ package = \"microcore\", {framework} }}\n", package("other", "2024"));
    small_application(&project, "other", &other, "extern crate mc as microcore;\n\nmc::app! {}\n");
    for name in ["older", "other"] {
        let routes = project.cargo(&["run", "--quiet", "--package", name, "--", "routes"]);
        assert!(routes.contains("users.count_users.execute"), "{routes}");
    }
}
