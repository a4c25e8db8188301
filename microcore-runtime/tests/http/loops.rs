//! Thread per core: event loops with connections of their own behind one port.
#![cfg(target_os = "linux")]

use std::collections::BTreeSet;
use std::io::ErrorKind;

use microcore_runtime::server::{ServerSettings, bind};
use microcore_runtime::settings::{Environment, Settings};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::fixture::Server;

const TWO_LOOPS: [(&str, &str); 2] = [("HTTP_THREAD_PER_CORE", "true"), ("HTTP_WORKERS", "2")];

/// Which thread answers on this connection.
async fn thread(client: &mut Client) -> String {
    client.ask("GET /thread").await;
    client.answer().await.json()["data"].as_str().unwrap().to_owned()
}

/// One connection to each of the two loops. The system picks the loop, so it takes some attempts.
async fn one_of_each(server: &Server) -> [Client; 2] {
    let mut first = server.client().await;
    let its_thread = thread(&mut first).await;
    loop {
        let mut other = server.client().await;
        if thread(&mut other).await != its_thread {
            return [first, other];
        }
    }
}

#[tokio::test]
async fn every_loop_answers_and_a_connection_stays_with_its_own() {
    let server = Server::with(TWO_LOOPS).await;
    let mut threads = BTreeSet::new();
    for mut client in one_of_each(&server).await {
        let its_thread = thread(&mut client).await;
        assert_eq!(thread(&mut client).await, its_thread);
        threads.insert(its_thread);
    }
    assert_eq!(threads.into_iter().collect::<Vec<_>>(), ["http-0", "http-1"]);
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight_on_every_loop() {
    let server = Server::with(TWO_LOOPS).await;
    let mut clients = one_of_each(&server).await;
    let idle = one_of_each(&server).await;
    for client in &mut clients {
        client.ask("GET /slow").await;
        server.app.slow_began().await;
    }
    server.handle.stop();
    for mut client in idle {
        client.ended().await;
    }
    while TcpStream::connect(server.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    server.app.let_go();
    server.app.let_go();
    for client in &mut clients {
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
        client.ended().await;
    }
    assert_eq!(server.drained().await.cut, 0);
}

#[tokio::test]
async fn what_a_handler_started_goes_on_after_the_server_ended() {
    let server = Server::with(TWO_LOOPS).await;
    let app = server.app;
    for mut client in one_of_each(&server).await {
        client.ask("GET /spawn").await;
        assert_eq!(client.answer().await.status, 200);
        app.slow_began().await;
    }
    server.handle.stop();
    let (_, loops) = server.drained_beside_its_loops().await;
    for _ in 0..2 {
        app.let_go();
        app.slow_finished().await;
    }
    drop(loops);
}

#[tokio::test]
async fn a_port_that_somebody_else_listens_on_is_refused() {
    let server = Server::with(TWO_LOOPS).await;
    let port = server.address().port().to_string();
    let environment = Environment::of(TWO_LOOPS).with("HTTP_PORT", &port);
    let refused = bind(&ServerSettings::load(&environment).unwrap()).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::AddrInUse);
}
