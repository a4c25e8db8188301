//! A tool that is right, and one in which everything is wrong.

use super::*;

fn check(files: &[(&str, &str)]) -> (String, bool) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    tool_check(folder.path()).unwrap()
}

const MANIFEST: &str = "[package]\nname = \"microcore-geo\"\n[package.metadata.microcore]\ntool = \"geo\"\n\
    backends = { Offline = [], Maps = [\"maps\"] }\nenv = [\"GEO_URL\", \"MAPS_KEY\"]\n";

#[test]
fn a_tool_that_is_right_is_told_so() {
    let manifest = format!(
        "{MANIFEST}[features]\nmaps = []\n[dependencies]\nmicrocore = {{ package = \"microcore-tool\", version = \"0.1\" }}\n"
    );
    let (said, right) = check(&[
        ("Cargo.toml", &manifest),
        (
            "src/lib.rs",
            "pub mod slot;\n/// A tool.\n#[tool]\nimpl<B> Geo<B> { pub async fn setup() {} pub async fn fake() {} /** Where. */ pub fn find(&self) {} fn own(&self) {} }\n\
             #[derive(Debug, Settings)]\n#[settings(prefix = \"GEO\")]\npub struct S { #[setting(default = \"x\")] url: String, #[setting(key = \"MAPS_KEY\")] k: String }",
        ),
        (
            "src/slot.rs",
            "pub type Tool<B = super::Offline> = super::Geo<B>;\npub mod backends { pub use super::super::{Maps, Offline}; }",
        ),
        ("src/TOOL.md", "When: where is it.\n"),
        ("tests/backends.rs", "microcore_geo::battery!(Offline); microcore_geo::battery!(Maps);"),
    ]);
    assert!(right, "{said}");
    assert_eq!(said, "tool `geo` with `Offline`, `Maps`: everything is right\n");
}

#[test]
fn every_mistake_is_told_with_what_to_write() {
    let manifest = format!("{MANIFEST}[dependencies]\nmicrocore-mail = \"0.1\"\n");
    let long = "line\n".repeat(41);
    let (said, right) = check(&[
        ("Cargo.toml", &manifest),
        ("src/lib.rs", "#[tool]\nimpl Geo { pub fn find(&self) {} }\n"),
        ("src/slot.rs", "pub mod backends { pub use super::super::Offline; }"),
        ("src/TOOL.md", &long),
    ]);
    assert!(!right);
    for part in [
        "the contract is not depended on",
        "depends on `microcore-mail`: a tool never uses another tool",
        "backend `Maps` is not in `slot::backends`",
        "the feature `maps`",
        "backend `Offline` does not pass the battery",
        "`slot.rs` has no `pub type Tool`",
        "the tool has no fake",
        "`env` names `GEO_URL`",
        "method `find` has no documentation",
        "`TOOL.md` has 41 lines",
    ] {
        let at = said.find(part).unwrap_or_else(|| panic!("{part}:\n{said}"));
        assert!(said[at..].lines().nth(1).unwrap().starts_with("help: "), "{said}");
    }
    assert!(said.ends_with("12 errors\n"), "{said}");
}

#[test]
fn a_folder_of_an_application_is_looked_at_as_well() {
    let facts = ("tool.toml", "package = \"geo\"\ntool = \"geo\"\nbackends = { Offline = [] }\nenv = []\n");
    let slot = (
        "slot.rs",
        "pub type Tool<B = super::Offline> = super::Geo<B>;\npub mod backends { pub use super::super::Offline; }",
    );
    let tool = "/// A tool.\n#[tool]\nimpl<B> Geo<B> { pub async fn setup() {} pub async fn fake() {} }\n";
    let (said, right) = check(&[facts, slot, ("mod.rs", tool), ("TOOL.md", "When: where is it.\n")]);
    assert!(right, "{said}");
    let (said, right) = check(&[facts, slot, ("mod.rs", &tool.replace("pub async fn fake() {}", ""))]);
    assert!(!right && said.contains("has no fake") && said.contains("`TOOL.md` is missing"), "{said}");
}
