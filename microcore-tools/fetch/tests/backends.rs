//! The battery on every backend, and what each shows alone: TLS, settings, and a fake that refuses.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Problems, Settings};
use microcore_fetch::battery::{Bench, open, run};
use microcore_fetch::{Backend, Fetch, FetchError, Http};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

struct OverHttp;

impl Bench for OverHttp {
    type Backend = Http;

    async fn begin() -> Option<Self> {
        Some(Self)
    }

    fn environment(&self, settings: &[(&str, &str)]) -> Environment {
        Environment::of(settings.iter().map(|(key, value)| (*key, *value)))
    }
}

mod http {
    use super::*;

    microcore_fetch::battery!(OverHttp);

    #[test]
    fn a_certificate_must_be_of_somebody_who_is_trusted() {
        run(async {
            let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
            let folder = tempfile::tempdir().unwrap();
            let authority = folder.path().join("authority.pem");
            std::fs::write(&authority, signed.cert.pem()).unwrap();
            let key = PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
            let _ = ring::default_provider().install_default();
            let config = ServerConfig::builder().with_no_client_auth();
            let config = config.with_single_cert(vec![signed.cert.der().clone()], key).unwrap();
            let acceptor = TlsAcceptor::from(Arc::new(config));
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    // A client that does not trust it leaves.
                    let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                    let _ = stream.read(&mut [0; 4096]).await;
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nsecret").await;
                    let _ = stream.shutdown().await;
                }
            });
            let plain = [("FETCH_RETRIES", "0")];
            let failed = open(&OverHttp, &plain).await.get(&url).send().await;
            assert!(matches!(failed, Err(FetchError::Unavailable { .. })), "{failed:?}");
            let trusting = [("FETCH_TLS_CA", authority.to_str().unwrap())];
            assert_eq!(open(&OverHttp, &trusting).await.get(&url).text().await.unwrap(), "secret");
        });
    }

    #[test]
    fn wrong_settings_end_the_boot() {
        run(async {
            for (key, value) in [
                ("FETCH_DEADLINES", "api.example.com"),
                ("FETCH_DEADLINES", "a=soon"),
                ("FETCH_UNTRUSTED", "localhost"),
            ] {
                let wrong = <Http as Backend>::Settings::load(&Environment::of([(key, value)])).unwrap_err();
                assert!(wrong.to_string().contains(key), "{wrong}");
            }
            let environment = Environment::of([("FETCH_TLS_CA", "/nowhere.pem")]);
            let settings = <Http as Backend>::Settings::load(&environment).unwrap();
            let error = Fetch::<Http>::setup(settings, &Boot::new(environment)).await.unwrap_err();
            assert!(
                error.find::<Problems>().is_some_and(|wrong| wrong.to_string().contains("FETCH_TLS_CA")),
                "{error}"
            );
        });
    }
}

#[test]
fn a_fake_answers_what_was_scripted_and_refuses_everything_else() {
    run(async {
        let fetch = Fetch::<Http>::fake().await.unwrap();
        let url = "https://api.example.com/rates?base=eur";
        let refused = fetch.get(url).send().await.unwrap_err();
        assert!(matches!(refused, FetchError::Invalid(_)));
        let said = microcore::error::Error::from(refused).to_string();
        assert!(said.contains(&format!("fetch.when(\"GET\", \"{url}\")")), "{said}");

        fetch.when("GET", url).is_away().answer(503, "slowly").answer_json(200, &json!({"usd": 1.1}));
        let rates = || fetch.get("https://api.example.com/rates").query("base", "eur").json::<Value>();
        assert!(matches!(rates().await, Err(FetchError::Unavailable { .. })));
        assert!(matches!(rates().await, Err(FetchError::Failed { status: 503, .. })));
        for _ in 0..2 {
            assert_eq!(rates().await.unwrap(), json!({"usd": 1.1}), "the last one stays");
        }
        assert!(fetch.post(url).send().await.is_err(), "another method is another call");
        let sent = fetch.sent();
        assert_eq!((sent.len(), sent[0].url.as_str()), (4, url));
    });
}
