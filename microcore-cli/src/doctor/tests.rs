//! What is right is told, what is wrong is told with what to do.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use super::*;
use crate::new::{NewAsked, Options, new};

fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { auth: true, ..Options::default() };
    new(&NewAsked { folder: "shop".into(), options, ..NewAsked::default() }, folder.path()).unwrap();
    fs::write(folder.path().join("shop/.env"), "HTTP_PORT=0\n").unwrap();
    folder
}

fn said(folder: &Path) -> (String, bool) {
    doctor(&folder.join("shop"), true)
}

#[test]
fn a_new_project_is_right() {
    let folder = made();
    let (text, right) = said(folder.path());
    assert!(right && text.ends_with("everything is right\n"), "{text}");
    assert!(text.contains("`auth: Jwt` has its feature `auth`"), "{text}");
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let folder = made();
    let shop = folder.path().join("shop");
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    fs::write(shop.join(".env"), format!("HTTP_PORT={port}\nREDIS_URL=redis://127.0.0.1:1\n")).unwrap();
    fs::write(shop.join(".env.example"), "PG_URL=postgres://\n# OTHER=1\n").unwrap();
    fs::write(shop.join("build.rs"), "fn main() {}\n").unwrap();
    fs::write(shop.join("src/lib.rs"), "microcore::app! { auth: Jwt, bus: RedisStreams, mail: Smtp, db: Sqlite }\n")
        .unwrap();
    fs::write(shop.join("Cargo.lock"), "[[package]]\nname = \"microcore\"\nversion = \"0.0.1\"\n").unwrap();
    let (text, right) = said(folder.path());
    assert!(!right);
    for (wrong, help) in [
        ("the project has `microcore` 0.0.1", "microcore upgrade"),
        ("`build.rs` does not watch `src`", "write into its `main`"),
        ("`bus: RedisStreams` needs the feature `redis`", "cargo add microcore --features redis"),
        ("`mail: Smtp` is no tool of the framework", "microcore add mail Smtp"),
        ("`PG_URL` is not set", "set `PG_URL` in `.env`"),
        ("is in use by another program", "set another `HTTP_PORT`"),
        ("`REDIS_URL`: nobody answers at 127.0.0.1:1", "start that server"),
    ] {
        let at = text.find(wrong).unwrap_or_else(|| panic!("{wrong}:\n{text}"));
        assert!(text[at..].lines().nth(1).unwrap().contains(help), "{help}:\n{text}");
    }
    assert!(text.ends_with("7 things are wrong\n") && text.contains("ok     `db: Sqlite`"), "{text}");
    assert!(!doctor(folder.path(), true).1, "not in a project");
}

#[test]
fn a_server_that_is_asked_for_must_answer() {
    let folder = made();
    let shop = folder.path().join("shop");
    let server = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = server.local_addr().unwrap().port();
    fs::write(shop.join("src/lib.rs"), "microcore::app! { auth: Jwt, db: Postgres }\n").unwrap();
    fs::write(shop.join(".env"), format!("HTTP_PORT=0\nPG_URL=postgres://shop:s3cr3t@127.0.0.1:{port}/shop\n"))
        .unwrap();
    let (text, _) = said(folder.path());
    assert!(text.contains(&format!("ok     `PG_URL`: 127.0.0.1:{port} answers")), "{text}");
    drop(server);
    let (text, right) = said(folder.path());
    assert!(!right && text.contains(&format!("wrong  `PG_URL`: nobody answers at 127.0.0.1:{port}")), "{text}");
    assert!(text.contains("start that server, or correct `PG_URL`") && !text.contains("s3cr3t"), "{text}");
}

#[test]
fn an_old_compiler_and_none_are_told() {
    assert_eq!(machine::judged("rustc 1.95.0 (abc 2026)"), Finding::right("Rust 1.95.0"));
    assert!(machine::judged("rustc 1.60.0").said.contains("is too old"));
    assert!(machine::judged("").said.contains("can't be started"));
}
