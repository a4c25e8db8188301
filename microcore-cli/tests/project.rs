//! From an empty folder to an application that answers: every kind of file that the program writes, built once.
//!
//! The target folder is that of this workspace, so the dependencies are built once for all tests.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::shared::{Alone, Server, root};

mod shared;

fn command(program: &str, folder: &Path, words: &str) -> Command {
    let mut command = Command::new(program);
    command.args(words.split_whitespace()).current_dir(folder);
    command.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap());
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Runs a program that must succeed, and warn of nothing.
#[track_caller]
fn passes(program: &str, folder: &Path, words: &str) -> String {
    let output = command(program, folder, words).output().unwrap();
    let printed = text(&output);
    assert!(output.status.success(), "{program} {words}:\n{printed}");
    assert!(!printed.contains("warning:"), "{program} {words}:\n{printed}");
    printed
}

#[track_caller]
fn microcore(folder: &Path, words: &str) -> String {
    passes(env!("CARGO_BIN_EXE_microcore"), folder, words)
}

/// A project of this checkout, with the versions that the template has.
fn project(folder: &Path, options: &str) -> PathBuf {
    microcore(folder, &format!("new shop {options} --source path:{}", root().display()));
    let lock = fs::read_to_string(root().join("app-template/Cargo.lock")).unwrap();
    fs::write(folder.join("shop/Cargo.lock"), lock.replace("\"app-template\"", "\"shop\"")).unwrap();
    folder.join("shop")
}

#[test]
fn a_project_grows_by_commands_and_answers() {
    let _alone = Alone::wait();
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path(), "--auth");
    for words in [
        "add event users/user.exported id:i64 email:String note:Option<String> ratio:f64 done:bool tags:Vec<String>",
        "add event users/user.noted",
        "add plugin users/export_users --get /users/export/{id}/{*rest} --publishes user.exported",
        "add plugin mail/notice --on user.exported --publishes user.noted",
        "add plugin mail/again --on user.noted",
        "add plugin users/import --post /users/import --auth",
        "add plugin users/rename --put /users/{id}/name/{name}",
        "add plugin users/forget --delete /users/{user_id}/notes --auth",
        "add plugin users/type --patch /types/{type} --on user.noted",
        "add tool geo",
        "add plugin users/find --get /find --tool geo --tool db --tool bus --tool auth",
        "add domain billing",
        "add migration users add_phone",
    ] {
        let printed = microcore(&shop, words);
        let created = printed.lines().filter(|line| line.starts_with("created src/")).count();
        assert!(created >= 1 && printed.contains("next: "), "{words}:\n{printed}");
    }
    let tested = passes(env!("CARGO"), &shop, "test --quiet --offline");
    let passed: usize = tested
        .lines()
        .filter_map(|line| line.strip_prefix("test result: ok. ")?.split(' ').next()?.parse::<usize>().ok())
        .sum();
    assert!(passed >= 25, "{passed} tests of the example and of what was added:\n{tested}");
    microcore(&shop, "events schema --write");
    let checked = microcore(&shop, "check --deny-warnings");
    assert!(checked.starts_with("0 errors, 0 warnings"), "{checked}");
    assert!(microcore(&shop, "routes").contains("/users/export/{id}/{*rest}"));

    let server = Server::start(&shop);
    let reply = server.ask("GET /users/export/3/a/b", "");
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.contains("{\"id\":3,\"rest\":\"a/b\"}"), "{reply}");
    assert!(server.ask("POST /users/import", "{\"name\":\"Ana\"}").starts_with("HTTP/1.1 401 "));
    assert!(server.ask("GET /billing", "").contains("\"data\":[]"));
    drop(server);

    a_pack_goes_in_and_out(folder.path(), &shop);
}

