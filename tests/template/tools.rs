//! A tool drops in: as a folder of the application, then as a crate of its own outside of every workspace, and one word of
//! `app!` chooses what is behind it. Neither its files nor the plugin that names it are edited on the way.

use std::fs;

use crate::drop_in::Project;
use crate::program::{cargo, root};

const MOD: &str = r#"//! Where addresses are.
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::Mutex;

use microcore::lifecycle::Boot;
use microcore::prelude::*;

mod backend;
pub mod slot;

pub use self::backend::{Backend, Fixed, Remote};

/// The tool `geo` on the backend `B`.
pub struct Geo<B: Backend = Fixed> {
    asked: Option<Arc<Mutex<Vec<String>>>>,
    town: String,
    backend: PhantomData<B>,
}

/// Where addresses are.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Geo<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, _boot: &Boot) -> Result<Self> {
        Ok(Self { asked: None, town: B::town(&settings), backend: PhantomData })
    }

    /// What a test gets.
    pub async fn fake() -> Result<Self> {
        Ok(Self { asked: Some(Arc::default()), town: "Testville".to_owned(), backend: PhantomData })
    }

    /// The town of an address. With more to say.
    pub async fn town(&self, address: &str) -> Result<String> {
        if let Some(asked) = &self.asked {
            asked.lock().expect("no test panicked").push(address.to_owned());
        }
        Ok(self.town.clone())
    }

    /// In tests: what was asked.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.as_ref().expect("only a fake remembers");
        asked.lock().expect("no test panicked").clone()
    }
}

impl<B: Backend> Clone for Geo<B> {
    fn clone(&self) -> Self {
        Self { asked: self.asked.clone(), town: self.town.clone(), backend: PhantomData }
    }
}

impl<B: Backend> fmt::Debug for Geo<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Geo")
    }
}
"#;

const BACKEND: &str = r#"//! What stands behind the tool.
use microcore::prelude::*;

/// A source of towns.
pub trait Backend: Send + Sync + 'static {
    /// What it reads.
    type Settings: Settings + Sync;
    /// The town of every address.
    fn town(settings: &Self::Settings) -> String;
}

/// One town.
#[derive(Debug)]
pub struct Fixed;

impl Backend for Fixed {
    type Settings = ();

    fn town((): &()) -> String {
        "Bonn".to_owned()
    }
}

/// A server.
#[derive(Debug)]
pub struct Remote;

/// What [`Remote`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "GEO")]
pub struct RemoteSettings {
    /// Server that knows the towns.
    pub url: String,
    /// Key of the server.
    pub key: Secret<String>,
}

impl Backend for Remote {
    type Settings = RemoteSettings;

    fn town(settings: &RemoteSettings) -> String {
        format!("{} by {}", settings.url, settings.key.expose().len())
    }
}
"#;

const SLOT: &str = r"//! What `app!` may name.

/// The tool.
pub type Tool<B = super::Fixed> = super::Geo<B>;

/// Its backends.
pub mod backends {
    pub use super::super::{Fixed, Remote};
}
";

const NOTES: &str = "Ask `geo` for towns, never for people.\n";

const PLUGIN: &str = r#"//! Where somebody is.
use crate::prelude::*;

#[plugin]
pub struct WhereIs {
    geo: Geo,
}

#[plugin]
impl WhereIs {
    #[get("/where/{address}")]
    async fn execute(&self, address: String) -> Result<String> {
        self.geo.town(&address).await
    }
}

#[cfg(test)]
mod tests {
    use microcore::testing::Running;

    use super::*;

    #[microcore::test]
    async fn asks_the_fake(geo: Geo) {
        assert_eq!(WhereIs::new(geo.clone()).execute("here".to_owned()).await.unwrap(), "Testville");
        assert_eq!(geo.asked(), ["here"]);
    }

    #[microcore::test]
    async fn the_tool_beside_the_application_is_the_application_s_own(geo: Geo, app: Running<crate::App>) {
        assert_eq!(app.get("/where/there").await.data(), "Testville");
        assert_eq!(geo.asked(), ["there"]);
    }

