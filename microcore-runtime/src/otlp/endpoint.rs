//! Where a collector is.

use http::uri::{Scheme, Uri};

use crate::settings::FromSetting;

/// An address with a scheme and a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Whether it is spoken to over TLS.
    pub(super) is_private: bool,
    pub(super) host: String,
    pub(super) port: u16,
    /// The path, with a query where it has one.
    pub(super) path: String,
}

impl FromSetting for Endpoint {
    const EXPECTS: &'static str = "an address such as http://localhost:4318";

    fn from_setting(text: &str) -> Option<Self> {
        let uri: Uri = text.trim().parse().ok()?;
        let is_private = match uri.scheme()? {
            scheme if *scheme == Scheme::HTTP => false,
            scheme if *scheme == Scheme::HTTPS => true,
            _ => return None,
        };
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(if is_private { 443 } else { 4318 });
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        (!host.is_empty()).then_some(Self { is_private, host, port, path })
    }
}

impl Endpoint {
    /// The address of one signal, below this one.
    pub(super) fn below(&self, signal: &str) -> Self {
        let path = format!("{}/v1/{signal}", self.path.trim_end_matches('/'));
        Self { path, ..self.clone() }
    }

    /// What the header `host` says.
    pub(super) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signals_are_below_the_collectors_address() {
        let of = |text: &str| Endpoint::from_setting(text);
        let local = of("http://localhost:4318").unwrap();
        assert_eq!(local.below("traces").path, "/v1/traces");
        assert_eq!((local.authority().as_str(), local.is_private), ("localhost:4318", false));
        let far = of("https://otlp.example/tenant/").unwrap();
        assert_eq!((far.below("logs").path.as_str(), far.port, far.is_private), ("/tenant/v1/logs", 443, true));
        assert_eq!(of("http://[::1]:9").unwrap().authority(), "[::1]:9");
        for wrong in ["localhost", "ftp://x", "http://", "/v1/traces", ""] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
    }
}
