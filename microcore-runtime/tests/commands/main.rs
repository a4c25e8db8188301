//! The commands of an application: what they print, what they write, how they end.
//!
//! The texts themselves are in `snapshots/`; `INSTA_UPDATE=always` writes them anew.
#![allow(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod shop;
mod shop_db;
mod shop_tools;

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use microcore_runtime::commands::{Exit, Surroundings, run};
use microcore_runtime::manifest::COMMANDS;
use microcore_runtime::settings::{Environment, Problems};

use crate::shop::Shop;

/// What a command did.
struct Ran {
    exit: ExitCode,
    out: String,
    err: String,
}

#[expect(clippy::unnecessary_wraps, reason = "stands in for `Environment::load`")]
fn complete() -> Result<Environment, Problems> {
    Ok(Environment::of([("MAIL_PASSWORD", "secret")]))
}

#[expect(clippy::unnecessary_wraps, reason = "stands in for `Environment::load`")]
fn empty() -> Result<Environment, Problems> {
    Ok(Environment::default())
}

fn run_in(folder: &Path, environment: fn() -> Result<Environment, Problems>, line: &str) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let surroundings = Surroundings { folder: folder.to_owned(), environment, out: &mut out, err: &mut err };
    let exit = run::<Shop, _>(line.split(' '), surroundings);
    Ran { exit, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

fn ran(line: &str) -> Ran {
    run_in(Path::new("/nowhere"), complete, line)
}

#[track_caller]
fn printed(line: &str) -> String {
    let ran = ran(line);
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Done.into(), ""));
    ran.out
}

#[test]
fn routes_are_an_aligned_table() {
    insta::assert_snapshot!("routes", printed("shop routes"));
}

#[test]
fn the_graph_speaks_three_languages() {
    insta::assert_snapshot!("graph_mermaid", printed("shop graph"));
    insta::assert_snapshot!("graph_dot", printed("shop graph --format dot"));
    insta::assert_snapshot!("graph_json", printed("shop graph --format json"));
}

#[test]
fn every_edge_of_the_json_graph_joins_two_of_its_nodes() {
    let graph: serde_json::Value = serde_json::from_str(&printed("shop graph --format json")).unwrap();
    let ids: Vec<&str> = graph["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str().unwrap()).collect();
    for edge in graph["edges"].as_array().unwrap() {
        for end in ["from", "to"] {
            assert!(ids.contains(&edge[end].as_str().unwrap()), "{edge}");
        }
    }
}

#[test]
fn the_context_is_facts_in_a_fixed_order_and_short() {
    let document = printed("shop context --stdout");
    assert!(document.len() < 8 * 1024, "{} bytes", document.len());
    assert_eq!(document, printed("shop context --stdout"));
    insta::assert_snapshot!("context", document);
}

#[test]
fn the_context_of_one_domain_or_tool_is_printed_whole() {
    let domain = printed("shop context users");
    assert!(domain.starts_with("## Domain users\n") && domain.contains("`POST /users 201"), "{domain}");
    assert!(printed("shop context clock").starts_with("## Tools\n"));
    assert!(printed("shop context grammar").contains("`#[before("));
    let unknown = ran("shop context nobody");
    assert_eq!((unknown.exit, unknown.out.as_str()), (Exit::Failed.into(), ""));
    assert_eq!(unknown.err, "error: `nobody` is no domain and no tool of this application\n");
}

#[test]
fn the_context_is_missing_then_fresh_then_stale() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("AI_CONTEXT.md");
    let context = |line| run_in(folder.path(), complete, line);

    let missing = context("shop context --check");
    assert_eq!(missing.exit, Exit::Failed.into());
    assert!(missing.err.contains("is missing; refresh it with `cargo run -- context`"), "{}", missing.err);

    assert!(context("shop context").out.ends_with("is written\n"));
    assert_eq!(context("shop context --check").exit, Exit::Done.into());
    let written = std::fs::metadata(&file).unwrap().modified().unwrap();
    assert!(context("shop context").out.ends_with("is fresh\n"));
    assert_eq!(std::fs::metadata(&file).unwrap().modified().unwrap(), written);

    std::fs::write(&file, "old").unwrap();
    let stale = context("shop context --check");
    assert_eq!(stale.exit, Exit::Failed.into());
    assert!(stale.err.contains("is stale"), "{}", stale.err);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "old");

    context("shop context");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft stays behind");
}

#[test]
fn serving_in_a_debug_build_refreshes_the_context_first() {
    let folder = tempfile::tempdir().unwrap();
    // The process has no MAIL_PASSWORD: serving ends right there.
    let ran = run_in(folder.path(), complete, "shop");
    assert_eq!((ran.exit, ran.err.as_str()), (Exit::Refused.into(), ""));
    assert_eq!(folder.path().join("AI_CONTEXT.md").exists(), cfg!(debug_assertions));
}

