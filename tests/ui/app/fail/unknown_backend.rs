//! A single word in `app!` is a backend that the framework has for that tool.

#![allow(unused_variables)]

microcore::app! { root: "unknown_backend", db: Postgress, databse: Sqlite, bsu: RedisStreams, logger: Loki, state: Valkey }

fn main() {}
