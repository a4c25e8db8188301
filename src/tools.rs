//! The tools that come with the framework, one module each.

/// Who asks: passwords by argon2, tokens by HMAC.
///
/// ```
/// use microcore::lifecycle::Boot;
/// use microcore::settings::{Environment, FromSetting as _, Settings as _};
/// use microcore::tool::Tool;
/// use microcore::tools::auth::{AuthError, AuthSettings, InvalidToken, JwtAuth, SigningKey};
/// use serde_json::{Value, json};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> microcore::error::Result<()> {
/// // A program beside the application makes a token that the application takes.
/// let environment = Environment::of([("AUTH_SECRET_KEY", "32 bytes that only these two know"), ("AUTH_TOKEN_TTL", "5m")]);
/// let settings = AuthSettings::load(&environment)?;
/// let auth = <JwtAuth as Tool>::setup(settings, &Boot::new(environment)).await?;
/// let token = auth.create_token(&json!({ "sub": "nightly", "roles": ["admin"] }))?;
/// assert_eq!(auth.decode_token::<Value>(&token)?["sub"], "nightly");
///
/// let refused = auth.decode_token::<Value>("a guess").unwrap_err();
/// assert!(matches!(refused, AuthError::Invalid(InvalidToken::Malformed)));
/// assert!(SigningKey::from_setting("too short").is_none());
/// # Ok(()) }
/// ```
#[cfg(feature = "auth")]
pub mod auth {
    pub use microcore_tools::auth::{AuthError, AuthSettings, InvalidToken, Jwt, JwtAuth, SigningKey};
}

/// Events, in the process or stored.
///
/// One word in `app!` says where they are kept. `Bus` in the application's prelude is `EventBus` on that; a function that is
/// in no plugin may name it in full.
///
/// ```no_run,standalone_crate
/// microcore::app! {
/// #     root: "nothing",
/// }
///
/// use microcore::tools::bus::{EventBus, InProcess, Scenario};
///
/// fn is_idle(bus: &EventBus<App, InProcess>) -> bool {
///     bus.in_flight() == 0
/// }
///
/// /// For tests: whatever the story led to, nobody gave up.
/// fn nobody_gave_up(story: &Scenario<'_, App, InProcess>) {
///     story.expect_none::<microcore::event::DeliveryFailed>();
/// }
///
/// # fn main() {}
/// ```
///
/// In a file of their own:
///
/// ```no_run,standalone_crate
/// microcore::app! {
/// #     root: "nothing",
///     bus: DurableSqlite,
/// }
///
/// use microcore::tools::bus::{DurableSqlite, EventBus};
///
/// fn bus(bus: crate::prelude::Bus) -> EventBus<App, DurableSqlite> {
///     bus
/// }
///
/// # fn main() {}
/// ```
///
/// In the database of `db`, which is SQLite or PostgreSQL:
///
/// ```no_run,standalone_crate
/// microcore::app! {
/// #     root: "nothing",
///     bus: Stored,
/// }
///
/// use microcore::tools::bus::{EventBus, InSqlite};
///
/// fn bus(bus: crate::prelude::Bus) -> EventBus<App, InSqlite> {
///     bus
/// }
///
/// # fn main() {}
/// ```
///
/// ```no_run,standalone_crate
/// # #[cfg(feature = "postgres")]
/// microcore::app! {
/// #     root: "nothing",
///     db: Postgres,
///     bus: Stored,
/// }
///
/// # #[cfg(feature = "postgres")]
/// use microcore::tools::bus::{EventBus, InPostgres};
///
/// # #[cfg(feature = "postgres")]
/// fn bus(bus: crate::prelude::Bus) -> EventBus<App, InPostgres> {
///     bus
/// }
///
/// # fn main() {}
/// ```
///
/// On a server that several machines share:
///
/// ```no_run,standalone_crate
/// # #[cfg(feature = "redis")]
/// microcore::app! {
/// #     root: "nothing",
///     bus: RedisStreams,
/// }
///
/// # #[cfg(feature = "redis")]
/// use microcore::tools::bus::{EventBus, RedisStreams};
///
/// # #[cfg(feature = "redis")]
/// fn bus(bus: crate::prelude::Bus) -> EventBus<App, RedisStreams> {
///     bus
/// }
///
/// # fn main() {}
/// ```
pub mod bus {
    pub use microcore_tools::bus::{BusError, BusSettings, EventBus, InProcess, Scenario};
    #[cfg(feature = "sqlite")]
    pub use microcore_tools::bus::{DurableSqlite, DurableSqliteSettings, InSqlite, InSqliteSettings};
    #[cfg(feature = "postgres")]
    pub use microcore_tools::bus::{InPostgres, InPostgresSettings};
    #[cfg(feature = "redis")]
    pub use microcore_tools::bus::{RedisStreams, RedisStreamsSettings};
}

