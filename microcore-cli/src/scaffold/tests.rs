//! What is written, and what is refused. That it compiles and passes is tried end to end, in `tests/`.

use std::fs;

use super::*;
use crate::new::{NewAsked, Options, new};
use crate::problem::Result;
use crate::project::Project;

struct Trial {
    folder: tempfile::TempDir,
}

impl Trial {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { auth: true, ..Options::default() };
        new(&NewAsked { folder: "shop".into(), options, ..NewAsked::default() }, folder.path()).unwrap();
        Self { folder }
    }

    fn project(&self) -> Project {
        Project::find(&self.folder.path().join("shop")).unwrap()
    }

    /// Writes, and shows what was written.
    fn write(&self, scaffold: Result<Scaffold>) -> String {
        let scaffold = scaffold.unwrap();
        let mut shown = String::new();
        for changed in scaffold.changes.carry_out(false).unwrap().changed {
            shown += &format!("## {}\n{}", changed.path, self.project().text(&changed.path).unwrap());
        }
        shown + &format!("## next\n{}\n", scaffold.next.join("\n"))
    }
}

fn asked(place: &str, route: Option<(&str, &str)>) -> PluginAsked {
    let route = route.map(|(method, path)| (method.to_owned(), path.to_owned()));
    PluginAsked { place: place.to_owned(), route, ..PluginAsked::default() }
}

fn event_asked(place: &str, fields: &[&str]) -> EventAsked {
    EventAsked { place: place.to_owned(), fields: fields.iter().map(|field| (*field).to_owned()).collect() }
}

#[test]
fn what_is_written_is_this() {
    let trial = Trial::new();
    let fields = ["id:i64", "email:String", "note:Option<String>"];
    let mut shown = trial.write(event(&trial.project(), &event_asked("users/user.exported", &fields)));
    shown += &trial.write(event(&trial.project(), &event_asked("users/pulse", &[])));
    let get = PluginAsked {
        publishes: Some("user.exported".into()),
        ..asked("users/export_users", Some(("get", "/users/export/{id}")))
    };
    shown += &trial.write(plugin(&trial.project(), &get));
    let post = PluginAsked { auth: true, ..asked("users/import", Some(("post", "/users/import"))) };
    shown += &trial.write(plugin(&trial.project(), &post));
    let on =
        PluginAsked { on: Some("user.exported".into()), publishes: Some("pulse".into()), ..asked("mail/notice", None) };
    shown += &trial.write(plugin(&trial.project(), &on));
    shown += &trial.write(tool(&trial.project(), "geo"));
    let with =
        PluginAsked { tools: vec!["geo".into(), "db".into()], ..asked("users/where_is", Some(("get", "/where"))) };
    shown += &trial.write(plugin(&trial.project(), &with));
    shown += &trial.write(domain(&trial.project(), "billing"));
    shown += &trial.write(migration(&trial.project(), "users", "add_phone"));
    insta::assert_snapshot!(shown);
}

#[track_caller]
fn refuses(scaffold: Result<Scaffold>, said: &str) {
    let refused = scaffold.and_then(|scaffold| scaffold.changes.carry_out(true));
    let problem = refused.expect_err(said).to_string();
    assert!(problem.contains(said), "{problem}");
    assert!(problem.contains("\nhelp: "), "it says what to do: {problem}");
}

#[test]
fn mistakes_are_refused_with_what_to_write() {
    let trial = Trial::new();
    let project = &trial.project();
    let get = |place: &str, path: &str| plugin(project, &asked(place, Some(("get", path))));
    refuses(get("export_users", "/x"), "`<domain>/<name>`");
    refuses(get("users/Export", "/x"), "write `export`");
    refuses(get("Users/export", "/x"), "domain `Users`");
    refuses(get("user/export", "/x"), "did you mean `users`?");
    refuses(get("users/get_user", "/x"), "get_user.rs` exists already");
    refuses(get("users/export", "/users/{name}"), "is served by `users.get_user` already");
    refuses(get("users/export", "/users/{body}"), "the name of another input");
    refuses(get("users/../../etc", "/x"), "`<domain>/<name>`");
    refuses(plugin(project, &asked("users/export", None)), "which one?");
    let with = |tool: &str| {
        plugin(project, &PluginAsked { tools: vec![tool.into()], ..asked("users/x", Some(("get", "/x"))) })
    };
    refuses(with("clok"), "there is no tool `clok`\nhelp: did you mean `clock`?");
    refuses(with("mail"), "there is no tool `mail`\nhelp: `microcore add mail` brings it");
    refuses(with("mial"), "did you mean `mail`? `microcore add mail` brings it");
    refuses(with("config"), "the type of its section");
    let on = |event: &str| plugin(project, &PluginAsked { on: Some(event.into()), ..asked("users/hear", None) });
    refuses(on("user.creatd"), "did you mean `user.created`?");
    refuses(on("order.placed"), "declare it first");
    let ring = PluginAsked {
        on: Some("user.created".into()),
        publishes: Some("user.created".into()),
        ..asked("users/ring", None)
    };
    refuses(plugin(project, &ring), "ring of events");
    refuses(
        plugin(project, &PluginAsked { auth: true, on: Some("user.created".into()), ..asked("users/a", None) }),
        "an event has no token",
    );
    refuses(event(project, &event_asked("users/user.created", &[])), "is declared already");
    refuses(event(project, &event_asked("users/user_created", &[])), "is declared already");
    refuses(event(project, &event_asked("users/User.gone", &[])), "must be lower-case words");
    refuses(event(project, &event_asked("users/error", &[])), "the prelude has already");
    refuses(event(project, &event_asked("users/x.y", &["id"])), "must have a type");
    refuses(event(project, &event_asked("users/x.y", &["at:Timestamp"])), "no test can be written");
    refuses(event(project, &event_asked("users/x.y", &["id:i64", "id:i64"])), "stands there twice");
    refuses(tool(project, "db"), "the framework uses it");
    refuses(tool(project, "auth"), "`app!` has `auth: Jwt`");
    refuses(tool(project, "clock"), "exists already");
    refuses(domain(project, "users"), "exists already");
    refuses(migration(project, "user", "x"), "did you mean `users`?");
    refuses(migration(project, "users", "Add-Phone"), "write `add_phone`");
    refuses(migration(project, "users", "users"), "`src/domains/users/migrations/001_users.sql` exists already");
}

#[test]
fn numbers_of_migrations_are_compared_as_numbers() {
    let trial = Trial::new();
    let project = trial.project();
    let folder = project.root.join("src/domains/users/migrations");
    for name in ["9_nine.sql", "10_ten.sql", "later.sql", "77_note.md"] {
        fs::write(folder.join(name), "").unwrap();
    }
    let next = migration(&project, "users", "next").unwrap().changes.listed();
    assert_eq!(next[0].path, "src/domains/users/migrations/011_next.sql");
}

#[test]
fn a_database_on_postgresql_counts_in_its_own_words() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { postgres: true, ..Options::default() };
    new(&NewAsked { folder: "shop".into(), options, ..NewAsked::default() }, folder.path()).unwrap();
    let project = Project::find(&folder.path().join("shop")).unwrap();
    domain(&project, "billing").unwrap().changes.apply().unwrap();
    assert!(
        project.text("src/domains/billing/migrations/001_billing.sql").unwrap().contains("AS IDENTITY PRIMARY KEY")
    );
}
