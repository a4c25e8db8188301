//! The tools that come with the framework, one module each.

/// Who asks: passwords by argon2, tokens by HMAC.
#[cfg(feature = "auth")]
pub mod auth {
    pub use microcore_tools::auth::{AuthError, AuthSettings, InvalidToken, Jwt, JwtAuth, Provider, SigningKey};
}

/// Events, in the process or stored.
pub mod bus {
    pub use microcore_tools::bus::{
        Accepting, Asking, BusError, BusSettings, EventBus, InProcess, Publishing, ReplyOf, Scenario,
    };
    #[cfg(feature = "sqlite")]
    pub use microcore_tools::bus::{DurableSqlite, DurableSqliteSettings};
    #[cfg(feature = "redis")]
    pub use microcore_tools::bus::{RedisStreams, RedisStreamsSettings};
}

/// The settings of a plugin.
pub mod config {
    pub use microcore_tools::config::{Config, Section};
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
        Backend, Bind, Database, Date, DbError, DbErrorKind, Decimal, FromValue, Json, Keeping, Mismatch, OnViolation,
        Params, Row, Rows, Timestamp, Transaction, Uuid, Value, sql_unchecked,
    };
}

/// The server, as a tool: how the application is.
pub mod http {
    pub use microcore_tools::http::Http;
}

/// Lines of the log, with the plugin's name.
pub mod logger {
    pub use microcore_tools::logger::{Fields, Line, LogFormat, LogLevel, Logger, LoggerSettings, With};
}

/// Values that are shared for the life of the process.
pub mod state {
    pub use microcore_tools::state::{Backend, Memory, State, StateError};
}
