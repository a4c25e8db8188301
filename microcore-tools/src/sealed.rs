//! Who may implement the contracts of the tools: this crate alone, for now, because they grow with it.

/// Can be named nowhere else.
pub trait Sealed {}

#[cfg(not(feature = "sqlite"))]
impl Sealed for crate::db::NoDatabase {}
#[cfg(feature = "sqlite")]
impl Sealed for crate::db::Sqlite {}
#[cfg(feature = "postgres")]
impl Sealed for crate::db::Postgres {}
impl Sealed for crate::state::Memory {}
impl Sealed for crate::bus::InProcess {}
#[cfg(feature = "sqlite")]
impl Sealed for crate::bus::DurableSqlite {}
#[cfg(feature = "redis")]
impl Sealed for crate::bus::RedisStreams {}
#[cfg(feature = "auth")]
impl Sealed for crate::auth::Jwt {}