#[test]
fn serving_where_the_context_can_not_be_written_only_warns() {
    let ran = ran("shop serve");
    let warned = ran.err.starts_with("warning: /nowhere/AI_CONTEXT.md is not refreshed: ");
    assert_eq!(warned, cfg!(debug_assertions), "{}", ran.err);
}

#[test]
fn line_ends_turned_by_git_are_not_stale() {
    let folder = tempfile::tempdir().unwrap();
    let document = printed("shop context --stdout").replace('\n', "\r\n");
    std::fs::write(folder.path().join("AI_CONTEXT.md"), document).unwrap();
    assert_eq!(run_in(folder.path(), complete, "shop context --check").exit, Exit::Done.into());
}

#[test]
fn a_folder_that_is_not_there_fails_with_a_sentence() {
    let ran = ran("shop context");
    assert_eq!(ran.exit, Exit::Failed.into());
    assert!(ran.err.starts_with("error: /nowhere/AI_CONTEXT.md can't be written: "), "{}", ran.err);
}

#[test]
fn metrics_are_every_name_with_its_labels_and_the_number_of_its_series() {
    insta::assert_snapshot!("metrics", printed("shop metrics"));
}

#[test]
fn check_warns_and_passes() {
    let ran = ran("shop check");
    assert_eq!(ran.exit, Exit::Done.into());
    assert_eq!(ran.out, "0 errors, 6 warnings\n");
    insta::assert_snapshot!("check", ran.err);
}

#[test]
fn check_fails_on_wrong_settings_and_on_denied_warnings() {
    let wrong = run_in(Path::new("."), empty, "shop check");
    assert_eq!(wrong.exit, Exit::Failed.into());
    assert!(wrong.err.starts_with("error: MAIL_PASSWORD is not set: password of the relay\n"), "{}", wrong.err);
    assert_eq!(wrong.out, "1 error, 6 warnings\n");
    assert_eq!(ran("shop check --deny-warnings").exit, Exit::Failed.into());
}

#[test]
fn check_counts_the_settings_of_the_process_too() {
    let environment = || Ok(Environment::of([("STRICT_BOOT", "maybe")]));
    let ran = run_in(Path::new("."), environment, "shop check");
    assert!(
        ran.err.contains("error: STRICT_BOOT must be true or false, not `maybe`\nerror: MAIL_PASSWORD is not set"),
        "{}",
        ran.err
    );
}

#[expect(clippy::unnecessary_wraps, reason = "stands in for `Environment::load`")]
fn broken() -> Result<Environment, Problems> {
    Ok(Environment::of([("MAIL_PASSWORD", "secret"), ("DB_BROKEN", "yes")]))
}

fn ran_broken(line: &str) -> Ran {
    run_in(Path::new("/nowhere"), broken, line)
}

#[test]
fn migrate_names_what_it_applied_and_tells_what_it_is_doing() {
    let first = ran("shop migrate");
    assert_eq!((first.exit, first.out.as_str()), (Exit::Done.into(), "users/001_users.sql\nmail/001_mails.sql\n"));
    assert_eq!(first.err, "applying users/001_users.sql (1 of 2)\napplying mail/001_mails.sql (2 of 2)\n");
    assert_eq!(run_in(Path::new("."), empty, "shop migrate").out, "nothing to apply\n");
    let failed = ran_broken("shop migrate");
    assert_eq!((failed.exit, failed.out.as_str()), (Exit::Failed.into(), "users/001_users.sql\n"));
    assert!(failed.err.ends_with("error: migration `mail/001_mails.sql` failed: no such table\n"), "{}", failed.err);
}

#[test]
fn the_status_of_migrations_fails_where_a_file_was_edited() {
    assert_eq!(printed("shop migrate --status"), "applied  users/001_users.sql\npending  mail/001_mails.sql\n");
    let edited = ran_broken("shop migrate --status");
    assert_eq!((edited.exit, edited.err.as_str()), (Exit::Failed.into(), ""));
    assert!(edited.out.ends_with("edited   mail/001_mails.sql\n"), "{}", edited.out);
}

#[test]
fn every_statement_that_the_database_refuses_is_named_with_its_place() {
    let fine = ran("shop check --database");
    assert_eq!(fine.exit, Exit::Done.into());
    assert!(fine.err.contains("warning: migration `mail/001_mails.sql` is pending\n"), "{}", fine.err);
    assert_eq!(fine.out, "2 statements prepared on the database\n0 errors, 7 warnings\n");
    let refused = ran_broken("shop check --database");
    assert_eq!(refused.exit, Exit::Failed.into());
    let place = "users.create_user.execute (src/domains/users/plugins/create_user.rs)";
    let error = format!("error: {place}: no such table: teams\n       SELECT id FROM teams\n");
    assert!(refused.err.contains(&error), "{}", refused.err);
    assert!(
        refused.err.contains(&format!("warning: {place}: it can't be judged without its values")),
        "{}",
        refused.err
    );
    assert!(refused.out.ends_with("1 error, 8 warnings\n"), "{}", refused.out);
    // Without the word, the database is left alone.
    assert_eq!(ran_broken("shop check").out, "0 errors, 6 warnings\n");
    let unset = run_in(Path::new("/nowhere"), empty, "shop check --database");
    assert!(unset.err.ends_with("the database was not asked: the settings are wrong\n"), "{}", unset.err);
}

