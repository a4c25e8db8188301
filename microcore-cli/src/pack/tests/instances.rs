//! Copied tools, and several instances of one.

use std::fs;

use super::{GEO, Trial};
use crate::project::Project;
use crate::upgrade::{Mode, upgrade};

#[test]
fn a_copied_tool_is_the_crate_s_files_and_goes_without_a_trace() {
    let trial = Trial::new();
    trial.write(
        "atlas/Cargo.toml",
        "[package]\nname = \"atlas\"\nversion = \"1.2.3\"\nedition = \"2024\"\n[features]\nlarge = []\n[workspace]\n",
    );
    trial.write("atlas/src/lib.rs", "");
    let manifest = GEO.replace(
        "[features]\nmaps = []\n",
        "[features]\ndefault = [\"names\"]\nnames = []\nmaps = [\"dep:atlas\", \"atlas/large\"]\n\
         [dependencies]\natlas = { path = \"../atlas\", default-features = false, optional = true }\n",
    );
    trial.write("geo/Cargo.toml", &manifest);
    trial.write("geo/src/lib.rs", "//! Geo.\nmod maps;\n");
    trial.write("geo/src/maps.rs", "//! Maps.\n");
    trial.write("geo/src/TOOL.md", "Ask it.\n");
    let before = (trial.state(), trial.text(".microcore/baseline.toml"));
    let told = trial.copy("../geo", Some("Maps")).unwrap();
    assert!(
        told.contains("created src/tools/geo/mod.rs\n") && told.contains("created src/tools/geo/tool.toml\n"),
        "{told}"
    );
    assert_eq!(trial.text("src/tools/geo/mod.rs"), "//! Geo.\nmod maps;\n");
    assert_eq!(trial.text("src/tools/geo/TOOL.md"), "Ask it.\n");
    assert!(trial.text("src/lib.rs").contains("microcore::app! { geo: Maps }"));
    let manifest = trial.text("Cargo.toml");
    for line in [
        "default-features = false, optional = true }",
        "maps = [\"dep:atlas\", \"atlas/large\"]",
        "names = []",
        "default = [\"names\", \"maps\"]",
    ] {
        assert!(manifest.contains(line), "{line}:\n{manifest}");
    }
    assert!(!manifest.contains("geo"), "no dependency on the crate itself: {manifest}");
    assert!(trial.text(".env.example").ends_with("\n# acme-geo\n# GEO_URL=\n"));
    assert!(trial.copy("../geo", Some("Maps")).unwrap().contains("is there already"));
    assert!(trial.add("../geo", Some("Offline")).is_err(), "one name, one tool");
    assert!(trial.copy("auth", None).unwrap_err().to_string().contains("can't be copied"));

    // What is new where it is from comes by an upgrade: files, and what they need.
    assert!(trial.text("src/tools/geo/tool.toml").ends_with("from = \"../geo\"\n"));
    let upgraded = || {
        let project = Project::find(&trial.working()).unwrap();
        upgrade(&project, Mode::Apply).unwrap().to_string()
    };
    assert!(upgraded().starts_with("nothing to upgrade"), "{}", upgraded());
    trial.write("geo/src/maps.rs", "//! Newer maps.\n");
    trial.write("geo/src/names.rs", "//! Names.\n");
    trial.write("geo/src/TOOL.md", "Ask it anew.\n");
    trial.write("shop/src/tools/geo/TOOL.md", "Mine.\n");
    let other = "[dependencies]\nother = { package = \"atlas\", path = \"../atlas\" }\n";
    let newer = fs::read_to_string(trial.0.path().join("geo/Cargo.toml")).unwrap().replace("[dependencies]\n", other);
    trial.write("geo/Cargo.toml", &newer);
    let told = upgraded();
    for line in [
        "created src/tools/geo/TOOL.md.new\n",
        "changed src/tools/geo/maps.rs\n",
        "created src/tools/geo/names.rs\n",
        "changed Cargo.toml\n",
        "both changed src/tools/geo/TOOL.md",
    ] {
        assert!(told.contains(line), "{line}:\n{told}");
    }
    assert!(trial.text("Cargo.toml").contains("other = { package = \"atlas\""), "{}", trial.text("Cargo.toml"));
    assert!(upgraded().starts_with("nothing to upgrade"), "{}", upgraded());
    fs::remove_file(trial.working().join("src/tools/geo/TOOL.md.new")).unwrap();
    trial.write("shop/src/tools/geo/TOOL.md", "Ask it anew.\n");

    trial.write("shop/src/tools/geo/maps.rs", "//! Mine.\n");
    let yours = trial.remove("geo").unwrap_err().to_string();
    assert!(yours.contains("src/tools/geo/maps.rs` is yours"), "{yours}");
    trial.write("shop/src/tools/geo/maps.rs", "//! Newer maps.\n");
    trial.remove("geo").unwrap();
    assert!(!trial.working().join("src/tools/geo").exists());
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), before);
}

#[test]
fn one_more_instance_has_a_word_and_settings_of_its_own() {
    let trial = Trial::new();
    let lacking = trial.instance("geo", None, "sites").unwrap_err().to_string();
    assert!(lacking.contains("`microcore add geo` first"), "{lacking}");
    trial.add("../geo", None).unwrap();
    let before = (trial.state(), trial.text(".microcore/baseline.toml"));
    trial.instance("geo", Some("Maps"), "sites").unwrap();
    assert!(trial.text("src/lib.rs").contains("geo: Offline, sites: geo::Maps"));
    assert!(trial.text("Cargo.toml").contains("features = [\"maps\"]"), "{}", trial.text("Cargo.toml"));
    assert!(trial.text(".env.example").ends_with("\n# sites\n# SITES_URL=\n# SITES_HTTP_PORT=\n"));
    assert!(trial.instance("geo", Some("Maps"), "sites").unwrap().contains("is there already"));
    let used = trial.remove("geo").unwrap_err().to_string();
    assert!(used.contains("src/lib.rs: `sites: geo::Maps`"), "{used}");
    trial.remove("sites").unwrap();
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), before);

    trial.instance("db", Some("Postgres"), "reports").unwrap();
    assert!(trial.text("src/lib.rs").contains("reports: db::Postgres"));
    assert!(trial.text("Cargo.toml").contains("postgres"));
    trial.remove("reports").unwrap();
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), before);
    // What another word needs by then stays.
    trial.instance("state", Some("Redis"), "visits").unwrap();
    trial.add("bus", Some("RedisStreams")).unwrap();
    trial.remove("visits").unwrap();
    assert!(trial.text("Cargo.toml").contains("\"redis\""), "{}", trial.text("Cargo.toml"));
    trial.add("state", None).unwrap();
    trial.remove("bus").unwrap();
    assert!(trial.text("Cargo.toml").contains("\"redis\""), "{}", trial.text("Cargo.toml"));
    trial.remove("state").unwrap();
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), before);
    for (tool, word, said) in [
        ("bus", None, "an application has one `bus`"),
        ("db", Some("Oracle"), "write one of `Sqlite`, `Postgres`"),
        ("geo", Some("Mapz"), "did you mean `Maps`?"),
    ] {
        let problem = trial.instance(tool, word, "other").unwrap_err().to_string();
        assert!(problem.contains(said), "{problem}");
    }
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), before);
}
