//! What `PG_URL` says: where the server is, who asks, and how the way there is secured.
//!
//! In: the URL. Out: the driver's configuration, and what `sslmode` and `sslrootcert` ask for, which mean what they mean
//! to libpq (<https://www.postgresql.org/docs/current/libpq-ssl.html>). The driver itself knows three of the modes, and
//! no certificate.

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

const URL: &str = "must be a URL such as postgres://user:password@host:5432/database";
const MODES: &str = "has an `sslmode` that must be disable, prefer, require, verify-ca or verify-full";

/// What is asked of the server's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// Nothing: who listens on the way is shut out, who stands in it is not.
    Anyone,
    /// That it was issued by somebody whom we trust.
    Issuer,
    /// That too, and that it is for the host of the URL.
    IssuerAndName,
}

/// A URL, read.
#[derive(Debug, Clone)]
#[cfg_attr(not(any(feature = "postgres-tls", test)), expect(dead_code, reason = "without TLS nobody is trusted"))]
pub(crate) struct Address {
    pub(crate) config: Config,
    pub(crate) trust: Trust,
    /// The file whose certificates are trusted, in PEM; without one, those that the system trusts.
    pub(crate) roots: Option<String>,
}

impl Address {
    /// What is wrong is told without repeating it: it may hold the password.
    pub(crate) fn parse(url: &str) -> Result<Self, &'static str> {
        let (place, parameters) = url.rsplit_once('?').unwrap_or((url, ""));
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for parameter in parameters.split('&') {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => {
                    roots = Some(percent_decode_str(value).decode_utf8().map_err(|_| URL)?.into_owned());
                }
                _ if parameter.is_empty() => {}
                _ => rest.push(parameter),
            }
        }
        let text = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        let mut config: Config = text.parse().map_err(|_| URL)?;
        let (driver, trust) = match mode {
            None => (config.get_ssl_mode(), Trust::Anyone),
            Some("disable") => (SslMode::Disable, Trust::Anyone),
            Some("prefer") => (SslMode::Prefer, Trust::Anyone),
            // As to libpq: whoever names a certificate wants it used.
            Some("require") if roots.is_some() => (SslMode::Require, Trust::Issuer),
            Some("require") => (SslMode::Require, Trust::Anyone),
            Some("verify-ca") => (SslMode::Require, Trust::Issuer),
            Some("verify-full") => (SslMode::Require, Trust::IssuerAndName),
            Some(_) => return Err(MODES),
        };
        config.ssl_mode(if is_local(&config) { SslMode::Disable } else { driver });
        Ok(Self { config, trust, roots })
    }

    /// Whether there is no way without TLS.
    #[cfg_attr(all(feature = "postgres-tls", not(test)), expect(dead_code, reason = "with TLS there is every way"))]
    pub(crate) fn insists(&self) -> bool {
        self.config.get_ssl_mode() == SslMode::Require
    }
}

/// A socket on this machine is never encrypted.
fn is_local(config: &Config) -> bool {
    let hosts = config.get_hosts();
    !hosts.is_empty() && hosts.iter().all(|host| !matches!(host, Host::Tcp(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mode_means_what_it_means_to_libpq() {
        let read = |parameters: &str| {
            let address = Address::parse(&format!("postgres://ana:p%3Fw@db.example:1/shop{parameters}")).unwrap();
            assert_eq!(address.config.get_password(), Some(&b"p?w"[..]));
            (address.config.get_ssl_mode(), address.trust, address.roots)
        };
        let roots = |path: &str| Some(path.to_owned());
        for (parameters, expected) in [
            ("", (SslMode::Prefer, Trust::Anyone, None)),
            ("?sslmode=disable", (SslMode::Disable, Trust::Anyone, None)),
            ("?sslmode=prefer&connect_timeout=2", (SslMode::Prefer, Trust::Anyone, None)),
            ("?sslmode=require", (SslMode::Require, Trust::Anyone, None)),
            ("?sslrootcert=ca.pem&sslmode=require", (SslMode::Require, Trust::Issuer, roots("ca.pem"))),
            ("?sslmode=verify-ca", (SslMode::Require, Trust::Issuer, None)),
            ("?sslmode=verify-full&sslrootcert=%2Fa%20b", (SslMode::Require, Trust::IssuerAndName, roots("/a b"))),
        ] {
            assert_eq!(read(parameters), expected, "{parameters}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        assert_eq!(Address::parse("postgres://ana:secret@db/shop?sslmode=verify").unwrap_err(), MODES);
        assert_eq!(Address::parse("postgres://ana:secret@db:x/shop").unwrap_err(), URL);
        assert_eq!(Address::parse("postgres://ana@db/shop?sslmode=require&nonsense=1").unwrap_err(), URL);
    }

    #[test]
    fn a_socket_on_this_machine_is_not_encrypted() {
        let address = Address::parse("postgres://postgres@%2Ftmp%2Fx/postgres?sslmode=verify-full").unwrap();
        assert!(!address.insists());
        let raw = Address::parse("postgres://u:p?w@db.example/shop").unwrap();
        assert_eq!(raw.config.get_password(), Some(&b"p?w"[..]));
    }
}