/// The settings of a plugin.
pub mod config {
    pub use microcore_tools::config::Config;
}

/// SQL with `$1, $2, …`, rows as Rust types, transactions.
pub mod db {
    #[cfg(feature = "postgres")]
    pub use microcore_tools::db::Postgres;
    #[cfg(feature = "sqlite")]
    pub use microcore_tools::db::Sqlite;
    #[cfg(feature = "postgres")]
    pub use microcore_tools::db::postgres::{Isolation, Pooler, PostgresSettings};
    #[cfg(feature = "sqlite")]
    pub use microcore_tools::db::sqlite::{SqliteSettings, Synchronous};
    pub use microcore_tools::db::{
        Backend, Bind, Database, Date, DbError, DbErrorKind, Decimal, FromValue, Json, Mismatch, OnViolation, Params,
        Row, Rows, Timestamp, Transaction, Uuid, Value, sql_unchecked,
    };
}

/// The server, as a tool: how the application is.
///
/// ```
/// use microcore::lifecycle::ToolHealth;
/// use microcore::manifest::RouteFacts;
/// use microcore::tools::http::Http;
///
/// /// Why requests should not be sent here.
/// async fn complaints(http: &Http) -> Vec<String> {
///     let sick = |tool: ToolHealth| (!tool.healthy).then(|| format!("{} is down", tool.name));
///     http.health().await.into_iter().filter_map(sick).collect()
/// }
///
/// /// The pages, for a map of the site.
/// fn pages(http: &Http) -> Vec<&'static str> {
///     http.routes().iter().filter(|route: &&RouteFacts| route.method == "GET").map(|route| route.path).collect()
/// }
/// ```
pub mod http {
    pub use microcore_tools::http::Http;
}

/// Lines of the log, with the plugin's name.
pub mod logger {
    pub use microcore_tools::logger::{Fields, Line, LogFormat, LogLevel, Logger, LoggerSettings, With};
}

/// What runs at times, and where its runs are kept.
///
/// ```no_run,standalone_crate
/// microcore::app! {
/// #     root: "nothing",
///     scheduler: InMemory,
/// }
///
/// use microcore::error::Result;
/// use microcore::tools::scheduler::{InMemory, JobScheduler};
///
/// /// `Scheduler` in the application's prelude is this type. Where `app!` does not say so, its runs are `InDatabase`.
/// async fn hold(scheduler: &JobScheduler<App, InMemory>) -> Result<()> {
///     for schedule in scheduler.schedules().await? {
///         scheduler.pause(&schedule.name, "the operator").await?;
///     }
///     Ok(())
/// }
/// # fn main() {}
/// ```
#[cfg(feature = "jobs")]
pub mod scheduler {
    pub use microcore_tools::scheduler::{InDatabase, InMemory, JobScheduler, Roles, SchedulerSettings, Zone};
}

/// Values that are shared: for the life of the process, or by all processes.
///
/// ```no_run,standalone_crate
/// # #[cfg(feature = "redis")]
/// microcore::app! {
/// #     root: "nothing",
///     state: Redis,
/// }
///
/// # #[cfg(feature = "redis")]
/// use microcore::tools::state::{Redis, State};
///
/// # #[cfg(feature = "redis")]
/// fn state(state: crate::prelude::State) -> State<Redis> {
///     state
/// }
///
/// # fn main() {}
/// ```
pub mod state {
    pub use microcore_tools::state::{Backend, Memory, State, StateError};
    #[cfg(feature = "redis")]
    pub use microcore_tools::state::{Redis, RedisStateSettings};
}
