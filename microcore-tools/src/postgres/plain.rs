//! The way to the server without TLS: what is built without the feature `postgres-tls`.

use tokio_postgres::NoTls;

use crate::postgres::address::Address;

/// How a connection is secured: not.
#[derive(Debug, Clone)]
pub(crate) struct Tls(NoTls);

impl Tls {
    /// Refuses what asks for more.
    pub(crate) fn of(address: &Address) -> Result<Self, String> {
        if address.insists() {
            return Err(
                "asks for TLS with its `sslmode`: build with the feature `postgres-tls` of microcore".to_owned()
            );
        }
        Ok(Self(NoTls))
    }

    /// What the driver connects with.
    pub(crate) fn connector(&self) -> NoTls {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_insists_on_tls_is_told_what_is_missing() {
        let made = |url: &str| Tls::of(&Address::parse(url).unwrap()).map(drop);
        assert_eq!(made("postgres://ana@db.example/shop"), Ok(()));
        assert_eq!(made("postgres://ana@db.example/shop?sslmode=prefer"), Ok(()));
        let missing = made("postgres://ana@db.example/shop?sslmode=verify-full").unwrap_err();
        assert!(missing.contains("feature `postgres-tls`"), "{missing}");
    }
}
