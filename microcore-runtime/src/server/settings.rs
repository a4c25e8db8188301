//! What the server reads from the environment.

use std::time::Duration;

use crate::request::Limits;
use crate::settings::ByteSize;

/// The server's settings.
#[derive(Debug, Clone, PartialEq, Eq, microcore_macros::Settings)]
pub struct ServerSettings {
    /// Address or name to listen on.
    #[setting(key = "HTTP_HOST", default = "127.0.0.1")]
    pub host: String,
    /// Port to listen on; 0 lets the system choose.
    #[setting(key = "HTTP_PORT", default = "5000")]
    pub port: u16,
    /// Worker threads; 0 is one per core.
    #[setting(key = "HTTP_WORKERS", default = "0")]
    pub workers: usize,
    /// Largest JSON or form body that is read.
    #[setting(key = "HTTP_BODY_LIMIT", default = "2MiB")]
    pub body_limit: ByteSize,
    /// Largest multipart body that is read.
    #[setting(key = "HTTP_UPLOAD_LIMIT", default = "32MiB")]
    pub upload_limit: ByteSize,
    /// Time for each 64 KiB of a body to arrive; 0s waits forever.
    #[setting(key = "HTTP_BODY_TIMEOUT", default = "30s")]
    pub body_timeout: Duration,
    /// Time for a whole request head to arrive, and thus for an idle connection to stay.
    #[setting(key = "HTTP_HEADER_TIMEOUT", default = "10s")]
    pub header_timeout: Duration,
    /// Open connections; more wait to be accepted.
    #[setting(key = "HTTP_MAX_CONNECTIONS", default = "10000")]
    pub max_connections: usize,
    /// Time for requests in flight to finish at a stop.
    #[setting(key = "DRAIN_TIMEOUT", default = "10s")]
    pub drain_timeout: Duration,
}

/// The part that each connection needs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Conversation {
    pub(super) limits: Limits,
    pub(super) header_timeout: Duration,
}

impl ServerSettings {
    pub(super) fn conversation(&self) -> Conversation {
        let limits = Limits { body: self.body_limit.0, upload: self.upload_limit.0, wait: self.body_timeout };
        Conversation { limits, header_timeout: self.header_timeout }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings};

    #[test]
    fn has_a_default_for_every_key_and_names_each_malformed_one() {
        let settings = ServerSettings::load(&Environment::default()).unwrap();
        assert_eq!((settings.host.as_str(), settings.port, settings.workers), ("127.0.0.1", 5000, 0));
        assert_eq!(settings.body_limit, ByteSize(2 << 20));
        assert_eq!(settings.drain_timeout, Duration::from_secs(10));
        let wrong = Environment::of([("HTTP_PORT", "x"), ("DRAIN_TIMEOUT", "soon")]);
        let problems = ServerSettings::load(&wrong).unwrap_err();
        assert_eq!(
            problems.iter().map(|problem| problem.name.as_str()).collect::<Vec<_>>(),
            ["HTTP_PORT", "DRAIN_TIMEOUT"]
        );
    }
}
