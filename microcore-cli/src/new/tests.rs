//! What `new` writes: every combination can be read, and stays as it is.

use super::*;

fn all() -> Vec<Options> {
    let mut all = Vec::new();
    for number in 0..32_u32 {
        let bus = [None, Some("durable"), Some("redis"), Some("stored")][number as usize / 8];
        all.push(Options {
            postgres: number & 1 > 0,
            auth: number & 2 > 0,
            minimal: number & 4 > 0,
            bus: bus.map(str::to_owned),
        });
    }
    all
}

fn asked(folder: &str) -> NewAsked {
    NewAsked { folder: folder.into(), ..NewAsked::default() }
}

#[test]
fn every_combination_is_a_project() {
    for options in all() {
        let files = files("shop", &options, &Source::Registry);
        let text = |path: &str| files.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str());
        for path in [
            "Cargo.toml",
            "build.rs",
            ".gitignore",
            ".env.example",
            ".env.test",
            "AGENTS.md",
            "README.md",
            "tests/http.rs",
        ] {
            assert!(text(path).is_some(), "{path} of {options:?}");
        }
        let manifest = text("Cargo.toml").unwrap();
        manifest.parse::<toml_edit::DocumentMut>().unwrap();
        assert!(manifest.contains("name = \"shop\"") && !manifest.contains("path = \"..\""), "{manifest}");
        assert_eq!(manifest.contains("argon2"), options.auth, "cargo warns of a profile for nobody");
        for (path, text) in &files {
            assert!(!text.contains("app-template"), "{path}");
            assert!(!options.postgres || !text.contains("INTEGER PRIMARY KEY"), "{path}");
        }
        let library = text("src/lib.rs").unwrap();
        assert_eq!(library.contains("auth: Jwt"), options.auth);
        assert_eq!(text("tests/auth.rs").is_some(), options.auth);
        assert_eq!(text("tests/users.rs").is_some(), !options.minimal);
        assert_eq!(Options::of(&options.words()), options);
    }
}

#[test]
fn the_files_of_its_own_are_these() {
    let everything = Options { postgres: true, bus: Some("redis".into()), auth: true, minimal: false };
    let mut shown = String::new();
    for (name, options) in [("plain", Options::default()), ("everything", everything)] {
        let files = files("shop", &options, &Source::Registry);
        shown += &format!("# {name}: {}\n", files.iter().map(|(path, _)| path.as_str()).collect::<Vec<_>>().join(" "));
        for (path, text) in files {
            if ["Cargo.toml", "README.md", "src/lib.rs", ".env.example", ".env.test", ".gitignore"]
                .contains(&path.as_str())
            {
                shown += &format!("## {path}\n{text}");
            }
        }
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_project_is_made_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let told = new(&NewAsked { dry_run: true, ..asked("shop") }, here).unwrap();
    assert!(told.to_string().contains("would be created shop/Cargo.toml\n") && !here.join("shop").exists());
    let told = new(&asked("shop"), here).unwrap().to_string();
    assert!(told.ends_with("next: cd shop && cargo run\n"), "{told}");
    assert!(here.join("shop/src/domains/users/plugins/create_user.rs").is_file());
    let left: Vec<_> = fs::read_dir(here).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["shop"], "no draft is left");
    let again = new(&asked("shop"), here).unwrap_err().to_string();
    assert!(again.starts_with("folder `shop` is not empty: there is `"), "{again}");
}

#[test]
fn folders_that_are_empty_or_a_repository_will_do() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir_all(here.join("repository/.git")).unwrap();
    fs::create_dir_all(here.join("empty")).unwrap();
    new(&asked("repository"), here).unwrap();
    new(&asked("empty"), here).unwrap();
    fs::create_dir_all(here.join("dot")).unwrap();
    let told = new(&asked("."), &here.join("dot")).unwrap().to_string();
    assert!(told.contains("created Cargo.toml\n") && told.ends_with("next: cargo run\n"), "{told}");
    assert!(here.join("repository/.git").is_dir() && here.join("empty/Cargo.toml").is_file());
    fs::write(here.join("file"), "").unwrap();
    assert!(new(&asked("file"), here).unwrap_err().to_string().contains("is a file"));
    for wrong in ["1shop", "a b", "microcore", "-x", "ü", "serde_json"] {
        new(&asked(wrong), here).unwrap_err();
    }
}

#[test]
fn a_source_that_is_not_the_framework_is_told_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let source = Source::parse("path:microcore").unwrap();
    let asked = NewAsked { source, ..asked("shop") };
    let problem = new(&asked, here).unwrap_err().to_string();
    assert!(problem.starts_with("the framework is not in `microcore`") && problem.contains("\nhelp: "), "{problem}");
    fs::create_dir(here.join("microcore")).unwrap();
    fs::write(here.join("microcore/Cargo.toml"), "[package]\nname = \"other\"\n").unwrap();
    new(&asked, here).unwrap_err();
    assert!(!here.join("shop").exists());
    fs::write(here.join("microcore/Cargo.toml"), "[package]\nname = \"microcore\"\n").unwrap();
    new(&asked, here).unwrap();
}

#[test]
fn a_source_is_seen_from_the_project() {
    let here = Path::new("/work");
    let entry = |source: &str, folder: &str| {
        let depth = if Path::new(folder).is_absolute() { None } else { Some(Path::new(folder).components().count()) };
        Source::parse(source).unwrap().below(here, depth, folder == ".").entry().to_string().trim().to_owned()
    };
    assert_eq!(entry("path:../microcore", "shop"), "{ path = \"../../microcore\" }");
    assert_eq!(entry("path:../microcore", "apps/shop"), "{ path = \"../../../microcore\" }");
    assert_eq!(entry("path:../microcore", "."), "{ path = \"../microcore\" }");
    assert_eq!(entry("path:../microcore", "/tmp/shop"), "{ path = \"/microcore\" }");
    assert_eq!(entry("path:/m", "shop"), "{ path = \"/m\" }");
    assert_eq!(entry("git:https://a/b.git#abc", "shop"), "{ git = \"https://a/b.git\", rev = \"abc\" }");
    assert_eq!(entry("git:https://a/b.git", "shop"), "{ git = \"https://a/b.git\" }");
    for wrong in ["", "path:", "git:", "git:#a", "git:a#", "npm:x", "../microcore"] {
        Source::parse(wrong).unwrap_err();
    }
}