#[test]
fn the_live_schema_is_printed_without_internal_tables() {
    insta::assert_snapshot!("schema", printed("shop schema"));
}

#[test]
fn a_backup_is_named_and_damage_fails() {
    assert_eq!(printed("shop db backup copy.db"), "copy.db\n");
    assert_eq!(printed("shop db check"), "the database is whole\n");
    let refused = ran_broken("shop db backup copy.db");
    assert_eq!((refused.exit, refused.err.as_str()), (Exit::Failed.into(), "error: `copy.db` exists\n"));
    let damaged = ran_broken("shop db check");
    assert_eq!(damaged.exit, Exit::Failed.into());
    assert_eq!(damaged.err, "error: page 7 is torn\nerror: row 8 is missing\n");
    assert_eq!(ran("shop db").exit, Exit::Refused.into());
}

#[test]
fn an_unknown_command_is_refused_with_a_suggestion() {
    let ran = ran("shop ruotes");
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Refused.into(), ""));
    assert!(ran.err.contains("a similar subcommand exists: 'routes'"), "{}", ran.err);
}

#[test]
fn help_names_every_command_and_version_the_application() {
    let help = printed("shop --help");
    for command in COMMANDS {
        assert!(help.contains(&format!("  {} ", command.name)) && help.contains(command.doc), "{help}");
    }
    assert_eq!(printed("shop --version"), "shop 1.2.0\n");
}

#[test]
fn the_documented_options_are_the_accepted_ones() {
    for command in COMMANDS {
        let help = printed(&format!("shop {} --help", command.name));
        for option in command.options.split(['[', ']', ' ']).filter(|option| option.starts_with("--")) {
            assert!(help.contains(option), "{help}");
        }
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    struct Closed(io::ErrorKind);
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for (kind, exit, message) in [
        (io::ErrorKind::BrokenPipe, Exit::Done, ""),
        (io::ErrorKind::StorageFull, Exit::Failed, "error: the result can't be written: no storage space\n"),
    ] {
        let (mut out, mut err) = (Closed(kind), Vec::new());
        let surroundings =
            Surroundings { folder: "/nowhere".into(), environment: complete, out: &mut out, err: &mut err };
        assert_eq!(run::<Shop, _>(["shop", "routes"], surroundings), exit.into());
        assert_eq!(String::from_utf8(err).unwrap(), message);
    }
}

#[test]
fn a_change_that_stored_events_would_not_survive_fails_the_check_with_the_field_named() {
    let folder = tempfile::tempdir().unwrap();
    let line = |line: &str| run_in(folder.path(), complete, line);
    let schema = printed("shop events schema");
    assert!(schema.contains("\"user.created\"") && schema.contains("\"email\""), "{schema}");
    assert_eq!(line("shop events schema --write").exit, Exit::Done.into());
    let fine = line("shop check");
    assert_eq!(fine.exit, Exit::Done.into(), "{}", fine.err);
    // As if the event had had a field that is gone, and another type for one that is there.
    let kept = folder.path().join("events.schema.json");
    let mut earlier: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&kept).unwrap()).unwrap();
    let fields = &mut earlier["user.created"]["properties"];
    fields["phone"] = serde_json::json!({ "type": "string" });
    fields["id"]["type"] = "string".into();
    std::fs::write(&kept, earlier.to_string()).unwrap();
    let broken = line("shop check");
    assert_eq!(broken.exit, Exit::Failed.into());
    assert!(broken.err.contains("event `user.created`: field `phone` is gone"), "{}", broken.err);
    assert!(broken.err.contains("field `id` was \"string\" and is \"integer\""), "{}", broken.err);
}

#[test]
fn a_store_that_is_not_there_is_said_and_wrong_commands_are_refused() {
    let status = ran("shop events status");
    assert_eq!(status.exit, Exit::Failed.into());
    assert!(status.err.contains("the application has no bus"), "{}", status.err);
    assert_eq!(ran("shop events").exit, Exit::Refused.into());
    assert_eq!(ran("shop events dead replay many").exit, Exit::Refused.into());
}

#[test]
fn check_refuses_system_pages_by_role_without_a_tool_that_knows_roles() {
    let environment = || Ok(Environment::of([("MAIL_PASSWORD", "secret"), ("SYSTEM_ACCESS", "role")]));
    let ran = run_in(Path::new("."), environment, "shop check");
    assert_eq!(ran.exit, Exit::Failed.into());
    let said = "error: SYSTEM_ACCESS must not be role: no plugin uses a tool `auth`, which knows who has a role;";
    assert!(ran.err.contains(said), "{}", ran.err);
}
