//! What reading a request costs: instructions grow with its bytes and not with their square.
//!
//! Counted by valgrind's callgrind, which a busy machine does not change: this test starts itself under it, once for each
//! size. Four times the bytes may cost four times as much; with a square in it they would cost sixteen times as much.

use std::process::Command;

use bytes::Bytes;
use http::Request;
use microcore_macros::{Deserialize, Validate};
use microcore_runtime::__private::Check;
use microcore_runtime::request::{Body, Inputs};
use microcore_runtime::validation::{BodyRules, read_json};

/// What the started program reads; without it, it reads nothing.
const CASE: &str = "MICROCORE_COST_CASE";
const BYTES: &str = "MICROCORE_COST_BYTES";

const CASES: [&str; 15] = [
    "multipart content in large pieces",
    "multipart content in small pieces",
    "multipart content like a delimiter",
    "multipart heads in small pieces",
    "multipart preamble in small pieces",
    "form of one key",
    "form of many keys",
    "form that is refused",
    "query",
    "query struct",
    "json in small pieces",
    "json that is refused",
    "json of nested lists that is refused",
    "cookies",
    "codings",
];

#[derive(Deserialize, Validate)]
struct Form {
    #[serde(default)]
    tag: Vec<String>,
    #[serde(default)]
    number: Option<u32>,
}

const RULES: BodyRules<Form> = BodyRules::of(read_json::<Form>, Check::<Form>::VALIDATE, Check::<Form>::PROBE);

#[test]
fn the_cost_of_a_request_grows_with_its_bytes() {
    if let Some(reason) = missing() {
        assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none_or(|value| value != "1"), "{reason}");
        eprintln!("skipped: {reason}");
        return;
    }
    let nothing = instructions("nothing", 0);
    // A few at a time, for a machine of few cores.
    for cases in CASES.chunks(4) {
        std::thread::scope(|scope| {
            for case in cases {
                scope.spawn(move || {
                    let [small, large] = [8, 32].map(|kib| instructions(case, kib * 1024).saturating_sub(nothing));
                    assert!(large < 6 * small, "{case}: {small} and {large} instructions for 8 and 32 KiB");
                });
            }
        });
    }
}

fn missing() -> Option<String> {
    match Command::new("valgrind").arg("--version").output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(format!("`valgrind --version` failed: {}", output.status)),
        Err(error) => Some(format!("valgrind can't be started: {error}")),
    }
}

fn instructions(case: &str, bytes: usize) -> u64 {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    valgrind.arg(std::env::current_exe().unwrap()).args(["--exact", "cost::reads_what_it_is_told", "--test-threads=1"]);
    let output = valgrind.env(CASE, case).env(BYTES, bytes.to_string()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{case}: {said}\n{}", String::from_utf8_lossy(&output.stdout));
    let (_, total) = said.lines().find_map(|line| line.split_once("Collected : ")).unwrap();
    total.trim().parse().unwrap()
}

/// The program that is counted.
#[test]
fn reads_what_it_is_told() {
    let (Ok(case), Ok(bytes)) = (std::env::var(CASE), std::env::var(BYTES)) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(read(&case, bytes.parse().unwrap()));
}

fn filled(part: &str, bytes: usize) -> String {
    part.repeat(bytes / part.len())
}

/// The bytes, in pieces of this size.
fn pieces(text: &str, size: usize) -> Body {
    Body::of_pieces(text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect::<Vec<_>>())
}

async fn read(case: &str, bytes: usize) {
    const HEAD: &str = "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n";
    let content = |content: &str| format!("{HEAD}\r\n{content}\r\n--x--");
    match case {
        "multipart content in large pieces" => multipart(&content(&filled("a\r\n", bytes)), 4096).await,
        "multipart content in small pieces" => multipart(&content(&filled("a\r\n", bytes)), 3).await,
        "multipart content like a delimiter" => multipart(&content(&filled("\r\n--\r\n-", bytes)), 1).await,
        "multipart heads in small pieces" => {
            let head = format!("{HEAD}x: {}\r\n\r\n\r\n", "y".repeat(3900));
            multipart(&(filled(&head, bytes) + "--x--"), 1).await;
        }
        "multipart preamble in small pieces" => multipart(&(filled("a", bytes) + "\r\n--x--"), 1).await,
        "form of one key" => form(&filled("tag=a&", bytes)).await,
        "form of many keys" => {
            let pairs: Vec<String> = (0..bytes / 8).map(|key| format!("{key:06}=")).collect();
            form(&pairs.join("&")).await;
        }
        "form that is refused" => form(&(filled("tag[]=%41&", bytes) + "number=x")).await,
        "query" | "query struct" => {
            let head = Request::get(format!("/?{}", filled("%74ag=a&", bytes))).body(()).unwrap().into_parts().0;
            let mut inputs = Inputs::new(&head, Body::of(""));
            if case == "query" {
                assert_eq!(inputs.query::<Vec<String>>("tag").unwrap().len(), bytes / 8);
                assert_eq!(inputs.query::<Option<u32>>("number"), Some(None));
            } else {
                assert_eq!(inputs.query_struct(&RULES).unwrap().tag.len(), bytes / 8);
            }
        }
        "json in small pieces" => json(&format!("{{\"tag\":[{}\"\"]}}", filled("\"a\",", bytes)), true).await,
        "json that is refused" => json(&format!("{{\"tag\":[{}7]}}", filled("\"a\",", bytes)), false).await,
        "json of nested lists that is refused" => {
            let deep = format!("{}{},", "[".repeat(100), "]".repeat(100));
            json(&format!("{{\"number\":\"\",\"other\":[{}7]}}", filled(&deep, bytes)), false).await;
        }
        "cookies" => {
            let mut request = Request::get("/");
            for line in 0..bytes / 512 {
                request = request.header("cookie", format!("{line}=1; {}", filled("a=%41; ", 500)));
            }
            let head = request.body(()).unwrap().into_parts().0;
            let cookies = Inputs::new(&head, Body::of("")).cookies();
            assert!(cookies.iter().count() > bytes / 8 && cookies.get("b").is_none());
        }
        "codings" => {
            let request = Request::post("/").header("content-encoding", filled("identity,", bytes));
            let head = request.header("content-type", "application/json").body(()).unwrap().into_parts().0;
            assert!(Inputs::new(&head, Body::of("{}")).json(&RULES).await.is_some());
        }
        "nothing" => {}
        other => panic!("no such case: {other}"),
    }
}

async fn multipart(text: &str, size: usize) {
    let request = Request::post("/").header("content-type", "multipart/form-data; boundary=x");
    let head = request.body(()).unwrap().into_parts().0;
    let mut files = Inputs::new(&head, pieces(text, size)).files().unwrap();
    // What comes before the first part is refused where it is long.
    while let Ok(Some(mut part)) = files.next().await {
        while part.chunk().await.unwrap().is_some() {}
    }
}

async fn form(text: &str) {
    let request = Request::post("/").header("content-type", "application/x-www-form-urlencoded");
    let head = request.body(()).unwrap().into_parts().0;
    let read = Inputs::new(&head, pieces(text, 7)).form(&RULES).await;
    assert_eq!(read.is_none(), text.ends_with('x'));
}

async fn json(text: &str, is_right: bool) {
    let head = Request::post("/").header("content-type", "application/json").body(()).unwrap().into_parts().0;
    let read = Inputs::new(&head, pieces(text, 7)).json(&RULES).await;
    assert_eq!(read.map(|read| read.number).is_some(), is_right);
}
