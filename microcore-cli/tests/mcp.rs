//! The protocol as a client speaks it: a line of JSON each way.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::shared::{Alone, Server, root};

mod shared;

struct Client {
    process: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    last: u64,
}

impl Client {
    fn start(folder: &Path) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_microcore"));
        command.arg("mcp").current_dir(folder).env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (process.stdin.take(), BufReader::new(process.stdout.take().unwrap()));
        let mut client = Self { process, to, from, last: 0 };
        let hello = client.ask(
            "initialize",
            json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": { "name": "test", "version": "1" } }),
        );
        assert_eq!(hello["result"]["serverInfo"]["name"], "microcore");
        client.send(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        client
    }

    fn send(&mut self, message: &Value) {
        let to = self.to.as_mut().unwrap();
        writeln!(to, "{message}").unwrap();
        to.flush().unwrap();
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        self.send(&json!({ "jsonrpc": "2.0", "id": self.last, "method": method, "params": params }));
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).unwrap() > 0, "the server is gone");
            let reply: Value = serde_json::from_str(&line).unwrap();
            if reply["id"] == self.last {
                return reply;
            }
        }
    }

    fn call(&mut self, name: &str, arguments: Value) -> Value {
        self.ask("tools/call", json!({ "name": name, "arguments": arguments }))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // The client closes its end, and the server ends by itself.
        drop(self.to.take());
        let _ = self.process.wait();
    }
}

fn text(reply: &Value) -> &str {
    reply["result"]["content"][0]["text"].as_str().unwrap_or_else(|| panic!("{reply}"))
}

#[test]
fn an_assistant_looks_writes_and_is_told_what_is_wrong() {
    let _alone = Alone::wait();
    let root = root();
    let folder = tempfile::tempdir().unwrap();
    let source = format!("path:{}", root.display());
    let made = Command::new(env!("CARGO_BIN_EXE_microcore"))
        .args(["new", "shop", "--minimal", "--source", &source])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(made.status.success());
    let shop = folder.path().join("shop");
    let lock = fs::read_to_string(root.join("app-template/Cargo.lock")).unwrap();
    fs::write(shop.join("Cargo.lock"), lock.replace("\"app-template\"", "\"shop\"")).unwrap();

    let mut client = Client::start(&shop);
    let listed = client.ask("tools/list", json!({}));
    let names: Vec<&str> =
        listed["result"]["tools"].as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "context",
            "explain",
            "routes",
            "trace",
            "errors",
            "schema",
            "check",
            "doctor",
            "add_plugin",
            "add_event",
            "add_tool",
            "add_domain",
            "add_pack",
            "add_migration"
        ]
    );
    assert!(text(&client.call("explain", json!({ "code": "MC0307" }))).starts_with("# MC0307"));
    let unknown = client.call("explain", json!({ "code": "MC9999" }));
    assert_eq!(unknown["result"]["isError"], true);
    assert!(client.call("fly", json!({})).get("error").is_some());

    let plugin = json!({ "place": "system/hello", "method": "get", "path": "/hello", "dry_run": true });
    let told = client.call("add_plugin", plugin.clone());
    assert_eq!(told["result"]["structuredContent"]["written"], false);
    let mut plugin = plugin;
    plugin["dry_run"] = json!(false);
    let told = client.call("add_plugin", plugin.clone());
    assert_eq!(told["result"]["structuredContent"]["paths"], json!(["src/domains/system/plugins/hello.rs"]));
    assert!(text(&client.call("add_plugin", plugin)).contains("help: "), "a second one is refused");

    let file = shop.join("src/domains/system/plugins/hello.rs");
    let right = fs::read_to_string(&file).unwrap();
    fs::write(&file, right.replace("\"/hello\"", "\"/health\"")).unwrap();
    let checked = client.call("check", json!({}));
    let data = &checked["result"]["structuredContent"];
    assert_eq!(data["compiles"], false, "{checked}");
    let taken = data["diagnostics"].as_array().unwrap().iter().find(|one| one["code"] == "MC0307").unwrap();
    assert!(taken["line"].as_u64().is_some() && !taken["help"].as_array().unwrap().is_empty(), "{taken}");
    assert!(
        taken["file"].as_str().unwrap().ends_with("system/plugins/hello.rs")
            || taken["file"].as_str().unwrap().ends_with("health.rs"),
        "{taken}"
    );

    // What is right: the facts of the application, and what it does while it runs.
    fs::write(&file, right).unwrap();
    let told = client.call("add_domain", json!({ "domain": "billing" }));
    assert_eq!(told["result"]["structuredContent"]["written"], true, "{told}");
    let checked = client.call("check", json!({}));
    assert_eq!(checked["result"]["structuredContent"]["compiles"], true, "{checked}");
    assert!(text(&client.call("routes", json!({}))).contains("system.hello"));
    let whole = client.call("context", json!({}));
    assert!(text(&whole).contains("billing") && text(&whole).len() < 8 * 1024, "{}", text(&whole));
    let domain = client.call("context", json!({ "name": "billing" }));
    assert!(text(&domain).contains("`GET /billing 200") && !text(&domain).contains("/hello"), "{}", text(&domain));
    assert!(text(&client.call("context", json!({ "name": "db" }))).contains("query_one"));
    assert_eq!(client.call("trace", json!({}))["result"]["isError"], true, "nothing runs");

    let server = Server::start(&shop);
    assert!(server.ask("GET /hello", "").starts_with("HTTP/1.1 200 "));
    assert!(server.ask("GET /billing", "").starts_with("HTTP/1.1 200 "));
    let port = server.address.rsplit(':').next().unwrap();
    fs::write(shop.join(".env"), format!("HTTP_PORT={port}\n")).unwrap();
    let traced = client.call("trace", json!({}));
    assert!(text(&traced).contains("GET /billing") && text(&traced).contains("SELECT"), "{}", text(&traced));
    assert_eq!(client.call("errors", json!({}))["result"]["isError"], false, "it runs, and nothing failed");
    assert!(text(&client.call("schema", json!({}))).contains("billing"));
    drop(server);

    let pack = json!({ "name": "auth", "dry_run": true });
    let told = client.call("add_pack", pack);
    assert_eq!(told["result"]["structuredContent"]["written"], false, "{told}");
    assert!(text(&told).contains("src/lib.rs"), "{}", text(&told));
    assert!(text(&client.call("add_pack", json!({ "name": "mial" }))).contains("did you mean `mail`?"));
}
