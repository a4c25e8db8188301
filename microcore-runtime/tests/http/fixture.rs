//! The application under test, and a running server around it.

use std::net::SocketAddr;

use http::{Method, StatusCode};
use microcore_runtime::context;
use microcore_runtime::error::Error;
use microcore_runtime::event::{DeadLetter, Deliveries, EventStatus};
use microcore_runtime::handler::on_blocking_pool;
use microcore_runtime::manifest::{Manifest, PluginFacts};
use microcore_runtime::plugin::{Down, Slot};
use microcore_runtime::realtime::{EventStream, SentEvent, answer_events};
#[cfg(feature = "ws")]
use microcore_runtime::realtime::{Socket, Subprotocol, answer_socket};
use microcore_runtime::request::{Body, Head, Inputs, Version};
use microcore_runtime::response::{Response, SendFile, Versioned, With, failure, reply};
use microcore_runtime::router::{Methods, Segments, method_not_allowed, not_found, unavailable};
use microcore_runtime::server::{DrainReport, EventLoops, Respond, ServerHandle, ServerSettings, bind};
use microcore_runtime::settings::{Environment, Settings};
use microcore_runtime::system::{Inside, Looked, Watched};
use microcore_runtime::validation::{BodyRules, read_json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::client::{Client, PATIENCE};

#[derive(Serialize, Deserialize, JsonSchema)]
struct NewUser {
    name: String,
    age: u8,
}

#[derive(Serialize, JsonSchema)]
struct Asked {
    id: i64,
    limit: Option<u32>,
    tags: Vec<String>,
}

/// `/slow`, and what `/spawn` starts, says when it begins, waits to be let go, and says when it is through; `/events`
/// sends three and waits too.
pub(crate) struct Fixture {
    began: Semaphore,
    go: Semaphore,
    finished: Semaphore,
}

/// A bus on which nothing ever happened.
#[derive(Default)]
struct Quiet(Deliveries);

impl Watched for Quiet {
    fn deliveries(&self) -> Deliveries {
        self.0
    }

    fn topology(&self) -> Looked<'_, Vec<EventStatus>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn dead(&self, _: usize) -> Looked<'_, Vec<DeadLetter>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    fn replay(&self, _: u64) -> Looked<'_, bool> {
        Box::pin(async { Ok(true) })
    }

    fn discard(&self, _: u64) -> Looked<'_, bool> {
        Box::pin(async { Ok(true) })
    }
}

static MANIFEST: Manifest =
    Manifest { name: "fixture", version: "1", plugins: &[PluginFacts::needing(&["bus"])], ..Manifest::EMPTY };

impl Respond for Fixture {
    fn inside(&'static self) -> Inside {
        Inside::default().with_bus(&MANIFEST, Box::leak(Box::new(Slot::new(Ok(Quiet::default())))))
    }

    fn manifest(&self) -> Option<&'static Manifest> {
        Some(&MANIFEST)
    }

    async fn respond(&'static self, head: &Head, body: Body, response: &mut Response) {
        *response = self.answer(head, body).await;
    }
}

