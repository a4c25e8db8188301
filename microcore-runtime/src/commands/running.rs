//! The application that runs with the same settings, as a command asks it. In: a path. Out: the status and the body.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::{Exit, Surroundings};
use crate::error::{Error, Result};
use crate::server::ServerSettings;
use crate::settings::Settings as _;

/// How the application is reached; what is wrong with that is said.
pub(super) fn settings(surroundings: &mut Surroundings<'_>) -> Result<ServerSettings, Exit> {
    let settings = (surroundings.environment)().and_then(|environment| ServerSettings::load(&environment));
    settings.map_err(|problems| {
        surroundings.settings(&problems);
        Exit::Refused
    })
}

/// Asks, on a runtime of its own.
pub(super) fn wait<T>(asking: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(asking)
}

pub(super) async fn get(settings: &ServerSettings, target: &str) -> Result<(StatusCode, Bytes)> {
    let settings = &settings.of_system();
    let authority = settings.authority();
    let stream = TcpStream::connect(settings.reachable()).await;
    let stream = stream.map_err(|error| {
        Error::unavailable(format!("the application does not serve {}://{authority}: {error}", settings.scheme()))
    })?;
    #[cfg(feature = "tls")]
    if let Some(tls) = crate::server::OwnTls::of(settings)? {
        return ask(tls.connect(stream).await?, settings, target).await;
    }
    ask(stream, settings, target).await
}

/// What the API says below this path; nothing where it knows of no such thing.
pub(super) async fn told<T: DeserializeOwned>(settings: &ServerSettings, target: &str) -> Result<Option<T>> {
    let (status, body) = get(settings, target).await?;
    let said: Value = serde_json::from_slice(&body).unwrap_or_default();
    let is_told = status == StatusCode::NOT_FOUND
        && said["error"]["message"].as_str().is_some_and(|why| why.contains("a record of"));
    if is_told {
        return Ok(None);
    }
    answered(target.split('?').next().unwrap_or_default(), (status, body))?;
    Ok(Some(serde_json::from_value(said["data"].clone())?))
}

/// The body of a success.
pub(super) fn answered(path: &str, (status, body): (StatusCode, Bytes)) -> Result<Bytes> {
    if status.is_success() {
        return Ok(body);
    }
    Err(Error::internal(format!(
        "GET {path} answers {status}: is it this application, and may its SYSTEM_ACCESS be passed from here?"
    )))
}

async fn ask<S>(stream: S, settings: &ServerSettings, target: &str) -> Result<(StatusCode, Bytes)>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut request = Request::get(target).header("host", settings.authority());
    if let Some(token) = &settings.system_token {
        request = request.header("authorization", format!("Bearer {}", token.expose().text()));
    }
    let request = request.body(Empty::<Bytes>::new())?;
    let answer = sender.send_request(request).await?;
    Ok((answer.status(), answer.into_body().collect().await?.to_bytes()))
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::request::{Body, Head};
    use crate::response::{Response, reply};
    use crate::server::{Respond, ServerHandle, bind, serve};
    use crate::settings::Environment;

    struct Host;

    impl Respond for Host {
        async fn respond(&'static self, head: &Head, _: Body, response: &mut Response) {
            *response = reply(200, head.headers["host"].to_str().expect("it is text").to_owned());
        }
    }

    /// What a server that listens there says it was asked as, and its port.
    async fn asked(environment: Environment, host: &str) -> (Result<(StatusCode, Bytes)>, u16) {
        let mut settings = ServerSettings::load(&environment.with("HTTP_PORT", "0").with("HTTP_HOST", host)).unwrap();
        let listener = bind(&settings).await.unwrap();
        let stop = CancellationToken::new();
        settings.port = ServerHandle::of(&listener, stop.clone()).unwrap().local_address().port();
        let serving = tokio::spawn(serve(&Host, listener, settings.verify().unwrap(), stop.clone()));
        let answer = get(&settings, "/system/api/traces/tree").await;
        stop.cancel();
        serving.await.unwrap();
        (answer, settings.port)
    }

    #[tokio::test]
    async fn it_is_asked_wherever_it_listens() {
        for (host, seen) in [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("::1", "[::1]"), ("::", "[::1]")] {
            let (answer, port) = asked(Environment::default(), host).await;
            let (status, body) = answer.unwrap();
            assert_eq!(status, 200, "{host}");
            assert_eq!(body, format!(r#"{{"success":true,"data":"{seen}:{port}"}}"#), "{host}");
        }
    }

    #[cfg(feature = "tls")]
    #[tokio::test]
    async fn it_is_asked_over_tls_and_believed_by_its_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let made = rcgen::generate_simple_self_signed(["app.example".to_owned()]).unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        std::fs::write(&certificate, made.cert.pem()).unwrap();
        std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        let environment = Environment::default()
            .with("HTTP_TLS_CERT", certificate.to_str().unwrap())
            .with("HTTP_TLS_KEY", key.to_str().unwrap());
        for host in ["127.0.0.1", "::1"] {
            assert_eq!(asked(environment.clone(), host).await.0.unwrap().0, 200, "{host}");
        }
        let other = rcgen::generate_simple_self_signed(["app.example".to_owned()]).unwrap();
        let mut settings = ServerSettings::load(&environment.with("HTTP_PORT", "0")).unwrap();
        let verified = settings.verify().unwrap();
        let listener = bind(&settings).await.unwrap();
        settings.port = listener.local_addr().unwrap().port();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve(&Host, listener, verified, stop.clone()));
        std::fs::write(&certificate, other.cert.pem()).unwrap();
        let refused = get(&settings, "/").await.unwrap_err();
        assert!(
            refused.to_string().contains("another certificate than HTTP_TLS_CERT names"),
            "{}",
            refused.to_string()
        );
        stop.cancel();
        serving.await.unwrap();
    }
}
