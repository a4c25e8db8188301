//! The servers that the settings name: the database, the bus, what drop-in tools speak to. Whether somebody listens there is
//! all that is asked; a password goes nowhere, and neither does it into a line.
//!
//! In: the words in `app!`, the settings. Out: one line per server.

use std::collections::BTreeMap;
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use super::Finding;
use super::machine::setting;
use crate::project::Project;

/// So long a server may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// The setting that says where a tool's server is: tool, word, key, and what it is where nothing is set.
const ADDRESSES: &[(&str, &str, &str, &str)] = &[
    ("db", "Postgres", "PG_URL", ""),
    ("bus", "RedisStreams", "REDIS_URL", "redis://127.0.0.1:6379"),
    ("bus", "Postgres", "BUS_URL", ""),
    ("cache", "Redis", "CACHE_URL", ""),
    ("mail", "Smtp", "MAIL_URL", ""),
    ("search", "Postgres", "SEARCH_URL", ""),
    ("state", "Redis", "REDIS_URL", "redis://127.0.0.1:6379"),
    ("storage", "S3", "STORAGE_ENDPOINT", ""),
];

/// One line per server that an `app!` asks for and a setting names.
pub(super) fn answers(project: &Project) -> Vec<Finding> {
    // What is wrong with it is told already.
    let Ok(app) = project.app() else { return Vec::new() };
    let has = |tool: &str, word: &str| app.entries().any(|entry| entry.name == tool && entry.value == word);
    let asked = ADDRESSES.iter().filter(|(tool, word, ..)| has(tool, word));
    // Two tools may speak to one server.
    let servers: BTreeMap<&str, &str> = asked.map(|(_, _, key, default)| (*key, *default)).collect();
    let address = |key, default: &str| setting(project, key).unwrap_or_else(|| default.to_owned());
    servers.into_iter().filter_map(|(key, default)| answer(key, &address(key, default))).collect()
}

/// `None`: it is not set, which is told elsewhere, or it is no address of a network.
pub(super) fn answer(key: &str, url: &str) -> Option<Finding> {
    let (host, port) = place(url)?;
    let shown = format!("{host}:{port}");
    // A name may have several addresses.
    let addresses = (host.trim_matches(['[', ']']), port).to_socket_addrs().ok().into_iter().flatten();
    let listens = addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, PATIENCE).is_ok());
    Some(if listens {
        Finding::right(format!("`{key}`: {shown} answers"))
    } else {
        Finding::wrong(format!("`{key}`: nobody answers at {shown}"), format!("start that server, or correct `{key}`"))
    })
}

/// Host and port of `scheme://user:password@host:port/rest`. A socket in the file system has neither.
fn place(url: &str) -> Option<(String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    // Of several the first.
    let host = host.split(',').next()?;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()?),
        _ => (host, usual(scheme)?),
    };
    (!name.is_empty() && !name.contains('%')).then(|| (name.to_owned(), port))
}

fn usual(scheme: &str) -> Option<u16> {
    Some(match scheme {
        "postgres" | "postgresql" => 5_432,
        "redis" | "rediss" => 6_379,
        "smtp" => 587,
        "smtps" => 465,
        "http" => 80,
        "https" => 443,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_without_its_password() {
        for (url, expected) in [
            ("postgres://shop:s3:cr@t@db.example.com/shop", Some(("db.example.com", 5_432))),
            ("postgres://db:6000,other:7000/shop?sslmode=require", Some(("db", 6_000))),
            ("redis://127.0.0.1:6380/0", Some(("127.0.0.1", 6_380))),
            ("smtp://a:b@mail.example.com", Some(("mail.example.com", 587))),
            ("smtps://[::1]", Some(("[::1]", 465))),
            ("http://[::1]:9000", Some(("[::1]", 9_000))),
            ("postgres://postgres@%2Ftmp%2Fx/postgres", None),
            ("postgres:///shop", None),
            ("", None),
            ("nonsense", None),
        ] {
            let read = place(url);
            assert_eq!(read.as_ref().map(|(host, port)| (host.as_str(), *port)), expected, "{url}");
        }
    }
}