    #[microcore::test]
    async fn a_test_may_want_the_real_one() {
        let boot = microcore::testing::boot::<crate::App>().with("GEO_URL", "u").with("GEO_KEY", "k").real("geo");
        let app = Running::<crate::App>::boot(&boot).await.unwrap();
        let town = app.get("/where/there").await.data();
        assert!(town == "Bonn" || town == "u by 1", "{town}");
    }
}
"#;

const MANIFEST: &str = r#"[package]
name = "microcore-geo"
version = "0.1.0"
edition = "2024"
license = "MIT"
description = "Towns."

[dependencies]
microcore = { package = "microcore-tool", path = "PATH" }

[package.metadata.microcore]
tool = "geo"
backends = { Fixed = [], Remote = [] }
env = ["GEO_URL", "GEO_KEY"]

[workspace]
"#;

/// The files of the tool, whatever the first is called where it stands.
fn files(first: &str) -> [(String, &'static str); 4] {
    [(first, MOD), ("backend.rs", BACKEND), ("slot.rs", SLOT), ("TOOL.md", NOTES)]
        .map(|(name, text)| (name.to_owned(), text))
}

#[test]
fn a_tool_is_a_folder_or_a_crate_and_one_word_chooses_what_is_behind_it() {
    let project = Project::copied();
    let app = |tool: &str| {
        project.write("src/lib.rs", &format!("//! An application.\nmicrocore::app! {{ auth: Jwt{tool} }}\n"));
    };
    let tests = |passed: usize| {
        let said = project.cargo(&["test", "--quiet", "--lib", "where_is"]);
        assert!(said.contains(&format!("{passed} passed")), "{said}");
    };
    project.write("src/domains/users/plugins/where_is.rs", PLUGIN);

    // A folder, which nobody names: its default is behind it.
    for (name, text) in files("mod.rs") {
        project.write(&format!("src/tools/geo/{name}"), text);
    }
    app("");
    tests(3);
    let context = project.cargo(&["run", "--quiet", "--", "context", "geo"]);
    assert!(context.contains("### geo — Where addresses are") && context.contains(NOTES.trim()), "{context}");
    assert!(
        context.contains("`async fn town(&self, address: &str) -> Result<String>` — The town of an address"),
        "{context}"
    );

    // A word chooses another backend, and its settings are asked for.
    app(", geo: Remote");
    let settings = project.cargo(&["run", "--quiet", "--", "settings"]);
    assert!(settings.contains("GEO_URL required: Server that knows the towns"), "{settings}");
    tests(3);

    // The same files as a crate, outside of every workspace, of one dependency.
    fs::remove_dir_all(project.path("src/tools/geo")).unwrap();
    let tool = tempfile::tempdir().unwrap();
    for (name, text) in files("lib.rs") {
        let path = tool.path().join("src").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let contract = root().join("microcore-tool").display().to_string();
    fs::write(tool.path().join("Cargo.toml"), MANIFEST.replace("PATH", &contract)).unwrap();
    fs::copy(project.path("Cargo.lock"), tool.path().join("Cargo.lock")).unwrap();
    let tree = cargo(tool.path(), &["tree", "--prefix", "none", "--edges", "normal,build", "--format", "{p}"]);
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates: std::collections::BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(crates.contains("microcore-core") && crates.len() <= 40, "{} crates: {crates:?}", crates.len());
    assert!(!crates.contains("hyper") && !crates.contains("schemars"), "{crates:?}");
    let manifest = project.read("Cargo.toml");
    let named = format!(
        "[dependencies]
microcore-geo = {{ path = {:?} }}
",
        tool.path().display().to_string()
    );
    project.write(
        "Cargo.toml",
        &manifest.replace(
            "[dependencies]
",
            &named,
        ),
    );
    tests(3);

    // The other word, then a whole type.
    app(", geo: Fixed");
    assert!(!project.cargo(&["run", "--quiet", "--", "settings"]).contains("GEO_URL"));
    app(", geo: microcore_geo::Geo<microcore_geo::Remote>");
    assert!(project.cargo(&["run", "--quiet", "--", "settings"]).contains("GEO_URL required"));
    assert_eq!(project.read("src/domains/users/plugins/where_is.rs"), PLUGIN);
}
