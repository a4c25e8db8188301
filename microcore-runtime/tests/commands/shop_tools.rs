//! The tools of the shop: as many as a real application has.

use microcore_runtime::manifest::{Method, ToolFacts};
use microcore_runtime::settings::Key;

const fn method(signature: &'static str, doc: &'static str) -> Method {
    Method { signature, doc }
}

pub(crate) const fn key(name: &'static str, default: Option<&'static str>, doc: &'static str) -> Key {
    Key { name, doc, expects: "a text", default, required: default.is_none(), secret: false, within: None }
}

pub(crate) const TOOLS: &[ToolFacts] = &[
    ToolFacts {
        name: "http",
        doc: "The server's own handle.",
        methods: &[
            method("pub fn local_address(&self) -> Option<SocketAddr>", "Where it listens."),
            method("pub fn routes(&self) -> &'static [Route]", "What is served."),
            method("pub fn openapi(&self) -> Value", "The document of all routes."),
            method("pub fn mount_static(&self, path: &str, folder: &Path) -> Result<()>", "Serves files."),
            method("pub fn stop(&self)", "Begins the drain."),
            method("pub fn is_online(&self) -> bool", "Whether requests are taken."),
        ],
        settings: &[
            key("HTTP_HOST", Some("127.0.0.1"), "Address to listen on."),
            key("HTTP_PORT", Some("5000"), "Port to listen on."),
            key("HTTP_BODY_LIMIT", Some("2MiB"), "Longest body that is read."),
        ],
        ..ToolFacts::EMPTY
    },
    ToolFacts {
        name: "db",
        doc: "SQL on one database, the same on every engine.",
        methods: &[
            method(
                "pub async fn query<T: Row>(&self, sql: &str, values: impl Values) -> Result<Vec<T>, DbError>",
                "All rows.",
            ),
            method(
                "pub async fn query_one<T: Row>(&self, sql: &str, values: impl Values) -> Result<Option<T>, DbError>",
                "The first row.",
            ),
            method(
                "pub async fn query_scalar<T: FromValue>(&self, sql: &str, values: impl Values) -> Result<T, DbError>",
                "One value.",
            ),
            method(
                "pub async fn execute(&self, sql: &str, values: impl Values) -> Result<u64, DbError>",
                "Rows affected.",
            ),
            method(
                "pub async fn execute_many<V: Values>(&self, sql: &str, rows: impl IntoIterator<Item = V>) -> Result<u64, DbError>",
                "One statement for many rows.",
            ),
            method(
                "pub async fn transaction<T, E>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T, E>) -> Result<T, E>",
                "All or nothing.",
            ),
            method(
                "pub async fn savepoint<T, E>(&self, work: impl AsyncFnOnce(&Tx) -> Result<T, E>) -> Result<T, E>",
                "A part that may fail alone.",
            ),
            method("pub async fn health_check(&self) -> Result<()>", ""),
            method("pub async fn describe_schema(&self) -> Result<Vec<Table>, DbError>", "The tables as they are."),
        ],
        settings: &[
            key("DB_PATH", Some("app.db"), "File of the database."),
            key("DB_SYNCHRONOUS", Some("full"), "How durable a commit is."),
            key("DB_AUTO_MIGRATE", Some("true"), "Whether a boot applies migrations."),
        ],
        ..ToolFacts::EMPTY
    },
    ToolFacts {
        name: "bus",
        doc: "Events between plugins.",
        methods: &[
            method("pub async fn publish<E: Event>(&self, event: E) -> Result<()>", "Delivers to every subscriber."),
            method(
                "pub async fn publish_with<E: Event>(&self, event: E, options: Publish) -> Result<()>",
                "With key, delay, ttl or priority.",
            ),
            method(
                "pub async fn request<Q: Request>(&self, question: Q) -> Result<Q::Reply>",
                "Asks the one plugin that replies.",
            ),
            method("pub fn published<E: Event>(&self) -> Vec<Arc<E>>", "In tests: what was published."),
            method("pub async fn dead_letters(&self) -> Result<Vec<DeadLetter>>", "Deliveries that failed for good."),
            method("pub async fn discard(&self, id: &Id) -> Result<()>", "Forgets a dead letter."),
            method("pub fn history(&self) -> Vec<Envelope>", "The last events."),
            method("pub async fn replay(&self, id: &Id) -> Result<()>", "Delivers a dead letter again."),
        ],
        settings: &[key("BUS_HISTORY", Some("1000"), "Events kept for tracing.")],
        ..ToolFacts::EMPTY
    },
    ToolFacts {
        name: "logger",
        doc: "Structured log lines that carry plugin and request by themselves.",
        methods: &[
            method("pub fn trace(&self, message: &str)", ""),
            method("pub fn debug(&self, message: &str)", ""),
            method("pub fn info(&self, message: &str)", ""),
            method("pub fn warn(&self, message: &str)", ""),
            method("pub fn error(&self, message: &str)", ""),
            method("pub fn with(&self, name: &'static str, value: impl Display) -> Self", "Adds a field."),
        ],
        settings: &[
            key("LOG_LEVEL", Some("info"), "Least level that is written."),
            key("LOG_FORMAT", Some("text"), "`text` or `json`."),
        ],
        ..ToolFacts::EMPTY
    },
    ToolFacts {
        name: "auth",
        doc: "Tokens and passwords.",
        methods: &[
            method("pub fn revoke(&self, token: &str) -> Result<()>", "Ends a token early."),
            method("pub fn refresh(&self, token: &str) -> Result<String>", "A new token for an old one."),
            method("pub fn issue(&self, claims: &Claims) -> Result<String>", "Signs a token."),
            method("pub fn verify(&self, token: &str) -> Result<Claims>", "Reads a token."),
            method("pub async fn hash(&self, password: &Secret<String>) -> Result<String>", "Argon2id."),
            method("pub async fn matches(&self, password: &Secret<String>, hash: &str) -> Result<bool>", ""),
        ],
        settings: &[Key {
            name: "AUTH_SECRET_KEY",
            doc: "Signs tokens.",
            expects: "a text",
            default: None,
            required: true,
            secret: true,
            within: None,
        }],
        ..ToolFacts::EMPTY
    },
    ToolFacts {
        name: "clock",
        doc: "The time.",
        methods: &[
            method("pub fn now(&self) -> u64", "Seconds since the epoch."),
            method("pub fn today(&self) -> Date", ""),
            method("pub fn since(&self, start: u64) -> Duration", "How long ago that was."),
            method("pub async fn sleep(&self, time: Duration)", "Waits."),
        ],
        settings: &[],
        ..ToolFacts::EMPTY
    },
];
