//! TLS. In: the certificate and the key that the settings name. Out: streams, each with the protocol that was agreed on.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;

use super::ServerSettings;
use crate::settings::Problems;

const HTTP2: &[u8] = b"h2";
const HTTP1: &[u8] = b"http/1.1";

/// Where every connection begins with a handshake. Cheap to clone.
#[derive(Clone)]
pub(super) struct Tls(TlsAcceptor);

impl Tls {
    /// `None` where neither file is named; both problems at once where they are wrong.
    pub(super) fn of(settings: &ServerSettings) -> Result<Option<Self>, Problems> {
        let mut problems = Problems::default();
        let (Some(certificate), Some(key)) = (&settings.tls_cert, &settings.tls_key) else {
            for (given, missing) in [(&settings.tls_cert, "HTTP_TLS_KEY"), (&settings.tls_key, "HTTP_TLS_CERT")] {
                if given.is_some() {
                    problems.add(missing, "is needed too: TLS takes a certificate and its key");
                }
            }
            return problems.into_result().map(|()| None);
        };
        let chain = read(certificate, "certificate", |path| {
            CertificateDer::pem_file_iter(path)?.collect::<Result<Vec<_>, _>>()
        });
        let chain = chain.and_then(|chain| {
            if chain.is_empty() { Err(format!("`{certificate}` holds no certificate in PEM")) } else { Ok(chain) }
        });
        let key = read(key, "private key", |path| PrivateKeyDer::from_pem_file(path));
        let chain = chain.map_err(|said| problems.add("HTTP_TLS_CERT", said)).ok();
        let key = key.map_err(|said| problems.add("HTTP_TLS_KEY", said)).ok();
        let (Some(chain), Some(key)) = (chain, key) else { return problems.into_result().map(|()| None) };
        match config(chain, key) {
            Ok(config) => Ok(Some(Self(TlsAcceptor::from(Arc::new(config))))),
            Err(error) => {
                let said = format!("can't be used with the certificate `{certificate}`: {error}");
                problems.add("HTTP_TLS_KEY", said);
                problems.into_result().map(|()| None)
            }
        }
    }

    /// The stream behind the handshake, and whether it speaks HTTP/2. `None` where the client did not manage in time.
    pub(super) async fn accept(&self, stream: TcpStream, wait: Duration) -> Option<(TlsStream<TcpStream>, bool)> {
        let handshake = self.0.accept(stream);
        let shaken = if wait.is_zero() { Ok(handshake.await) } else { timeout(wait, handshake).await };
        match shaken {
            Ok(Ok(stream)) => {
                let agreed = stream.get_ref().1.alpn_protocol() == Some(HTTP2);
                Some((stream, agreed))
            }
            // Scanners and clients that do not trust us: nothing that an operator must read.
            Ok(Err(error)) => {
                tracing::debug!("a TLS handshake failed: {error}");
                None
            }
            Err(_) => None,
        }
    }
}

/// With the defaults of rustls: TLS 1.2 and 1.3, no client certificates.
fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> Result<ServerConfig, rustls::Error> {
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let mut config =
        builder.with_safe_default_protocol_versions()?.with_no_client_auth().with_single_cert(chain, key)?;
    config.alpn_protocols =
        if cfg!(feature = "http2") { vec![HTTP2.to_vec(), HTTP1.to_vec()] } else { vec![HTTP1.to_vec()] };
    Ok(config)
}

/// What the file holds, or a sentence that names the file.
fn read<T>(path: &str, what: &str, read: impl FnOnce(&Path) -> Result<T, PemError>) -> Result<T, String> {
    read(Path::new(path)).map_err(|error| match error {
        PemError::Io(error) => format!("`{path}` can't be read: {error}"),
        PemError::NoItemsFound => format!("`{path}` holds no {what} in PEM"),
        error => format!("`{path}` is not the PEM of a {what}: {error}"),
    })
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}
