//! What is read of a project.

use super::*;
use crate::project::declared::Route;

#[test]
fn a_word_goes_into_app_and_out_again_without_a_trace() {
    let cases = [
        ("microcore::app! {}\n", "microcore::app! { mail: Smtp }\n"),
        ("microcore::app! { auth: Jwt }\n", "microcore::app! { auth: Jwt, mail: Smtp }\n"),
        ("mc::app! { auth: Jwt, }\n", "mc::app! { auth: Jwt, mail: Smtp, }\n"),
        ("app!();\n", "app!(mail: Smtp);\n"),
        ("microcore::app! {\n    auth: Jwt,\n}\n", "microcore::app! {\n    auth: Jwt,\n    mail: Smtp,\n}\n"),
        ("microcore::app! {\n    auth: Jwt\n}\n", "microcore::app! {\n    auth: Jwt,\n    mail: Smtp\n}\n"),
        (
            "// ü\nmicrocore::app! { clock: a::Clock<u8, B>, root: \"x\" }\n",
            "// ü\nmicrocore::app! { clock: a::Clock<u8, B>, root: \"x\", mail: Smtp }\n",
        ),
        (
            "microcore::app! {\n    auth: Jwt, // who\n}\n",
            "microcore::app! {\n    auth: Jwt, // who\n    mail: Smtp,\n}\n",
        ),
    ];
    for (before, after) in cases {
        assert_eq!(AppFile::of(before).with("mail", "Smtp"), after);
        let with = AppFile::of(after);
        assert_eq!(with.value("mail"), Some("Smtp"), "{after}");
        assert_eq!(with.without("mail").replace(" // who", ""), before.replace(" // who", ""));
    }
    let first = AppFile::of("app! { mail: Smtp, auth: Jwt }");
    assert_eq!(first.without("mail"), "app! { auth: Jwt }");
    assert_eq!(first.without("sms"), first.text);
    let several = AppFile::of("#[cfg(a)]\napp! { auth: Jwt }\n#[cfg(not(a))]\napp! {}\n");
    assert!(several.is_divided("auth") && !several.is_divided("mail"));
    let with = several.with("mail", "Smtp");
    assert_eq!(with, "#[cfg(a)]\napp! { auth: Jwt, mail: Smtp }\n#[cfg(not(a))]\napp! { mail: Smtp }\n");
    let with = AppFile::of(&with);
    assert!(!with.is_divided("mail"));
    assert_eq!(with.without("mail"), several.text);
    assert_eq!(AppFile::of("app! { clock: a::Clock<u8, B>, root: \"x\" }").value("clock"), Some("a::Clock<u8, B>"));
}

fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

const MANIFEST: &str =
    "[package]\nname = \"a\"\n[dependencies]\nmicrocore = { version = \"0.1\", features = [\"auth-bcrypt\"] }\n";

#[test]
fn the_nearest_package_that_depends_on_the_framework_is_the_project() {
    let folder = project(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "microcore::app! {}"),
        ("src/domains/users/plugins/x.rs", ""),
        ("tools/Cargo.toml", "[package]\nname = \"b\"\n"),
        ("Cargo.lock", "[[package]]\nname = \"microcore\"\nversion = \"0.0.9\"\n"),
    ]);
    let found = Project::find(&folder.path().join("tools")).unwrap();
    assert_eq!((found.root.as_path(), found.locked), (folder.path(), Some(Version(0, 0, 9))));
    assert!(found.dependency.has("auth") && found.dependency.has("sqlite") && !found.dependency.has("redis"));
    assert_eq!(found.domains(), ["users"]);
    assert!(found.domain("user").unwrap_err().to_string().contains("did you mean `users`?"));
    found.domain_or_new("billing").unwrap();
    found.domain_or_new("user").unwrap_err();

    let other = project(&[("Cargo.toml", "[package]\nname = \"b\"\n[dependencies]\nserde = \"1\"\n")]);
    assert!(Project::find(other.path()).unwrap_err().to_string().contains("does not depend on `microcore`"));
    let broken = project(&[("Cargo.toml", "[package\n")]);
    assert!(Project::find(broken.path()).unwrap_err().to_string().contains("can't be read"));
}

#[test]
fn a_newer_project_is_not_touched() {
    let folder = project(&[
        ("Cargo.toml", MANIFEST),
        ("Cargo.lock", "[[package]]\nname = \"microcore\"\nversion = \"99.1.0\"\n"),
    ]);
    let problem = Project::find_to_change(folder.path()).unwrap_err().to_string();
    assert!(problem.ends_with("help: cargo install microcore-cli --version 99.1.0"), "{problem}");
}

#[test]
fn events_and_routes_are_read_from_files_that_need_not_compile() {
    let folder = project(&[
        ("Cargo.toml", MANIFEST),
        ("src/lib.rs", "microcore::app! {}"),
        (
            "src/domains/users/events/made.rs",
            "use nothing::there;\n#[event(\"user.made\")]\npub struct Made { pub id: i64, pub r#type: Option<String> }",
        ),
        (
            "src/domains/users/events/asked/mod.rs",
            "#[microcore::event(\"user.asked\", reply = bool)] pub struct Asked {}",
        ),
        ("src/domains/users/events/broken.rs", "#[event("),
        (
            "src/domains/users/plugins/get.rs",
            "impl Get { #[get(\"/users/{id}\", tag = \"T\")] async fn f(&self) {} #[on(Made)] fn g() {} }",
        ),
    ]);
    let found = Project::find(folder.path()).unwrap();
    let events = found.events();
    assert_eq!(events.keys().collect::<Vec<_>>(), ["user.asked", "user.made"]);
    assert!(events["user.asked"].is_request);
    let fields: Vec<(&str, &str)> =
        events["user.made"].fields.iter().map(|field| (field.name.as_str(), field.ty.as_str())).collect();
    assert_eq!(fields, [("id", "i64"), ("type", "Option<String>")]);
    let route = Route { method: "get".into(), path: "/users/{id}".into(), plugin: "users.get".into() };
    assert_eq!(found.routes(), [route]);
}
