//! TLS over real sockets, with a certificate made here and a client of its own.
#![allow(clippy::unwrap_used, reason = "a test that can't go on fails here")]

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::{Request, Version};
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use microcore_runtime::realtime::{EventStream, Socket, answer_events, answer_socket};
use microcore_runtime::request::{Body, Head, Inputs};
use microcore_runtime::response::{Response, reply};
use microcore_runtime::router::not_found;
use microcore_runtime::server::{DrainReport, Respond, ServerHandle, ServerSettings, Verified, bind, serve};
use microcore_runtime::settings::{Environment, Problems, Settings};
use microcore_runtime::validation::{BodyRules, read_json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_util::sync::CancellationToken;

/// Says which version it was asked with; `/events` sends three and waits for the stop, `/echo` is a socket.
struct Versions;

impl Respond for Versions {
    async fn respond(&'static self, head: &Head, body: Body, response: &mut Response) {
        let inputs = Inputs::new(head, body);
        match head.uri.path() {
            "/events" => {
                let handler = |(), events: EventStream<u32>| async move {
                    for number in 1..=3 {
                        events.send(number).await?;
                    }
                    std::future::pending().await
                };
                answer_events(inputs, |_| Some(()), handler, response).await;
            }
            "/echo" => {
                let rules = BodyRules::<String> { read: read_json::<String>, validate: |_, _| {}, probe: |_, _| false };
                let handler = |(), mut socket: Socket<String, String>| async move {
                    while let Some(said) = socket.receive().await {
                        socket.send(said).await?;
                    }
                    Ok(())
                };
                answer_socket(inputs, |_| Some(()), rules, handler, response).await;
            }
            "/large.txt" | "/system/" => *response = not_found(head),
            _ => *response = reply(200, format!("{:?}", head.version)),
        }
    }
}

/// A certificate for `localhost` and its key, in a folder of their own.
struct Files {
    folder: tempfile::TempDir,
    trusted: CertificateDer<'static>,
}

impl Files {
    fn make() -> Self {
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        fs::write(folder.path().join("key.pem"), made.signing_key.serialize_pem()).unwrap();
        Self { folder, trusted: made.cert.der().clone() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn load(certificate: Option<&Path>, key: Option<&Path>) -> Result<Verified, Problems> {
    load_with(certificate, key, None)
}

fn load_with(
    certificate: Option<&Path>,
    key: Option<&Path>,
    more: Option<(&'static str, &str)>,
) -> Result<Verified, Problems> {
    let mut environment = Environment::of([("HTTP_PORT", "0"), ("DRAIN_TIMEOUT", "5s")]);
    for (name, path) in [("HTTP_TLS_CERT", certificate), ("HTTP_TLS_KEY", key)] {
        if let Some(path) = path {
            environment = environment.with(name, path.to_str().unwrap());
        }
    }
    if let Some((name, value)) = more {
        environment = environment.with(name, value);
    }
    ServerSettings::load(&environment)?.verify()
}

async fn start(settings: Verified) -> (ServerHandle, JoinHandle<DrainReport>) {
    let listener = bind(&settings).await.unwrap();
    let stop = CancellationToken::new();
    let handle = ServerHandle::of(&listener, stop.clone()).unwrap();
    let running = tokio::spawn(async move { serve(&Versions, listener, settings, stop).await });
    (handle, running)
}

async fn connect(address: SocketAddr, files: &Files, protocol: &[u8]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(files.trusted.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let mut config =
        builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

fn request(address: SocketAddr) -> Request<Empty<Bytes>> {
    request_of(address, "/")
}

fn request_of(address: SocketAddr, path: &str) -> Request<Empty<Bytes>> {
    Request::get(format!("https://localhost:{}{path}", address.port()))
        .header("host", format!("localhost:{}", address.port()))
        .body(Empty::new())
        .unwrap()
}

async fn body(response: http::Response<hyper::body::Incoming>) -> Bytes {
    response.into_body().collect().await.unwrap().to_bytes()
}

#[tokio::test]
async fn both_protocols_are_agreed_on_in_the_handshake() {
    let files = Files::make();
    let (handle, running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    let address = handle.local_address();

    let stream = connect(address, &files, b"http/1.1").await;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let response = sender.send_request(request(address)).await.unwrap();
    assert_eq!((response.version(), response.headers().contains_key("x-request-id")), (Version::HTTP_11, true));
    assert_eq!(&body(response).await[..], br#"{"success":true,"data":"HTTP/1.1"}"#);

    let stream = connect(address, &files, b"h2").await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let response = sender.send_request(request(address)).await.unwrap();
    assert_eq!(&body(response).await[..], br#"{"success":true,"data":"HTTP/2.0"}"#);

    handle.stop();
    assert_eq!(running.await.unwrap().cut, 0);
}

#[tokio::test]
async fn who_speaks_no_tls_is_let_go_and_holds_up_nobody() {
    let files = Files::make();
    let (handle, running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    let stream = TcpStream::connect(handle.local_address()).await.unwrap();
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    assert!(sender.send_request(request(handle.local_address())).await.is_err());
    // Says nothing at all, also at the stop.
    let _silent = TcpStream::connect(handle.local_address()).await.unwrap();
    connect(handle.local_address(), &files, b"h2").await;
    handle.stop();
    assert_eq!(running.await.unwrap().cut, 0);
}

#[tokio::test]
async fn events_come_over_tls_in_both_protocols_and_end_with_the_server() {
    let files = Files::make();
    let (handle, running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    let address = handle.local_address();
    let stream = connect(address, &files, b"http/1.1").await;
    let (mut one, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let stream = connect(address, &files, b"h2").await;
    let (mut two, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answers = [
        one.send_request(request_of(address, "/events")).await.unwrap(),
        two.send_request(request_of(address, "/events")).await.unwrap(),
    ];
    let mut open = Vec::new();
    for mut answer in answers {
        assert_eq!(answer.headers()["content-type"], "text/event-stream");
        let mut text = Vec::new();
        while !text.ends_with(b"data: 3\n\n") {
            text.extend_from_slice(&answer.frame().await.unwrap().unwrap().into_data().unwrap());
        }
        assert_eq!(text, b"data: 1\n\ndata: 2\n\ndata: 3\n\n");
        open.push(answer);
    }
    handle.stop();
    for mut answer in open {
        while let Some(frame) = answer.frame().await {
            frame.expect("the end is a proper one");
        }
    }
    assert_eq!(running.await.unwrap().cut, 0);
}

#[tokio::test]
async fn a_socket_opens_over_tls_and_is_told_of_the_stop() {
    let files = Files::make();
    let (handle, running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    let stream = connect(handle.local_address(), &files, b"http/1.1").await;
    let (mut socket, response) = client_async("wss://localhost/echo", stream).await.unwrap();
    assert_eq!(response.status(), 101);
    for said in ["one", "two"] {
        socket.send(Message::text(format!("{said:?}"))).await.unwrap();
        assert_eq!(socket.next().await.unwrap().unwrap(), Message::text(format!("{said:?}")));
    }
    handle.stop();
    let Message::Close(Some(frame)) = socket.next().await.unwrap().unwrap() else { panic!("a close comes") };
    assert_eq!(frame.code, CloseCode::Away);
    while socket.next().await.is_some() {}
    assert_eq!(running.await.unwrap().cut, 0);
}

#[tokio::test]
async fn a_page_without_tls_opens_no_socket_over_tls() {
    let files = Files::make();
    let (handle, running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    for (origin, opens) in [("https://localhost", true), ("http://localhost", false), ("https://foreign", false)] {
        let stream = connect(handle.local_address(), &files, b"http/1.1").await;
        let mut request = "wss://localhost/echo".into_client_request().unwrap();
        request.headers_mut().insert("cookie", "a=b".parse().unwrap());
        request.headers_mut().insert("origin", origin.parse().unwrap());
        assert_eq!(client_async(request, stream).await.is_ok(), opens, "{origin}");
    }
    handle.stop();
    assert_eq!(running.await.unwrap().cut, 0);
}

/// What was verified is what serves: a certificate that is renewed or lost between the two changes nothing.
#[tokio::test]
async fn the_certificate_is_read_once_and_its_port_never_speaks_plaintext() {
    let files = Files::make();
    let (certificate, key) = (files.path("cert.pem"), files.path("key.pem"));
    let verified = load(Some(&certificate), Some(&key)).unwrap();
    fs::remove_file(&certificate).unwrap();
    fs::write(&key, "half of a renew").unwrap();
    let (handle, running) = start(verified).await;
    let address = handle.local_address();
    let stream = connect(address, &files, b"http/1.1").await;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(sender.send_request(request(address)).await.unwrap().status(), 200);
    let mut plain = TcpStream::connect(address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut said = Vec::new();
    // A reset is an answer too.
    let _ = plain.read_to_end(&mut said).await;
    assert!(!said.starts_with(b"HTTP"), "{said:?}");
    handle.stop();
    assert_eq!(running.await.unwrap().cut, 0);
}

#[tokio::test]
async fn a_preface_comes_over_tls_byte_by_byte() {
    let files = Files::make();
    let (handle, _running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    let mut stream = connect(handle.local_address(), &files, b"h2").await;
    for byte in b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0" {
        stream.write_all(&[*byte]).await.unwrap();
        stream.flush().await.unwrap();
    }
    let mut first = [0; 9];
    stream.read_exact(&mut first).await.unwrap();
    assert_eq!(first[3], 4, "settings are answered with settings");
}

#[tokio::test]
async fn an_early_answer_is_not_lost_over_tls() {
    let files = Files::make();
    let (handle, _running) = start(load(Some(&files.path("cert.pem")), Some(&files.path("key.pem"))).unwrap()).await;
    let mut stream = connect(handle.local_address(), &files, b"http/1.1").await;
    let length = 20 << 20;
    let head = format!("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; length]).await.expect("the server takes what comes");
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await.unwrap();
    let said = String::from_utf8(said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200 OK") && said.contains("connection: close"), "{said}");
}

/// The same as without TLS; the position of the open file is how far it was read.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reset_ends_the_reading_of_a_file_over_tls() {
    let files = Files::make();
    let place = files.folder.path().canonicalize().unwrap();
    let large = place.join("large.txt");
    fs::File::create(&large).unwrap().set_len(1 << 40).unwrap();
    let mut environment = Environment::of([("HTTP_PORT", "0")]).with("HTTP_STATIC", format!("/={}", place.display()));
    for (name, file) in [("HTTP_TLS_CERT", "cert.pem"), ("HTTP_TLS_KEY", "key.pem")] {
        environment = environment.with(name, files.path(file).to_str().unwrap());
    }
    let (handle, _running) = start(ServerSettings::load(&environment).unwrap().verify().unwrap()).await;
    let mut stream = connect(handle.local_address(), &files, b"http/1.1").await;
    stream.write_all(b"GET /large.txt HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    stream.read_exact(&mut vec![0; 64 * 1024]).await.unwrap();
    let is_open = || {
        let open = fs::read_dir("/proc/self/fd").unwrap().flatten();
        open.into_iter().any(|entry| fs::read_link(entry.path()).is_ok_and(|link| link == large))
    };
    assert!(is_open());
    stream.get_ref().0.set_zero_linger().unwrap();
    drop(stream);
    let closed = async {
        while is_open() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.expect("a file that is sent to nobody is closed");
}

#[test]
fn the_boot_names_the_file_and_what_is_wrong_with_it() {
    let (files, others) = (Files::make(), Files::make());
    let (certificate, key) = (files.path("cert.pem"), files.path("key.pem"));
    let empty = files.path("empty.pem");
    fs::write(&empty, "nothing").unwrap();
    let said = |certificate: Option<&Path>, key: Option<&Path>| {
        let problems = load(certificate, key).unwrap_err();
        problems.iter().map(|problem| (problem.name.clone(), problem.message.clone())).collect::<Vec<_>>()
    };
    assert!(load(Some(&certificate), Some(&key)).is_ok());
    assert_eq!(said(Some(&certificate), None)[0].0, "HTTP_TLS_KEY");
    assert_eq!(said(None, Some(&key))[0].0, "HTTP_TLS_CERT");
    let both = said(Some(&files.path("none.pem")), Some(&empty));
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both[0].1.contains("none.pem") && both[0].1.contains("can't be read"), "{both:?}");
    assert!(both[1].1.contains("empty.pem") && both[1].1.contains("holds no private key"), "{both:?}");
    let empty_chain = said(Some(&empty), Some(&key));
    assert!(empty_chain[0].1.contains("holds no certificate"), "{empty_chain:?}");
    let mixed = said(Some(&others.path("cert.pem")), Some(&key));
    assert_eq!(mixed[0].0, "HTTP_TLS_KEY");
    assert!(mixed[0].1.contains("can't be used with the certificate"), "{mixed:?}");
}

/// The browser says nothing about where the form is from, so it is the server that knows.
#[tokio::test]
async fn whoever_signs_in_over_tls_gets_a_cookie_that_never_travels_without_it() {
    const TOKEN: &str = "0123456789abcdef0123456789abcdef";
    let files = Files::make();
    let token = Some(("SYSTEM_TOKEN", TOKEN));
    let settings = load_with(Some(&files.path("cert.pem")), Some(&files.path("key.pem")), token).unwrap();
    let (handle, running) = start(settings).await;
    let address = handle.local_address();
    let stream = connect(address, &files, b"http/1.1").await;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let host = format!("localhost:{}", address.port());
    let form = Request::post("/system/sign-in")
        .header("host", &host)
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = sender.send_request(form.body(format!("token={TOKEN}")).unwrap()).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().unwrap()), (303, "/system/"));
    let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.starts_with("__Secure-microcore_system=") && cookie.ends_with("; Secure"), "{cookie}");
    body(answer).await;
    let page = |cookie: &str| {
        Request::get("/system/").header("host", &host).header("cookie", cookie).body(String::new()).unwrap()
    };
    let value = cookie.split(';').next().unwrap();
    let answer = sender.send_request(page(value)).await.unwrap();
    assert_eq!(answer.status(), 200);
    body(answer).await;
    let answer = sender.send_request(page("__Secure-microcore_system=1.00")).await.unwrap();
    assert_eq!(answer.status(), 404);
    body(answer).await;
    handle.stop();
    assert_eq!(running.await.unwrap().cut, 0);
}