/// Everything that can be added, in one project: compiled, tested and checked once, swapped by a word, and taken out again.
#[test]
fn every_tool_and_every_domain_goes_in_and_out() {
    let _alone = Alone::wait();
    let folder = tempfile::tempdir().unwrap();
    let shop = project(folder.path(), "--minimal");
    // The versions that the tools have here.
    fs::copy(root().join("Cargo.lock"), shop.join("Cargo.lock")).unwrap();
    passes(env!("CARGO"), &shop, "metadata --format-version 1 --offline");
    let git = |words: &str| passes("git", &shop, words);
    git("init --quiet");
    git("add --all");
    git("-c user.name=a -c user.email=a@example.com commit --quiet --message first");
    let read = |path: &str| fs::read_to_string(shop.join(path)).unwrap();

    // A tool as its author begins it.
    microcore(folder.path(), &format!("new geo --tool --source path:{}", root().display()));
    let geo = folder.path().join("geo");
    assert!(microcore(&geo, "tool check").ends_with("everything is right\n"));
    fs::copy(root().join("Cargo.lock"), geo.join("Cargo.lock")).unwrap();
    assert!(passes(env!("CARGO"), &geo, "test --quiet --offline").contains("2 passed"));
    microcore(&shop, "add ../geo --no-check");
    microcore(&shop, "add plugin system/asks --get /asks --tool geo");

    let tools = ["cache", "fetch", "llm", "mail", "search", "storage"];
    microcore(&shop, "add auth --no-check");
    for tool in tools {
        microcore(&shop, &format!("add {tool} --no-check"));
        microcore(&shop, &format!("add plugin system/uses_{tool} --get /uses/{tool} --tool {tool}"));
    }
    microcore(&shop, "add mail --as alerts --no-check");
    microcore(&shop, "add db Sqlite --as reports --no-check");
    microcore(&shop, "add plugin system/tells --post /tells --tool alerts --tool reports");
    microcore(&shop, "add webhooks --no-check");
    microcore(&shop, "add plugin system/raises --post /raises --publishes webhook.raised");
    microcore(&shop, "add users --no-check");
    let tested = passes(env!("CARGO"), &shop, "test --quiet --offline");
    assert!(!tested.contains("FAILED") && tested.contains("test result: ok."), "{tested}");
    let checked = microcore(&shop, "check --deny-warnings");
    assert!(checked.starts_with("0 errors, 0 warnings"), "{checked}");
    let settings = microcore(&shop, "settings");
    for key in
        ["MAIL_FOLDER = mails:", "ALERTS_FOLDER = alerts_mails:", "REPORTS_PATH = reports_app.db:", "USERS_PAGES = "]
    {
        assert!(settings.contains(key), "{key}\n{settings}");
    }
    assert!(microcore(&shop, "routes").contains("/users/confirm"));

    // One word, and the plugins are what they were.
    let sources = || git("ls-files --others --exclude-standard src/domains");
    let (files, plugin) = (sources(), read("src/domains/system/plugins/uses_mail.rs"));
    microcore(&shop, "add mail Smtp");
    assert!(
        read("src/lib.rs").contains("mail: Smtp") && !read("src/lib.rs").contains("mail: Folder,"),
        "{}",
        read("src/lib.rs")
    );
    assert!(microcore(&shop, "settings").contains("MAIL_URL required"));
    assert_eq!((sources(), read("src/domains/system/plugins/uses_mail.rs")), (files, plugin.clone()));

    let refused = command(env!("CARGO_BIN_EXE_microcore"), &shop, "remove mail --no-check").output().unwrap();
    let said = text(&refused);
    assert!(!refused.status.success() && said.contains("`alerts: mail::Folder`"), "{said}");
    for words in ["plugin system/tells", "plugin system/raises", "plugin system/uses_mail"] {
        microcore(&shop, &format!("remove {words} --force"));
    }
    for pack in ["users", "webhooks", "reports", "alerts", "mail"] {
        microcore(&shop, &format!("remove {pack} --no-check"));
    }

    // The same files in a folder of the application, and the same plugin beside them.
    microcore(&shop, "add mail Smtp --copy --no-check");
    fs::write(shop.join("src/domains/system/plugins/uses_mail.rs"), plugin).unwrap();
    assert_eq!(
        read("src/tools/mail/mod.rs"),
        fs::read_to_string(root().join("microcore-tools/mail/src/lib.rs")).unwrap()
    );
    assert!(microcore(&shop, "tool check src/tools/mail").ends_with("everything is right\n"));
    passes(env!("CARGO"), &shop, "test --quiet --offline --lib mail");
    microcore(&shop, "remove plugin system/uses_mail --force");
    microcore(&shop, "remove mail --no-check");
    for tool in tools.into_iter().filter(|tool| *tool != "mail") {
        microcore(&shop, &format!("remove plugin system/uses_{tool} --force"));
        microcore(&shop, &format!("remove {tool} --no-check"));
    }
    microcore(&shop, "remove auth --no-check");
    microcore(&shop, "remove plugin system/asks --force");
    microcore(&shop, "remove geo --no-check");
    passes(env!("CARGO"), &shop, "metadata --format-version 1 --offline");
    assert_eq!(git("diff"), "");
    assert_eq!(git("ls-files --others --exclude-standard"), "", "nothing is left");
}

