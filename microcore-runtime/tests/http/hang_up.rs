//! A client that hangs up does not cut a handler in half.

use crate::fixture::Server;

#[tokio::test]
async fn a_client_that_stops_sending_gets_its_answer() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("GET /slow").await;
    client.finish_sending().await;
    server.app.slow_began().await;
    server.app.let_go();
    assert_eq!(client.answer().await.status, 200);
    client.ended().await;
}

#[tokio::test]
async fn a_handler_runs_on_after_the_client_closed() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    drop(client);
    server.turn().await;
    server.app.let_go();
    server.app.slow_finished().await;
}

#[tokio::test]
async fn a_handler_runs_on_after_a_reset() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("GET /slow").await;
    server.app.slow_began().await;
    client.reset();
    server.turn().await;
    server.app.let_go();
    server.app.slow_finished().await;
}

#[tokio::test]
async fn a_pipelined_handler_runs_on_though_the_answer_before_it_has_no_reader() {
    let server = Server::start().await;
    let mut client = server.client().await;
    let one = "GET /slow HTTP/1.1\r\nhost: test\r\n\r\n";
    client.send(&one.repeat(2)).await;
    server.app.slow_began().await;
    client.reset();
    server.app.let_go();
    server.app.slow_finished().await;
    server.app.slow_began().await;
    // The first answer's failure is seen while the second handler waits.
    server.turn().await;
    server.app.let_go();
    server.app.slow_finished().await;
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_failed_read_and_not_a_cut() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client
        .send("POST /users HTTP/1.1\r\nhost: test\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{\"na")
        .await;
    client.finish_sending().await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.message().as_str()), (400, "the body ended before it was complete"));
}
