//! The battery on every backend, and what only some show: another protocol, wrong settings, a fake that refuses.
//!
//! The provider is llmock, which speaks as several do. Without it the cases of `Remote` are skipped, unless
//! `MICROCORE_REQUIRE_SERVICES` is set.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Problems, Settings};
use microcore_llm::battery::{Bench, Step, run};
use microcore_llm::{Ask, Backend, Llm, LlmError, Remote, Scripted, Tools, Turn};
use serde_json::{Value, json};

/// A running llmock. The tests that run at one time share it, each with a model of its own; it ends with the last of them.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    #[expect(clippy::print_stdout, reason = "says why a test is skipped")]
    fn shared() -> Option<Arc<Self>> {
        static RUNNING: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = running.upgrade() {
            return Some(server);
        }
        let python = std::env::var_os("MICROCORE_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
        let known = Command::new(&python).args(["-c", "import llmock"]).stderr(Stdio::null()).status();
        if !known.is_ok_and(|status| status.success()) {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "python with llmock is required");
            println!("skipped: llmock is not installed");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut llmock = Command::new(python);
        let code = "from llmock.cli import app; app()";
        llmock.args(["-c", code, "serve", "--host", "127.0.0.1", "--tool-mode", "off", "--port", &port.to_string()]);
        let child = llmock.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let server = Arc::new(Self { child, port });
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the server does not come up");
            std::thread::yield_now();
        }
        *running = Arc::downgrade(&server);
        Some(server)
    }

    async fn control(&self, method: &str, path: &str, body: &Value) -> Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let url = format!("http://127.0.0.1:{}/_llmock/{path}", self.port);
        let call = client.request(method.parse().unwrap(), url).body(body.to_string());
        serde_json::from_slice(&call.send().await.unwrap().bytes().await.unwrap()).unwrap()
    }

    async fn script(&self, model: &str, steps: &[Step]) {
        let behaviours: Vec<Value> = steps.iter().map(|step| behaviour(step, model)).collect();
        let told = self.control("POST", "scenario", &json!({"behaviors": behaviours})).await;
        assert_eq!(told["queued"], steps.len(), "{told}");
    }
}

fn behaviour(step: &Step, model: &str) -> Value {
    let mut told = match step {
        Step::Say(text) => json!({"type": "reply", "text": text}),
        Step::Call(name, arguments) => {
            json!({"type": "reply", "tool_calls": [{"name": name, "arguments": arguments}]})
        }
        Step::Fail(status, times) => json!({"type": "fail", "status": status, "times": times, "retry_after": 0}),
        Step::Truncate => json!({"type": "stream_fault", "kind": "truncate"}),
        Step::Disconnect => json!({"type": "stream_fault", "kind": "disconnect"}),
        Step::Garble => json!({"type": "stream_fault", "kind": "malformed"}),
        Step::Stall => json!({"type": "delay", "seconds": 2}),
    };
    told["match"] = json!({"model": model});
    told
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that has ended already can't be ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A provider, by its protocol.
struct Provider<const ANTHROPIC: bool> {
    server: Arc<Server>,
    model: String,
}

impl<const ANTHROPIC: bool> Bench for Provider<ANTHROPIC> {
    type Backend = Remote;

    async fn begin(steps: &[Step]) -> Option<Self> {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let server = Server::shared()?;
        let model = format!("case-{}-", NEXT.fetch_add(1, Ordering::Relaxed));
        server.script(&model, steps).await;
        Some(Self { server, model })
    }

    fn environment(&self) -> Environment {
        let (provider, path) = if ANTHROPIC { ("anthropic", "anthropic/v1") } else { ("openai", "v1") };
        Environment::of([
            ("LLM_MODEL", self.model.clone()),
            ("LLM_PROVIDER", provider.to_owned()),
            ("LLM_KEY", "s3cr3t".to_owned()),
            ("LLM_URL", format!("http://127.0.0.1:{}/{path}", self.server.port)),
        ])
    }

    async fn arrived(&self) -> Option<usize> {
        let told = self.server.control("GET", "requests", &json!({})).await;
        let ours = |request: &&Value| request["model"] == self.model.as_str();
        Some(told["requests"].as_array().unwrap().iter().filter(ours).count())
    }
}

/// One that says one thing.
struct Parrot(String);

impl Bench for Parrot {
    type Backend = Scripted;

    async fn begin(steps: &[Step]) -> Option<Self> {
        let [Step::Say(text)] = steps else { return None };
        Some(Self(text.clone()))
    }

    fn environment(&self) -> Environment {
        Environment::of([("LLM_REPLY", self.0.clone())])
    }

    async fn arrived(&self) -> Option<usize> {
        None
    }
}

mod scripted {
    use super::*;

    microcore_llm::battery!(Parrot);
}

mod openai {
    use super::*;

    microcore_llm::battery!(Provider<false>);
}

mod anthropic {
    use super::*;

    microcore_llm::battery!(Provider<true>);
}

#[test]
fn wrong_settings_end_the_boot() {
    run(async {
        for (key, value) in [("LLM_PROVIDER", "openay"), ("LLM_URL", "localhost:1234")] {
            let environment = Environment::of([("LLM_MODEL", "gpt-5"), ("LLM_KEY", "s3cr3t")]).with(key, value);
            let settings = <Remote as Backend>::Settings::load(&environment).unwrap();
            let error = Llm::<Remote>::setup(settings, &Boot::new(environment)).await.unwrap_err();
            assert!(error.find::<Problems>().is_some_and(|wrong| wrong.to_string().contains(key)), "{error}");
        }
    });
}

#[test]
fn a_fake_says_what_was_scripted_and_refuses_everything_else() {
    run(async {
        let llm = Llm::<Remote>::fake().await.unwrap();
        let refused = llm.ask(Ask::of("Hello?")).await.unwrap_err();
        assert!(microcore::error::Error::from(refused).to_string().contains("llm.replies"));
        llm.replies(["One", "Two words"]);
        assert_eq!(llm.ask(Ask::of("Hello?")).await.unwrap().text, "One");
        let pieces: Vec<_> = llm.stream(Ask::of("Hello?")).await.unwrap().map(Result::unwrap).collect().await;
        assert_eq!(pieces, ["Two ", "words"]);
        llm.goes_down();
        assert!(matches!(llm.ask(Ask::of("Hello?")).await, Err(LlmError::Unavailable(_))));
        llm.calls("add", json!([1, 2]));
        llm.replies(["3"]);
        let tools = Tools::new().with("add", "Adds", |(one, other): (i64, i64)| async move { Ok(one + other) });
        assert_eq!(llm.with_tools(Ask::of("1 + 2?"), &tools).await.unwrap().text, "3");
        let last = llm.asked().pop().unwrap();
        assert!(matches!(&last.ask.turns[2], Turn::Result { content, .. } if content == "3"), "{last:?}");
        assert_eq!(last.tools[0].name, "add");
    });
}