/// A tool crate as its author would write it; the word `Broken` has no backend behind it.
fn compass(folder: &Path) {
    let write = |path: &str, text: &str| {
        let path = folder.join("compass").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let contract = root().join("microcore-tool");
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"acme-compass\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[package.metadata.microcore]\n\
             tool = \"compass\"\nbackends = {{ Magnetic = [], Broken = [] }}\nenv = [\"COMPASS_DRIFT\"]\n\n[dependencies]\n\
             microcore = {{ package = \"microcore-tool\", path = {:?} }}\n\n[workspace]\n",
            contract.display().to_string()
        ),
    );
    write(
        "src/slot.rs",
        "//! The words.\npub type Tool<B = super::Magnetic> = super::Compass<B>;\npub mod backends { pub use super::super::Magnetic; }\n",
    );
    write(
        "src/lib.rs",
        "//! Where north is.\nuse microcore::prelude::*;\npub mod slot;\n\n#[derive(Debug, Clone)]\npub struct Magnetic;\n\n\
         #[derive(Debug, Clone)]\npub struct Compass<B = Magnetic> { backend: std::marker::PhantomData<fn() -> B> }\n\n\
         /// Where north is.\n#[tool]\nimpl<B: Clone + Send + Sync + 'static> Compass<B> {\n    \
         pub async fn setup() -> Result<Self> { Ok(Self { backend: std::marker::PhantomData }) }\n    \
         /// Degrees.\n    pub fn north(&self) -> u32 { let _ = self.backend; 0 }\n}\n",
    );
}

fn a_pack_goes_in_and_out(folder: &Path, shop: &Path) {
    compass(folder);
    let git = |words: &str| passes("git", shop, words);
    git("init --quiet");
    git("add --all");
    git("-c user.name=a -c user.email=a@example.com commit --quiet --message first");
    let unchanged = || git("diff");

    let broken = command(env!("CARGO_BIN_EXE_microcore"), shop, "add ../compass Broken").output().unwrap();
    let said = text(&broken);
    assert!(!broken.status.success() && said.contains("Broken") && said.contains("every file is as it was"), "{said}");
    assert_eq!(unchanged(), "");

    let told = microcore(shop, "add ../compass");
    assert!(
        told.contains("changed Cargo.toml\nchanged Cargo.lock\nchanged .env.example\nchanged src/lib.rs\n"),
        "{told}"
    );
    assert!(microcore(shop, "add ../compass Magnetic").contains("is there already"));
    microcore(shop, "add plugin users/north --get /north --tool compass");
    passes(env!("CARGO"), shop, "check --quiet --offline --tests");
    let used = command(env!("CARGO_BIN_EXE_microcore"), shop, "remove compass").output().unwrap();
    assert!(!used.status.success() && text(&used).contains("src/domains/users/plugins/north.rs:"), "{}", text(&used));
    microcore(shop, "remove plugin users/north --force");
    microcore(shop, "remove compass");
    assert_eq!(unchanged(), "");

    // A tool of the framework, by its name alone.
    let told = microcore(shop, "add mail Smtp --no-check");
    assert!(told.contains("--tool mail"), "{told}");
    let manifest = fs::read_to_string(shop.join("Cargo.toml")).unwrap();
    assert!(manifest.contains("microcore-mail = {") && manifest.contains("features = [\"smtp\"]"), "{manifest}");
    assert!(fs::read_to_string(shop.join("src/lib.rs")).unwrap().contains("mail: Smtp"));
    assert!(fs::read_to_string(shop.join(".env.example")).unwrap().contains("# MAIL_URL=\n"));
    microcore(shop, "remove mail --no-check");
    assert_eq!(unchanged(), "");
    let checked = microcore(shop, &format!("tool check {}", root().join("microcore-tools/mail").display()));
    assert!(checked.ends_with("everything is right\n"), "{checked}");
}
