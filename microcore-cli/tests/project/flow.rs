//! One project for everything: begun, grown, run, asked over HTTP, swapped to other backends, and taken apart again.

use super::succeeds;
use super::{
    Alone, Path, PathBuf, Server, cluster, command, commit, fs, git, microcore, passes, project, refused, root,
};

/// The tools that are crates, each with a plugin that names it.
const TOOLS: [&str; 6] = ["cache", "fetch", "llm", "mail", "search", "storage"];

/// What else `add` can write, in an order in which each finds what it needs.
const GROWN: [&str; 14] = [
    "add event people/person.exported id:i64 email:String note:Option<String> ratio:f64 done:bool tags:Vec<String>",
    "add event people/person.noted",
    "add plugin people/export_people --get /people/export/{id}/{*rest} --publishes person.exported",
    "add plugin letters/notice --on person.exported --publishes person.noted",
    "add plugin letters/again --on person.noted",
    "add plugin people/import --post /people/import --auth",
    "add plugin people/rename --put /people/{id}/name/{name}",
    "add plugin people/forget --delete /people/{person_id}/notes --auth",
    "add plugin people/type --patch /types/{type} --on person.noted",
    "add tool atlas",
    "add plugin people/find --get /find --tool atlas --tool db --tool bus --tool auth",
    "add domain billing",
    "add migration billing add_phone",
    "add plugin system/asks --get /asks --tool geo",
];

struct Shop {
    folder: PathBuf,
}

impl Shop {
    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.join(path)).unwrap()
    }

    fn delete(&self, path: &str) {
        let path = self.folder.join(path);
        if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
    }

    /// The versions of this checkout, whatever was resolved meanwhile: what is compiled here already is not compiled again.
    fn lock(&self) {
        fs::copy(root().join("Cargo.lock"), self.folder.join("Cargo.lock")).unwrap();
    }

    #[track_caller]
    fn microcore(&self, words: &str) -> String {
        microcore(&self.folder, words)
    }

    /// Runs tests, on a server of PostgreSQL where there is one; how many passed.
    #[track_caller]
    fn tests(&self, words: &str, database: Option<&str>) -> usize {
        self.lock();
        let mut test = command(env!("CARGO"), &self.folder, &format!("test --quiet --offline {words}"));
        test.envs(database.map(|url| ("PG_URL", url)));
        let printed = succeeds(test);
        let passed = printed.lines().filter_map(|line| line.strip_prefix("test result: ok. ")?.split(' ').next());
        passed.map(|number| number.parse::<usize>().unwrap()).sum()
    }
}

#[test]
fn from_an_empty_folder_to_an_application_that_answers_and_back() {
    let _alone = Alone::wait();
    let empty = tempfile::tempdir().unwrap();
    let shop = Shop { folder: project(empty.path(), "", "Cargo.lock") };
    passes(env!("CARGO"), &shop.folder, "metadata --format-version 1 --offline");
    // The domain `users` that can be added takes the place of the example's.
    for example in ["src/domains/users", "src/domains/mail", "tests/users.rs", "events.schema.json"] {
        shop.delete(example);
    }
    let notes = shop.read(".microcore/baseline.toml");
    let notes: Vec<&str> = notes.lines().filter(|line| !line.starts_with("\"src/domains/users/")).collect();
    fs::write(shop.folder.join(".microcore/baseline.toml"), notes.join("\n") + "\n").unwrap();
    commit(&shop.folder);

    let told = shop.microcore("add plugin orders/create_order --post /orders");
    assert_eq!(told, "created src/domains/orders/plugins/create_order.rs\nnext: cargo test create_order\n");
    a_tool_of_somebody_else(empty.path());
    shop.microcore("add ../geo --no-check");
    shop.microcore("add auth --no-check");
    for words in GROWN {
        let printed = shop.microcore(words);
        let created = printed.lines().filter(|line| line.starts_with("created src/")).count();
        assert!(created >= 1 && printed.contains("next: "), "{words}:\n{printed}");
    }
    for tool in TOOLS {
        shop.microcore(&format!("add {tool} --no-check"));
        shop.microcore(&format!("add plugin system/uses_{tool} --get /uses/{tool} --tool {tool}"));
    }
    shop.microcore("add mail --as alerts --no-check");
    shop.microcore("add db Sqlite --as reports --no-check");
    shop.microcore("add plugin system/tells --post /tells --tool alerts --tool reports");
    shop.microcore("add webhooks --no-check");
    shop.microcore("add plugin system/raises --post /raises --publishes webhook.raised");
    shop.microcore("add users --no-check");

    let passed = shop.tests("", None);
    assert!(passed >= 50, "{passed} tests of what was added");
    shop.microcore("events schema --write");
    let checked = shop.microcore("check --deny-warnings");
    assert!(checked.starts_with("0 errors, 0 warnings"), "{checked}");
    let settings = shop.microcore("settings");
    for key in
        ["MAIL_FOLDER = mails:", "ALERTS_FOLDER = alerts_mails:", "REPORTS_PATH = reports_app.db:", "USERS_PAGES = "]
    {
        assert!(settings.contains(key), "{key}\n{settings}");
    }
    let routes = shop.microcore("routes");
    assert!(routes.contains("/users/confirm") && routes.contains("/people/export/{id}/{*rest}"), "{routes}");
    it_answers(empty.path());
    other_backends_by_a_word(&shop);
    everything_goes_again(&shop);
}

