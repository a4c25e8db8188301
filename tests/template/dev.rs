//! `dev` on a copy of the template, with real builds and under load: what is saved is in the next answer, and no request is
//! lost on the way.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::drop_in::Project;
use crate::load::Load;
use crate::program::target;

/// The supervisor, in the folder of a project.
struct Dev {
    child: Child,
    port: u16,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Dev {
    fn start(project: &Project) -> Self {
        let mut command = Command::new(env!("CARGO"));
        command.args(["run", "--quiet", "--", "dev", "--port", "0", "--hold", "10m"]).current_dir(project.path(""));
        command.env("CARGO_TARGET_DIR", target()).env("CONTROL_SOCKET", "off").env("LOG_LEVEL", "warn");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (out, seen) = (child.stdout.take().unwrap(), lines.clone());
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                seen.lock().unwrap().push(line);
            }
        });
        let mut dev = Self { child, port: 0, lines };
        let line = dev.line_with("serving http://", 1);
        dev.port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split(' ').next()).unwrap().parse().unwrap();
        dev.line_with(" live ", 1);
        dev
    }

    /// Waits for the line with this, the so-and-so-manieth.
    fn line_with(&self, text: &str, number: usize) -> String {
        let begun = Instant::now();
        loop {
            let lines = self.lines.lock().unwrap().clone();
            if let Some(line) = lines.iter().filter(|line| line.contains(text)).nth(number - 1) {
                return line.clone();
            }
            assert!(begun.elapsed() < Duration::from_secs(300), "no `{text}` in\n{}", lines.join("\n"));
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn count(&self, text: &str) -> usize {
        self.lines.lock().unwrap().iter().filter(|line| line.contains(text)).count()
    }

    /// One request by a connection of its own: the head and the body of its answer.
    fn ask(&self, target: &str, headers: &str) -> (String, String) {
        self.ask_as("localhost", target, headers)
    }

    fn ask_as(&self, host: &str, target: &str, headers: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(300))).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect(&answer);
        (head.to_owned(), body.to_owned())
    }

    /// The body of an answer with this status.
    fn body(&self, target: &str, status: u16) -> String {
        let (head, body) = self.ask(target, "");
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{head}\n{body}");
        body
    }

    fn stop(mut self) {
        assert!(Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A plugin of `users` that answers a text.
fn says(name: &str, answer: &str) -> String {
    let type_name = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
    format!(
        "//! Says something.\nuse crate::prelude::*;\n\n#[plugin]\npub struct {type_name} {{}}\n\n#[plugin]\n\
         impl {type_name} {{\n    #[get(\"/{name}\")]\n    async fn execute(&self) -> Result<&'static str> {{\n        \
         Ok({answer})\n    }}\n}}\n"
    )
}

const VISITS: &str = r#"//! GET /visits counts.
use crate::prelude::*;

#[plugin]
pub struct Visits {
    state: State,
}

#[plugin]
impl Visits {
    #[get("/visits")]
    async fn execute(&self) -> Result<i64> {
        Ok(self.state.increment("visits", 1).await?)
    }
}
"#;

const HELLO: &str = "src/domains/users/plugins/hello.rs";

/// `MICROCORE_RELOADS` asks for more edits.
#[test]
fn what_is_saved_is_in_the_next_answer_and_no_request_is_lost() {
    let project = Project::copied();
    project.write("src/domains/users/plugins/visits.rs", VISITS);
    project.write(HELLO, &says("hello", "\"one\""));
    let dev = Dev::start(&project);
    assert!(dev.body("/hello", 200).contains("one"));
    assert!(dev.body("/visits", 200).contains('1'));
    assert!(dev.body("/metrics", 200).contains("http_server"), "whoever sits here may see the inside");
    let load = Load::start(dev.port, false);

    // The very first request after the save has the new code.
    let edits: usize = std::env::var("MICROCORE_RELOADS").map_or(1, |text| text.parse().unwrap());
    for number in 0..edits {
        project.write(HELLO, &says("hello", &format!("\"edit {number}\"")));
        assert!(dev.body("/hello", 200).contains(&format!("edit {number}")));
        load.more(50);
    }
    // A file more is a route more.
    project.write("src/domains/users/plugins/more.rs", &says("more", "\"more\""));
    assert!(dev.body("/more", 200).contains("more"));

    // A file that does not compile: the old code answers, and says so.
    project.write(HELLO, &says("hello", "1 + true"));
    let (head, body) = dev.ask("/hello", "");
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("x-microcore-build: failed"), "{head}");
    assert!(body.contains("edit"), "{body}");
    let (head, page) = dev.ask("/hello", "sec-fetch-mode: navigate\r\n");
    assert!(head.starts_with("HTTP/1.1 500 ") && head.contains("text/html"), "{head}");
    assert!(page.contains("hello.rs") && page.contains("/_dev/reload.js"), "{page}");
    let (head, told) = dev.ask("/hello?__build", "");
    assert!(
        head.starts_with("HTTP/1.1 500 ") && told.contains(r#""file":"src/domains/users/plugins/hello.rs""#),
        "{told}"
    );
    assert!(dev.line_with(" failed ", 1).contains("(the last good build serves)"));
    assert!(dev.body("/_dev", 200).contains("\"stale\""));
    load.more(50);

    // What is not made of sources builds nothing.
    for name in ["app.db-wal", "AI_CONTEXT.md", "src/.lib.rs.swp", "src/domains/users/plugins/4913", "src/lib.rs~"] {
        project.write(name, "x");
        assert!(dev.body("/_dev", 200).contains("\"stale\""));
    }
    let changed = dev.count(" changed ");
    project.delete("src/domains/users/plugins/4913");
    project.write(HELLO, &says("hello", "\"mended\""));
    let (head, body) = dev.ask("/hello", "");
    assert!(body.contains("mended") && !head.contains("x-microcore-build"), "{head}\n{body}");
    assert_eq!(dev.count(" changed "), changed + 1);
    assert!(dev.line_with(" changed ", changed + 1).ends_with(HELLO));

    // A file less is a route less.
    project.delete("src/domains/users/plugins/more.rs");
    dev.body("/more", 404);
    assert!(dev.body("/visits", 200).contains('2'), "the state is that of before");
    load.more(50);
    println!("{} answers, none lost", load.end());

    // Settings are read at the start; one that is wrong is told where the application would be.
    project.write(".env", "STOP_TIMEOUT=soon\n");
    let (head, page) = dev.ask("/hello", "accept: text/html\r\n");
    assert!(head.starts_with("HTTP/1.1 500 ") && page.contains("STOP_TIMEOUT must be"), "{head}\n{page}");
    project.delete(".env");
    assert!(dev.body("/hello", 200).contains("mended"));
    assert!(dev.body("/visits", 200).contains('3'), "also across a process that did not start");

    // The inside is this machine's own, and no page's of a name that leads here.
    assert!(dev.body("/_dev/reload.js", 200).contains("EventSource"));
    assert!(dev.ask_as("evil.example", "/_dev", "").0.starts_with("HTTP/1.1 404 "));
    dev.stop();
}
