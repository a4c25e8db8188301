//! `rediss://`: what the connection is encrypted with, where the feature `redis-tls` is on.

/// Chooses what encrypts, unless the process has chosen already. Without the feature, `rediss://` is an error that names it.
#[cfg(feature = "redis-tls")]
pub(crate) fn provide() {
    if tokio_rustls::rustls::crypto::CryptoProvider::get_default().is_none() {
        // Two that choose at once choose the same.
        let _ = tokio_rustls::rustls::crypto::ring::default_provider().install_default();
    }
}

/// Nothing to choose.
#[cfg(not(feature = "redis-tls"))]
pub(crate) fn provide() {}