impl Fixture {
    async fn answer(&'static self, head: &Head, body: Body) -> Response {
        let segments = Segments::of(head.uri.path());
        let (first, left) = segments.split().unwrap();
        let second = left.split().map(|(segment, _)| segment);
        let third = left.split().and_then(|(_, left)| left.remaining());
        match (Some(first), second, third) {
            (Some("hello"), None, None) => match head.method {
                Method::GET | Method::HEAD => reply(200, "hello"),
                _ => method_not_allowed(head, Methods::of(0b10)),
            },
            (Some("users"), Some(raw), None) => {
                let mut inputs = Inputs::new(head, body);
                let id = inputs.path::<i64>("id", raw);
                let limit = inputs.query::<Option<u32>>("limit");
                let tags = inputs.query::<Vec<String>>("tag");
                let (Some(id), Some(limit), Some(tags)) = (id, limit, tags) else { return inputs.refuse() };
                reply(200, Asked { id, limit, tags })
            }
            (Some("users"), None, None) => {
                let mut inputs = Inputs::new(head, body);
                let page = inputs.query::<Option<u32>>("page");
                let body = inputs.json::<NewUser>(&RULES).await;
                let (Some(_), Some(body)) = (page, body) else { return inputs.refuse() };
                reply(201, body)
            }
            (Some("own-headers"), None, None) => reply(200, With::new("own").header("referrer-policy", "origin")),
            (Some("big"), None, None) => reply(200, "x".repeat(1 << 20)),
            (Some("client"), None, None) => {
                reply(200, context::current().and_then(|context| context.client).map(|client| client.to_string()))
            }
            (Some("thread"), None, None) => reply(200, std::thread::current().name()),
            (Some("spawn"), None, None) => {
                context::spawn(self.slow());
                reply(200, ())
            }
            (Some("trace"), None, None) => {
                let cause = context::current().and_then(|context| context.cause).map(|cause| cause.to_string());
                let said = [context::traceparent(), context::tracestate(), cause].map(Option::unwrap_or_default);
                reply(200, said.join("|"))
            }
            (Some("id"), None, None) => reply(200, context::current().map(|context| context.id.to_string())),
            (Some("pool"), None, None) => {
                reply(200, on_blocking_pool(|| context::current().map(|context| context.id.to_string())).await)
            }
            (Some("panic"), None, None) => panic!("the number is {}", 7),
            (Some("pool-panic"), None, None) => on_blocking_pool(|| panic!("on the pool")).await,
            (Some("down"), None, None) => {
                unavailable(&Down { what: "tool db".into(), reason: "no such host: db.internal".into() })
            }
            (Some("slow"), None, None) => {
                self.slow().await;
                reply(200, "slow")
            }
            (Some("events"), None, None) => {
                let head_says_more = head.uri.query() == Some("more");
                let handler = move |(), events: EventStream<u32>| async move {
                    let _gone = Finishes(self);
                    if head_says_more {
                        events.comment("hello\nthere").await?;
                        let event = SentEvent::new(0).name("start").id(7).retry(std::time::Duration::from_secs(3));
                        events.send_event(event).await?;
                    }
                    for number in 1..=3 {
                        events.send(number).await?;
                    }
                    self.go.acquire().await.unwrap().forget();
                    Ok(())
                };
                let mut response = Response::default();
                answer_events(Inputs::new(head, body), |_| Some(()), handler, &mut response).await;
                response
            }
            #[cfg(feature = "ws")]
            (Some("echo"), None, None) => {
                let rules = BodyRules::<String> { read: read_json::<String>, validate: |_, _| {}, probe: |_, _| false };
                let handler = |(), mut socket: Socket<String, String, Chat>| async move {
                    if let Some(Chat(number)) = socket.protocol() {
                        socket.send(format!("chat {number}")).await?;
                    }
                    while let Some(said) = socket.receive().await {
                        socket.send(said).await?;
                    }
                    Ok(())
                };
                let mut response = Response::default();
                answer_socket(Inputs::new(head, body), |_| Some(()), rules, handler, &mut response).await;
                response
            }
            _ => replied(head, [Some(first), second, third]).await,
        }
    }
}

/// What needs nothing of the application: replies of every kind.
async fn replied(head: &Head, [first, second, third]: [Option<&str>; 3]) -> Response {
    match (first, second, third) {
        (Some("strict"), None, None) => failure(Error::unauthorized("nobody is signed in")),
        (Some("status"), Some(status), None) => reply(200, With::new("said").status(status.parse().unwrap())),
        (Some("nothing"), Some(status), None) => reply(200, With::new(()).status(status.parse().unwrap())),
        (Some("versioned"), Some(version), None) => {
            let version = Version::new(version);
            if head.method == Method::PUT {
                return reply(200, version.must_match(&head.headers).map(|()| Versioned::new(Version::new(8), "new")));
            }
            reply(200, Versioned::new(version, "x".repeat(2000)))
        }
        (Some("weak"), None, None) => reply(200, Versioned::new(Version::weak(7), "weak")),
        (Some("failed"), None, None) => {
            let failed = Err::<&str, _>(Error::not_found("thing"));
            reply(200, failed.map(|told| Versioned::new(Version::new(7), told)))
        }
        (Some("file"), None, None) => {
            let opened = SendFile::open("Cargo.toml", &head.headers).await;
            reply(200, opened.map(|file| file.attachment("na\u{ef}ve.toml")))
        }
        (Some("header"), Some(name), None) => {
            let own = head.headers["own"].to_str().unwrap().to_owned();
            reply(200, With::new("said").header(name.to_owned(), own))
        }
        // What no handler may make.
        (Some("by-hand"), Some(status), None) => {
            let mut response = Response::new("said".into());
            *response.status_mut() = StatusCode::from_u16(status.parse().unwrap()).unwrap();
            response
        }
        (Some("host"), None, None) => {
            reply(200, head.headers.get("host").map(|host| host.to_str().unwrap().to_owned()))
        }
        _ => not_found(head),
    }
}

