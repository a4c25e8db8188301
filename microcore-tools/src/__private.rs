//! What generated code names of this crate. Re-exports and aliases only.

#[cfg(feature = "testing")]
pub use crate::config::section_of;
pub use crate::config::{Section, section};
pub use crate::db::reads::{ByName, Covers, Named, Rows};
pub use crate::db::row::{Cells, Columns, Row, read_cell};
pub use crate::db::timed::{Timed, timed};
pub use crate::db::{DbError, FromValue};

/// The built-in tools by their alias. `app!` names them; a backend is a type argument.
pub mod slots {
    pub use crate::bus::EventBus as Bus;
    pub use crate::config::Config;
    pub use crate::http::Http;
    pub use crate::logger::Logger;
    #[cfg(feature = "jobs")]
    pub use crate::scheduler::JobScheduler as Scheduler;
    pub use crate::state::State;

    /// `Auth`, on what the application says.
    #[cfg(feature = "auth")]
    pub type Auth<P> = <P as crate::auth::Provider>::Tool;

    /// `Db`, on SQLite unless the application says otherwise.
    #[cfg(feature = "sqlite")]
    pub type Db<B = crate::db::Sqlite> = crate::db::Database<B>;

    /// `Db`, on what the application says: this build has no SQLite.
    #[cfg(not(feature = "sqlite"))]
    pub type Db<B = crate::db::NoDatabase> = crate::db::Database<B>;

    /// What `bus: Stored` is, by the backend of `db`: the database that keeps the events.
    pub mod stored {
        #[cfg(feature = "postgres")]
        pub use crate::bus::InPostgres as Postgres;
        #[cfg(feature = "sqlite")]
        pub use crate::bus::InSqlite as Sqlite;
    }

    /// What may stand behind a tool's name in `app!`.
    pub mod backends {
        #[cfg(feature = "auth")]
        pub use crate::auth::Jwt;
        #[cfg(feature = "sqlite")]
        pub use crate::bus::DurableSqlite;
        pub use crate::bus::InProcess;
        #[cfg(feature = "redis")]
        pub use crate::bus::RedisStreams;
        #[cfg(feature = "postgres")]
        pub use crate::db::Postgres;
        #[cfg(feature = "sqlite")]
        pub use crate::db::Sqlite;
        #[cfg(feature = "jobs")]
        pub use crate::scheduler::{InDatabase, InMemory};
        pub use crate::state::Memory;
        #[cfg(feature = "redis")]
        pub use crate::state::Redis;
    }
}
