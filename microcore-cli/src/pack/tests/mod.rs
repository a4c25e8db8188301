//! Packs, with the manifests of real folders: `cargo add` and `cargo metadata` run, nothing is compiled.

mod domains;
mod instances;

use std::fs;

use super::*;
use crate::new::{NewAsked, Options, new};

/// An application without dependencies from a network, and a tool crate beside it.
struct Trial(tempfile::TempDir);

const FRAMEWORK: &str = "[package]\nname = \"microcore\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[features]\nauth = []\n\
    sqlite = []\nredis = []\npostgres = []\n[workspace]\n";

const GEO: &str = "[package]\nname = \"acme-geo\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
    [package.metadata.microcore]\ntool = \"geo\"\nbackends = { Offline = [], Maps = [\"maps\"] }\nenv = [\"GEO_URL\", \"HTTP_PORT\"]\n\
    [features]\nmaps = []\n[workspace]\n";

impl Trial {
    fn new() -> Self {
        let trial = Self(tempfile::tempdir().unwrap());
        trial.write("microcore/Cargo.toml", FRAMEWORK);
        trial.write("microcore/src/lib.rs", "");
        trial.write("geo/Cargo.toml", GEO);
        trial.write("geo/src/lib.rs", "");
        let source = crate::new::Source::parse("path:microcore").unwrap();
        let asked = NewAsked {
            folder: "shop".into(),
            source,
            options: Options { minimal: true, ..Options::default() },
            tool: false,
            dry_run: false,
        };
        new(&asked, trial.0.path()).unwrap();
        // What the tests of an application need is of the network.
        let manifest = fs::read_to_string(trial.0.path().join("shop/Cargo.toml")).unwrap();
        let (before, rest) = manifest.split_once("[dev-dependencies]").unwrap();
        let (_, after) = rest.split_once("\n\n").unwrap();
        trial.write("shop/Cargo.toml", &format!("{before}{after}"));
        trial
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn working(&self) -> std::path::PathBuf {
        self.0.path().join("shop")
    }

    fn text(&self, path: &str) -> String {
        fs::read_to_string(self.working().join(path)).unwrap()
    }

    fn copy(&self, name: &str, word: Option<&str>) -> Result<String> {
        self.asked(PackAsked { name: name.into(), word: word.map(str::to_owned), copy: true, ..PackAsked::default() })
    }

    fn instance(&self, tool: &str, word: Option<&str>, name: &str) -> Result<String> {
        let (word, instance) = (word.map(str::to_owned), Some(name.to_owned()));
        self.asked(PackAsked { name: tool.into(), word, instance, ..PackAsked::default() })
    }

    fn asked(&self, asked: PackAsked) -> Result<String> {
        let project = Project::find(&self.working()).unwrap();
        let asked = PackAsked { no_check: true, ..asked };
        add(&project, &asked, &self.working()).map(|outcome| outcome.to_string())
    }

    fn add(&self, name: &str, word: Option<&str>) -> Result<String> {
        self.asked(PackAsked { name: name.into(), word: word.map(str::to_owned), ..PackAsked::default() })
    }

    fn remove(&self, name: &str) -> Result<String> {
        let asked = PackAsked { name: name.into(), no_check: true, ..PackAsked::default() };
        remove(&Project::find(&self.working()).unwrap(), &asked).map(|outcome| outcome.to_string())
    }

    /// The files that may change.
    fn state(&self) -> [Option<String>; 3] {
        ["Cargo.toml", "src/lib.rs", ".env.example"].map(|path| fs::read_to_string(self.working().join(path)).ok())
    }
}

#[test]
fn a_tool_crate_goes_in_and_out_without_a_trace() {
    let trial = Trial::new();
    let before = trial.state();
    let told = trial.add("../geo", Some("Maps")).unwrap();
    assert!(told.contains("changed Cargo.toml\n") && told.contains("changed src/lib.rs\n"), "{told}");
    assert!(trial.text("Cargo.toml").contains("microcore-geo = {"), "under the name that `app!` looks for");
    assert!(trial.text("Cargo.toml").contains("features = [\"maps\"]"), "{}", trial.text("Cargo.toml"));
    assert!(trial.text("src/lib.rs").contains("microcore::app! { geo: Maps }"));
    assert!(trial.text(".env.example").ends_with("\n# acme-geo\n# GEO_URL=\n"), "{}", trial.text(".env.example"));
    assert_eq!(trial.text(".env.example").matches("HTTP_PORT").count(), 1, "what is there is not told again");

    let with = trial.state();
    let again = trial.add("../geo", Some("Maps")).unwrap();
    assert_eq!(again, "`../geo` is there already; nothing was changed\n");
    // Another word is a swap, and the way back is one, too.
    let told = trial.add("../geo", Some("Offline")).unwrap();
    assert!(told.contains("changed Cargo.toml\nchanged src/lib.rs\n"), "{told}");
    assert!(trial.text("src/lib.rs").contains("microcore::app! { geo: Offline }"));
    assert!(!trial.text("Cargo.toml").contains("maps"), "{}", trial.text("Cargo.toml"));
    assert!(trial.add("../geo", None).unwrap().contains("is there already"));
    trial.add("../geo", Some("Maps")).unwrap();
    assert_eq!(trial.state(), with);

    let plugin = "src/domains/system/plugins/where_is.rs";
    trial.write(&format!("shop/{plugin}"), "struct W {\n    geo: Geo, // geo\n}");
    let used = trial.remove("geo").unwrap_err().to_string();
    assert!(used.contains(&format!("{plugin}:2")), "{used}");
    fs::remove_file(trial.working().join(plugin)).unwrap();
    trial.remove("geo").unwrap();
    assert_eq!(trial.state(), before);
}

#[test]
fn what_is_wrong_with_a_pack_changes_nothing() {
    let trial = Trial::new();
    trial.write(
        "plain/Cargo.toml",
        "[package]\nname = \"plain\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    );
    trial.write("plain/src/lib.rs", "");
    let before = trial.state();
    let refuses = |name: &str, word: Option<&str>, said: &str| {
        let problem = trial.add(name, word).unwrap_err().to_string();
        assert!(problem.contains(said) && problem.contains("\nhelp: "), "{problem}");
        assert_eq!(trial.state(), before, "{name}");
    };
    refuses("../geo", Some("Mapz"), "did you mean `Maps`?");
    refuses("../geo", Some("Google"), "write one of `Offline`, `Maps`");
    refuses("../plain", None, "is no tool for MicroCore");
    refuses("../nothing", None, "has no `Cargo.toml`");
    refuses("plugn", None, "did you mean `plugin`?");
    refuses("mial", None, "did you mean `mail`?");
    refuses("mail", None, "has no tool `mail`");
    refuses("a b", None, "no name of a package");
    refuses("git:", None, "no address of a repository");
    refuses("auth", Some("Jwd"), "did you mean `Jwt`?");
    refuses("state", Some("Valkey"), "write one of `Memory`, `Redis`");
    refuses("logger", None, "has the tool `logger` already");
    refuses("scheduler", None, "is a feature of the framework, and no pack");
    let problem = trial.remove("mail").unwrap_err().to_string();
    assert!(problem.contains("`app!` has no `mail`"), "{problem}");
    trial.write("shop/src/tools/mail.rs", "");
    let problem = trial.remove("mail").unwrap_err().to_string();
    assert!(problem.contains("\nhelp: microcore remove tool mail"), "{problem}");
}

#[test]
fn a_tool_goes_into_each_call_of_app_and_out_of_each() {
    let trial = Trial::new();
    let several = "#[cfg(a)]\nmicrocore::app! { bus: RedisStreams }\n#[cfg(not(a))]\nmicrocore::app! {}\n";
    trial.write("shop/src/lib.rs", several);
    let before = trial.state();
    trial.add("../geo", None).unwrap();
    let with = several.replace("RedisStreams }", "RedisStreams, geo: Offline }").replace("{}", "{ geo: Offline }");
    assert_eq!(trial.text("src/lib.rs"), with);
    assert!(trial.add("../geo", None).unwrap().contains("is there already"));
    trial.remove("geo").unwrap();
    assert_eq!(trial.state(), before);
    // Where they differ, somebody has decided.
    for problem in [trial.add("bus", Some("RedisStreams")).unwrap_err(), trial.remove("bus").unwrap_err()] {
        assert!(problem.to_string().contains("stands there several times"), "{problem}");
    }
    assert_eq!(trial.state(), before);
}

#[test]
fn tools_of_the_framework_are_a_word_and_a_feature() {
    let trial = Trial::new();
    let before = trial.state();
    for (name, word, line) in [
        ("auth", None, "auth: Jwt"),
        ("bus", Some("RedisStreams"), "bus: RedisStreams"),
        ("bus", None, "bus: DurableSqlite"),
        ("bus", Some("Stored"), "bus: Stored"),
        ("state", None, "state: Redis"),
    ] {
        trial.add(name, word).unwrap();
        assert!(trial.text("src/lib.rs").contains(line));
        assert_eq!(trial.text("Cargo.toml").contains("argon2"), name == "auth");
        assert!(trial.add(name, word).unwrap().contains("is there already"));
        trial.remove(name).unwrap();
        assert_eq!(trial.state(), before, "{name}");
    }
    assert!(trial.add("db", Some("Sqlite")).unwrap().contains("is there already"));
    trial.add("db", Some("Postgres")).unwrap();
    // The default takes the place of what is taken away, so nobody misses it.
    trial.write("shop/src/domains/system/plugins/rows.rs", "struct Rows {\n    db: Db,\n}");
    let problem = trial.add("db", Some("Sqlite")).unwrap_err().to_string();
    assert!(problem.contains("`microcore remove db` brings it back"), "{problem}");
    trial.remove("db").unwrap();
    assert_eq!(trial.state(), before);
}

/// The versions of a workspace are locked above its applications: they are put back there, too.
#[test]
fn an_application_of_a_workspace_is_left_as_it_was() {
    let trial = Trial::new();
    let manifest = trial.text("Cargo.toml").replace("\n[workspace]", "");
    trial.write("shop/Cargo.toml", &manifest);
    trial.write(
        "Cargo.toml",
        "[workspace]\nmembers = [\"shop\"]\nexclude = [\"geo\", \"microcore\"]\nresolver = \"3\"\n",
    );
    let project = Project::find(&trial.working()).unwrap();
    cargo::run(&project.root, &["metadata", "--format-version", "1", "--offline"].map(OsStr::new)).unwrap();
    let lock = || fs::read_to_string(trial.0.path().join("Cargo.lock")).unwrap();
    let before = (lock(), trial.state());
    assert!(before.0.contains("name = \"shop\""), "{}", before.0);
    trial.add("../geo", Some("Mapz")).unwrap_err();
    assert_eq!((lock(), trial.state()), before);
    let asked = PackAsked { name: "../geo".into(), dry_run: true, ..PackAsked::default() };
    add(&project, &asked, &trial.working()).unwrap();
    assert_eq!((lock(), trial.state()), before);
    trial.add("../geo", None).unwrap();
    assert!(lock().contains("acme-geo"), "{}", lock());
}
