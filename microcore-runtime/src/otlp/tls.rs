//! Whom a collector over TLS must be certified by.

use std::sync::Arc;

use rustls_native_certs::load_native_certs;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::settings::Problems;

/// Trusts the issuers in a file, or those of the system.
pub(super) fn connector(file: Option<&str>) -> Result<TlsConnector, Problems> {
    let mut roots = RootCertStore::empty();
    match file {
        None => {
            // One that can't be read is one that issues for nobody here.
            roots.add_parsable_certificates(load_native_certs().certs);
        }
        Some(file) => {
            let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
            roots.add_parsable_certificates(read.map_err(|error| problem(&format!("can't be read: {error}")))?);
        }
    }
    if roots.is_empty() {
        return Err(problem("must name a file in PEM with certificates: this machine trusts none of its own"));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| problem(&error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

fn problem(message: &str) -> Problems {
    let mut problems = Problems::default();
    problems.add("OTEL_EXPORTER_OTLP_CERTIFICATE", message);
    problems
}
