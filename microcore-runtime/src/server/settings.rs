//! What the server reads from the environment.

use std::time::Duration;

use crate::settings::{ByteSize, Environment, FromSetting, Key, Problems, Settings};

/// The server's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// `HTTP_HOST`
    pub host: String,
    /// `HTTP_PORT`; 0 lets the system choose.
    pub port: u16,
    /// `HTTP_WORKERS`; 0 is one per core. Whoever builds the tokio runtime reads it.
    pub workers: usize,
    /// `HTTP_BODY_LIMIT`
    pub body_limit: ByteSize,
    /// `HTTP_HEADER_TIMEOUT`: for a whole head to arrive, and thus also for an idle connection to stay.
    pub header_timeout: Duration,
    /// `HTTP_MAX_CONNECTIONS`
    pub max_connections: usize,
    /// `DRAIN_TIMEOUT`
    pub drain_timeout: Duration,
}

/// The part that each connection needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conversation {
    pub(super) body_limit: u64,
    pub(super) header_timeout: Duration,
}

impl ServerSettings {
    pub(super) fn conversation(&self) -> Conversation {
        Conversation { body_limit: self.body_limit.0, header_timeout: self.header_timeout }
    }
}

const fn key<T: FromSetting>(name: &'static str, default: &'static str, doc: &'static str) -> Key {
    Key { name, doc, expects: T::EXPECTS, default: Some(default), required: false, secret: false }
}

impl Settings for ServerSettings {
    const KEYS: &'static [Key] = &[
        key::<String>("HTTP_HOST", "127.0.0.1", "Address or name to listen on."),
        key::<u16>("HTTP_PORT", "5000", "Port to listen on; 0 lets the system choose."),
        key::<usize>("HTTP_WORKERS", "0", "Worker threads; 0 is one per core."),
        key::<ByteSize>("HTTP_BODY_LIMIT", "2MiB", "Largest body that is read."),
        key::<Duration>("HTTP_HEADER_TIMEOUT", "10s", "Time for a whole request head to arrive."),
        key::<usize>("HTTP_MAX_CONNECTIONS", "10000", "Open connections; more wait to be accepted."),
        key::<Duration>("DRAIN_TIMEOUT", "10s", "Time for requests in flight to finish at a stop."),
    ];

    fn read(environment: &Environment, problems: &mut Problems) -> Option<Self> {
        // Every key is read before the first `?`, so that every problem is noted.
        let host = problems.read(environment, &Self::KEYS[0]);
        let port = problems.read(environment, &Self::KEYS[1]);
        let workers = problems.read(environment, &Self::KEYS[2]);
        let body_limit = problems.read(environment, &Self::KEYS[3]);
        let header_timeout = problems.read(environment, &Self::KEYS[4]);
        let max_connections = problems.read(environment, &Self::KEYS[5]);
        let drain_timeout = problems.read(environment, &Self::KEYS[6]);
        Some(Self {
            host: host?,
            port: port?,
            workers: workers?,
            body_limit: body_limit?,
            header_timeout: header_timeout?,
            max_connections: max_connections?,
            drain_timeout: drain_timeout?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_a_default_for_every_key_and_names_each_malformed_one() {
        let settings = <ServerSettings as Settings>::from(&Environment::default()).unwrap();
        assert_eq!((settings.host.as_str(), settings.port, settings.workers), ("127.0.0.1", 5000, 0));
        assert_eq!(settings.body_limit, ByteSize(2 << 20));
        assert_eq!(settings.drain_timeout, Duration::from_secs(10));
        let wrong = Environment::of([("HTTP_PORT", "x"), ("DRAIN_TIMEOUT", "soon")]);
        let problems = <ServerSettings as Settings>::from(&wrong).unwrap_err();
        assert_eq!(
            problems.iter().map(|problem| problem.name.as_str()).collect::<Vec<_>>(),
            ["HTTP_PORT", "DRAIN_TIMEOUT"]
        );
    }
}
