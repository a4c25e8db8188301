//! An application: what is in the folders is what it does.

#[cfg(not(any(feature = "durable", feature = "redis")))]
microcore::app! { auth: Jwt }

#[cfg(all(feature = "durable", not(feature = "redis")))]
microcore::app! { auth: Jwt, bus: DurableSqlite }

#[cfg(feature = "redis")]
microcore::app! { auth: Jwt, bus: RedisStreams }
