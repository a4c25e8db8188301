//! The way to a PostgreSQL server, for every tool that keeps something there: its address, how the way is secured, what
//! stands in front of it, and the bell by which processes wake each other.

mod address;
mod bell;
#[cfg(not(feature = "postgres-tls"))]
mod plain;
mod pooler;
#[cfg(feature = "postgres-tls")]
mod tls;

pub(crate) use self::address::Address;
pub(crate) use self::bell::Bell;
#[cfg(not(feature = "postgres-tls"))]
pub(crate) use self::plain::Tls;
pub use self::pooler::Pooler;
#[cfg(feature = "postgres-tls")]
pub(crate) use self::tls::Tls;
