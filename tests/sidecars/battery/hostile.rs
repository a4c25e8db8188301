//! Guests that do harm: each costs its own calls, and nobody else's.

use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::folder::{Folder, Language, last_error, status, until};

pub async fn a_call_that_takes_too_long_is_ended_and_others_go_on(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest.replace("time = \"1s\"", "time = \"300ms\""));
    let app = folder.boot().await;
    let slow = app.post("/try/wait", json!(null));
    let (slow, other) = tokio::join!(slow, app.get("/version"));
    assert_eq!((slow.status.as_u16(), other.status.as_u16()), (504, 200));
    assert_eq!(slow.error()["message"], "temporarily unavailable");
    // It hears that nobody waits any more, so that its place is free: all four at a time, twice.
    for _ in 0..2 {
        let four = (0..4).map(|_| app.post("/try/wait", json!(null)));
        for slow in futures_util::future::join_all(four).await {
            assert!(matches!(slow.status.as_u16(), 504 | 503), "{}", slow.status);
        }
    }
    assert_eq!(status(&app, "shop.guest").unwrap().generation, 1);
    app.stop().await;
}

pub async fn whoever_spins_is_begun_anew(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest.replace("time = \"1s\"", "time = \"300ms\""));
    let app = folder.boot().await;
    let before = pid(&app).await;
    assert_eq!(app.post("/try/spin", json!(null)).await.status, 504);
    until("another process answers", async || pid(&app).await.is_some_and(|pid| Some(pid) != before)).await;
    assert_eq!(app.get("/people/7").await.data(), 7);
    app.stop().await;
}

pub async fn whoever_dies_is_begun_anew(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    for what in ["exit", "deep", "kill"] {
        let before = pid(&app).await.unwrap();
        if what == "kill" {
            assert!(Command::new("kill").args(["-9", &before.to_string()]).status().unwrap().success());
        } else {
            let died = app.post(&format!("/try/{what}"), json!(null)).await;
            assert!(matches!(died.status.as_u16(), 500 | 504), "{what}: {}", died.status);
        }
        until(what, async || {
            let answer = app.get("/version").await;
            // Until then a client learns that it may come back.
            assert!(answer.status == 200 || answer.status == 500 || answer.headers.contains_key("retry-after"));
            pid(&app).await.is_some_and(|pid| pid != before)
        })
        .await;
    }
    app.stop().await;
}

pub async fn whoever_holds_too_much_is_begun_anew(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest.replace("time = \"1s\"", "time = \"20s\""));
    let app = folder.boot().await;
    let before = pid(&app).await;
    assert_eq!(app.post("/try/hog", json!(null)).await.status, 500);
    let wrong = last_error(&app, "shop.guest");
    assert!(wrong.contains("MiB, and 192 MiB are allowed"), "{wrong}");
    until("another process answers", async || pid(&app).await.is_some_and(|pid| Some(pid) != before)).await;
    app.stop().await;
}

/// `SIDECARS_GIGABYTE` asks for a reply of a gigabyte, for which the guest needs several.
pub async fn a_reply_that_is_none_is_a_failure(language: Language) {
    let huge = if std::env::var_os("SIDECARS_GIGABYTE").is_some() { "gigabyte" } else { "huge" };
    let folder = Folder::new();
    // Enough room and time to make a reply that is too large.
    folder.install(language, "guest", |manifest| {
        manifest.replace("192MiB", "8GiB").replace("time = \"1s\"", "time = \"60s\"")
    });
    let app = folder.boot().await;
    for (what, shown, said) in [
        ("status", (502, "temporarily unavailable"), "it answers with the status 99"),
        ("fail", (500, "internal error"), "the secret reason"),
        ("large", (500, "internal error"), "2097152"),
        (huge, (500, "internal error"), "message length too large"),
    ] {
        let failed = app.post(&format!("/try/{what}"), json!(null)).await;
        assert_eq!((failed.status.as_u16(), failed.error()["message"].as_str()), (shown.0, Some(shown.1)), "{what}");
        let wrong = last_error(&app, "shop.guest");
        assert!(wrong.contains(said), "{what}: {wrong}");
    }
    until("it is there again", async || app.get("/version").await.status == 200).await;
    app.stop().await;
}

pub async fn a_guest_that_keeps_failing_is_left_alone(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    for _ in 0..5 {
        assert_eq!(app.post("/try/fail", json!(null)).await.status, 500);
    }
    let off = app.get("/version").await;
    assert_eq!(off.status, 503);
    let seconds: u32 = off.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=31).contains(&seconds), "{seconds}");
    let status = status(&app, "shop.guest").unwrap();
    assert_eq!((status.state.as_str(), status.failures), ("paused", 5));
    app.stop().await;
}

pub async fn another_token_is_not_let_in(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| {
        let begin = "command = [\"sh\", \"-c\", \"MICROCORE_SIDECAR_TOKEN=other exec \\\"$@\\\"\", \"-\", ";
        manifest.replace("command = [", begin)
    });
    let app = folder.boot().await;
    until("it is refused", async || {
        last_error(&app, "shop.guest").contains("it does not have the token of this start")
    })
    .await;
    assert_eq!(app.get("/version").await.status, 404);
    app.stop().await;
}

/// Only root can become somebody else. Where the permissions of folder and socket are no help, whose process it is does.
pub async fn another_user_is_not_let_in(language: Language) {
    let folder = Folder::new();
    folder.install(language, "guest", |manifest| manifest);
    let app = folder.boot().await;
    let environment = std::fs::read(format!("/proc/{}/environ", pid(&app).await.unwrap())).unwrap();
    let name = b"MICROCORE_SIDECAR_SOCKET=";
    let socket = environment.split(|byte| *byte == 0).find_map(|line| line.strip_prefix(&name[..])).unwrap();
    let socket = Path::new(std::str::from_utf8(socket).unwrap());
    if std::fs::metadata(socket).unwrap().uid() != 0 {
        println!("skipped: not root");
        return;
    }
    // A greeting of HTTP/2, and how much of an answer there is.
    let script = "import socket, sys
client = socket.socket(socket.AF_UNIX)
client.connect(sys.argv[1])
try:
    client.sendall(b'PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n\\0\\0\\0\\4\\0\\0\\0\\0\\0')
    print(len(client.recv(9)))
except OSError:
    print(0)";
    // Not in this thread: it is the one that answers.
    let greets = async |user: u32| {
        let mut python = Command::new("python3");
        python.arg("-c").arg(script).arg(socket).uid(user).current_dir("/");
        let said = tokio::task::spawn_blocking(move || python.output().unwrap()).await.unwrap();
        (String::from_utf8(said.stdout).unwrap(), String::from_utf8(said.stderr).unwrap())
    };
    let (_, wrong) = greets(65_534).await;
    assert!(wrong.contains("PermissionError"), "{wrong}");
    for path in [socket.parent().unwrap(), socket] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o777)).unwrap();
    }
    assert_eq!(greets(65_534).await.0.trim(), "0", "it is hung up on");
    assert_eq!(greets(0).await.0.trim(), "9", "which says something, because we are not");
    assert_eq!(app.get("/version").await.status, 200);
    app.stop().await;
}

/// The process that answers.
async fn pid(app: &microcore::testing::Running<crate::App>) -> Option<i64> {
    let answer = app.post("/try/pid", json!(null)).await;
    if answer.status == 200 { answer.json().as_i64() } else { None }
}