/// A tool as its author begins it.
fn a_tool_of_somebody_else(folder: &Path) {
    microcore(folder, &format!("new geo --tool --source path:{}", root().display()));
    let geo = folder.join("geo");
    assert!(microcore(&geo, "tool check").ends_with("everything is right\n"));
    fs::copy(root().join("Cargo.lock"), geo.join("Cargo.lock")).unwrap();
    assert!(passes(env!("CARGO"), &geo, "test --quiet --offline").contains("2 passed"));
}

fn it_answers(working: &Path) {
    let server = Server::start(working);
    let made = server.ask("POST /orders", "{\"name\":\"Ana\"}");
    assert!(made.starts_with("HTTP/1.1 201 ") && made.contains("{\"name\":\"Ana\"}"), "{made}");
    let exported = server.ask("GET /people/export/3/a/b", "");
    assert!(exported.starts_with("HTTP/1.1 200 ") && exported.contains("{\"id\":3,\"rest\":\"a/b\"}"), "{exported}");
    assert!(server.ask("POST /people/import", "{\"name\":\"Ana\"}").starts_with("HTTP/1.1 401 "));
    assert!(server.ask("GET /billing", "").contains("\"data\":[]"));
    assert!(server.ask("GET /uses/storage", "").starts_with("HTTP/1.1 200 "));
}

/// One word each, and neither the plugins nor the domains are edited; their own tests say that they work with it.
fn other_backends_by_a_word(shop: &Shop) {
    // Its table is for SQLite.
    shop.delete("src/domains/billing");
    let plugin = shop.read("src/domains/system/plugins/uses_mail.rs");
    let sources = || git(&shop.folder, "ls-files --others --exclude-standard src/domains");
    let before = sources();
    shop.microcore("add mail Smtp --no-check");
    let library = shop.read("src/lib.rs");
    assert!(library.contains("mail: Smtp") && !library.contains("mail: Folder,"), "{library}");
    let server = cluster::Cluster::shared();
    if server.is_some() {
        shop.microcore("add db Postgres --no-check");
    }
    let url = server.map(cluster::Cluster::url);
    let passed = shop.tests("--lib -- domains::users domains::webhooks uses_mail", url.as_deref());
    assert!(passed >= 15, "{passed} tests of the domains");
    assert_eq!((sources(), shop.read("src/domains/system/plugins/uses_mail.rs")), (before, plugin));
    if server.is_some() {
        shop.microcore("remove db --no-check");
    }
}

fn everything_goes_again(shop: &Shop) {
    let said = refused(&shop.folder, "remove mail --no-check");
    assert!(said.contains("`alerts: mail::Folder`"), "{said}");
    let plugin = shop.read("src/domains/system/plugins/uses_mail.rs");
    for words in ["plugin system/tells", "plugin system/raises", "plugin system/uses_mail"] {
        shop.microcore(&format!("remove {words} --force"));
    }
    // What stands on something goes before it; and before the crate that its tests name, which would stay.
    for words in GROWN.iter().rev() {
        let mut words = words.split(' ').skip(1);
        let (kind, place) = (words.next().unwrap(), words.next().unwrap());
        if !place.starts_with("billing") {
            shop.microcore(&format!("remove {kind} {place} --force"));
        }
    }
    shop.microcore("remove plugin orders/create_order --force");
    for pack in ["users", "webhooks", "reports", "alerts", "mail"] {
        shop.microcore(&format!("remove {pack} --no-check"));
    }

    // The same files in a folder of the application, and the same plugin beside them.
    shop.microcore("add mail Smtp --copy --no-check");
    fs::write(shop.folder.join("src/domains/system/plugins/uses_mail.rs"), plugin).unwrap();
    assert_eq!(
        shop.read("src/tools/mail/mod.rs"),
        fs::read_to_string(root().join("microcore-tools/mail/src/lib.rs")).unwrap()
    );
    assert!(shop.microcore("tool check src/tools/mail").ends_with("everything is right\n"));
    assert!(shop.tests("--lib mail", None) >= 2);
    shop.microcore("remove plugin system/uses_mail --force");
    shop.microcore("remove mail --no-check");
    for tool in TOOLS.into_iter().filter(|tool| *tool != "mail") {
        shop.microcore(&format!("remove plugin system/uses_{tool} --force"));
        shop.microcore(&format!("remove {tool} --no-check"));
    }
    shop.microcore("remove geo --no-check");
    shop.microcore("remove auth --no-check");
    // What the application writes of itself.
    for written in ["AI_CONTEXT.md", "events.schema.json"] {
        shop.delete(written);
    }
    shop.lock();
    passes(env!("CARGO"), &shop.folder, "metadata --format-version 1 --offline");
    assert_eq!(git(&shop.folder, "diff"), "");
    assert_eq!(git(&shop.folder, "ls-files --others --exclude-standard"), "", "nothing is left");
}
