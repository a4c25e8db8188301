//! TLS on the way to the server, by rustls.
//!
//! In: what the URL asks of the server's certificate. Out: what the driver makes connections with.

use std::fmt;
use std::sync::Arc;

use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};

use crate::postgres::address::{Address, Trust};

/// How a connection is secured. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tls(MakeRustlsConnect);

impl Tls {
    /// A sentence where the certificates can't be had.
    pub(crate) fn of(address: &Address) -> Result<Self, String> {
        let provider = Arc::new(ring::default_provider());
        let issuers = match address.trust {
            Trust::Anyone => None,
            Trust::Issuer | Trust::IssuerAndName => {
                let roots = Arc::new(roots(address.roots.as_deref())?);
                let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(&provider)).build();
                Some(verifier.map_err(|error| format!("has an `sslrootcert` that can't be used: {error}"))?)
            }
        };
        let judge = Judge { issuers, name: address.trust == Trust::IssuerAndName, provider: Arc::clone(&provider) };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| format!("can't be reached by TLS: {error}"))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(judge))
            .with_no_client_auth();
        // What a server that is asked at once, with `sslnegotiation=direct`, wants to hear.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
        Ok(Self(MakeRustlsConnect::new(config)))
    }

    /// What the driver connects with.
    pub(crate) fn connector(&self) -> MakeRustlsConnect {
        self.0.clone()
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

/// Whose certificates are trusted.
fn roots(file: Option<&str>) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    let Some(file) = file else {
        // One that can't be read is one that issues for nobody here.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return if roots.is_empty() {
            Err("asks for a certificate that the system trusts, and it trusts none: name a file with `sslrootcert`"
                .to_owned())
        } else {
            Ok(roots)
        };
    };
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = read.map_err(|error| format!("has an `sslrootcert` that can't be read: {error}"))?;
    for certificate in certificates {
        roots.add(certificate).map_err(|error| format!("has an `sslrootcert` that can't be used: {error}"))?;
    }
    if roots.is_empty() { Err("has an `sslrootcert` without a certificate in PEM".to_owned()) } else { Ok(roots) }
}

/// Says whether the server's certificate is what the URL asks for. That the server has its key is checked in any case.
#[derive(Debug)]
struct Judge {
    /// `None`: anyone.
    issuers: Option<Arc<WebPkiServerVerifier>>,
    /// Whether it must be for the host.
    name: bool,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Judge {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        host: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(issuers) = &self.issuers else { return Ok(ServerCertVerified::assertion()) };
        // The name is looked at last, so an error about it means that the rest is right.
        match issuers.verify_server_cert(certificate, intermediates, host, ocsp, now) {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.name => Ok(ServerCertVerified::assertion()),
            judged => judged,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
