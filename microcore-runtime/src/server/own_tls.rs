//! TLS as seen from this machine: how a command asks the server that runs beside it.
//!
//! In: the settings of that server. Out: streams to it. Its certificate may be for another name, or from nobody that this
//! machine trusts; so the one that is believed is the one in the file.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme};

use super::ServerSettings;
use crate::error::{Error, Result};

/// Begins connections to the server of this machine.
pub(crate) struct OwnTls(TlsConnector);

impl OwnTls {
    /// `None` where that server speaks no TLS.
    pub(crate) fn of(settings: &ServerSettings) -> Result<Option<Self>> {
        let Some(file) = &settings.tls_cert else { return Ok(None) };
        let unusable = |error| Error::unavailable(format!("HTTP_TLS_CERT `{file}` can't be read: {error}"));
        let certificate = CertificateDer::from_pem_file(file).map_err(unusable)?;
        let provider = Arc::new(ring::default_provider());
        let verifier = Known { certificate, algorithms: provider.signature_verification_algorithms };
        let config = builder(provider)?.dangerous().with_custom_certificate_verifier(Arc::new(verifier));
        Ok(Some(Self(TlsConnector::from(Arc::new(config.with_no_client_auth())))))
    }

    pub(crate) async fn connect(&self, stream: TcpStream) -> Result<TlsStream<TcpStream>> {
        let name = ServerName::from(stream.peer_addr()?.ip());
        let connected = self.0.connect(name, stream).await;
        connected.map_err(|error| Error::unavailable(format!("TLS with the application failed: {error}")))
    }
}

type Builder = tokio_rustls::rustls::ConfigBuilder<ClientConfig, tokio_rustls::rustls::WantsVerifier>;

fn builder(provider: Arc<CryptoProvider>) -> Result<Builder> {
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    builder.map_err(|error| Error::internal("TLS has no versions").with_source(error))
}

/// Believes one certificate, whatever it says; that the server has its key is proved as ever.
#[derive(Debug)]
struct Known {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Known {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        if *end_entity == self.certificate {
            return Ok(ServerCertVerified::assertion());
        }
        Err(TlsError::General("it has another certificate than HTTP_TLS_CERT names".to_owned()))
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
