//! The end of a server: nothing new comes in, what was begun is finished, a deadline cuts the rest.

use microcore_runtime::server::DrainReport;
use tokio::net::TcpStream;

use crate::fixture::Server;

#[tokio::test]
async fn finishes_what_is_in_flight_and_refuses_new_connections() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let mut idle = server.client().await;
    idle.ask("GET /hello").await;
    idle.answer().await;
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    server.handle.stop();
    idle.ended().await;
    // Idle connections are closed by other tasks than the one that closes the intake.
    while TcpStream::connect(server.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    server.app.let_go();
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.header("connection")), (200, Some("close")));
    client.ended().await;
    assert_eq!(server.drained().await.cut, 0);
}

#[tokio::test]
async fn the_deadline_cuts_a_stuck_request() {
    let server = Server::with([("DRAIN_TIMEOUT", "50ms")]).await;
    let mut client = server.client().await;
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    server.handle.stop();
    client.ended().await;
    assert_eq!(server.drained().await, DrainReport { open: 1, cut: 1 });
}

#[tokio::test]
async fn a_server_that_nobody_talks_to_ends_at_once() {
    let server = Server::start().await;
    let mut silent = server.client().await;
    server.handle.stop();
    silent.ended().await;
    assert_eq!(server.drained().await.cut, 0);
}