/// The version of what a socket speaks.
#[cfg(feature = "ws")]
struct Chat(u8);

#[cfg(feature = "ws")]
impl Subprotocol for Chat {
    const NAMES: &'static [&'static str] = &["chat.v1", "chat.v2"];

    fn named(name: &str) -> Option<Self> {
        name.strip_prefix("chat.v").and_then(|number| number.parse().ok()).map(Self)
    }
}

/// Says that a handler is gone, however it went.
struct Finishes(&'static Fixture);

impl Drop for Finishes {
    fn drop(&mut self) {
        self.0.finished.add_permits(1);
    }
}

const RULES: BodyRules<NewUser> = BodyRules {
    read: read_json::<NewUser>,
    validate: |user, violations| {
        if user.name.is_empty() {
            violations.add("name", "length", "must not be empty");
        }
    },
    probe: |body, violations| {
        for name in ["name", "age"] {
            if body.get(name).is_none() {
                violations.add(name, "required", "is required");
            }
        }
        !violations.is_empty()
    },
};

impl Fixture {
    async fn slow(&self) {
        self.began.add_permits(1);
        self.go.acquire().await.unwrap().forget();
        self.finished.add_permits(1);
    }

    /// Waits until one more `/slow` runs.
    pub(crate) async fn slow_began(&self) {
        timeout(PATIENCE, self.began.acquire()).await.expect("a handler begins").unwrap().forget();
    }

    /// Lets one `/slow` go on.
    pub(crate) fn let_go(&self) {
        self.go.add_permits(1);
    }

    /// Waits until one more `/slow` ran to its end.
    pub(crate) async fn slow_finished(&self) {
        timeout(PATIENCE, self.finished.acquire()).await.expect("a handler runs to its end").unwrap().forget();
    }
}

pub(crate) struct Server {
    pub(crate) app: &'static Fixture,
    pub(crate) handle: ServerHandle,
    running: JoinHandle<(DrainReport, EventLoops)>,
}

impl Server {
    /// A server of its own for one test; bodies up to 1 KiB.
    pub(crate) async fn start() -> Self {
        Self::with([("HTTP_BODY_LIMIT", "1KiB")]).await
    }

    pub(crate) async fn with<const N: usize>(settings: [(&str, &str); N]) -> Self {
        let environment = Environment::of(settings).with("HTTP_PORT", "0");
        let settings = ServerSettings::load(&environment).unwrap().verify().unwrap();
        let none = || Semaphore::new(0);
        let app: &'static Fixture = Box::leak(Box::new(Fixture { began: none(), go: none(), finished: none() }));
        let listener = bind(&settings).await.unwrap();
        let stop = CancellationToken::new();
        let handle = ServerHandle::of(&listener, stop.clone()).unwrap();
        let mut loops = EventLoops::start(&settings, &listener).unwrap();
        let running = tokio::spawn(async move {
            let report = loops.serve(app, listener, settings, stop).await.unwrap();
            (report, loops)
        });
        Self { app, handle, running }
    }

    /// One exchange with somebody else: whatever reached the server before it has been noticed by then.
    pub(crate) async fn turn(&self) {
        let mut other = self.client().await;
        other.ask("GET /hello").await;
        assert_eq!(other.answer().await.status, 200);
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.handle.local_address()
    }

    pub(crate) async fn client(&self) -> Client {
        Client::connect(self.address()).await
    }

    /// Waits for the end of the drain.
    pub(crate) async fn drained(self) -> DrainReport {
        self.drained_beside_its_loops().await.0
    }

    /// The same, with the event loops still running.
    pub(crate) async fn drained_beside_its_loops(self) -> (DrainReport, EventLoops) {
        timeout(PATIENCE, self.running).await.expect("the drain ends").unwrap()
    }
}
