//! What only Redis can show: connections that break, a server that dies, a second application on the same server.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::battery::stage::{Stage, until_async};
use crate::domains::yard::events::{Bell, Job};
use crate::redis_server::RedisServer;
use crate::tools::log::page;

/// Sends one command in the protocol's plain form.
fn command(server: &RedisServer, command: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(format!("{command}\r\n").as_bytes()).unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).unwrap_or_default();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_stop_no_consumer_and_lose_nothing() {
    // A server of its own: its clients are all cut.
    let Some(server) = RedisServer::start() else { return };
    let url = server.url();
    let settings = [("REDIS_URL", url.as_str()), ("BUS_LEASE", "500ms")];
    let Some(stage) = Stage::boot_with("cut", &settings).await else { return };
    let mut accepted = 0;
    for round in 0..10 {
        for number in 0..10 {
            let event = Job { name: format!("{round}-{number}"), fails: 0, takes: 5 };
            accepted += usize::from(stage.bus.publish(event).await.is_ok());
        }
        command(&server, "CLIENT KILL TYPE normal SKIPME yes");
    }
    assert!(accepted > 50, "{accepted}");
    let done = stage.lines("done", accepted).await;
    assert!(done.len() >= accepted);
    until_async("nothing to be left", || async {
        let status = stage.bus.status().await.unwrap_or_default();
        !status.is_empty() && status.iter().all(|status| status.lag + status.in_flight == 0)
    })
    .await;
    stage.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_gone_is_an_error_of_publish_and_of_health() {
    let Some(server) = RedisServer::start() else { return };
    let url = server.url();
    let Some(stage) = Stage::boot_with("gone", &[("REDIS_URL", url.as_str())]).await else { return };
    command(&server, "SHUTDOWN NOSAVE");
    let error = stage.bus.publish(Job::default()).await.unwrap_err();
    assert!(matches!(error, microcore::tools::bus::BusError::Unavailable(_)), "{error}");
    assert!(microcore::__private::Tool::health_check(&stage.bus).await.is_err());
    // The application is not stopped: a store that is gone can't be drained, and the test ends here.
}

#[tokio::test(flavor = "multi_thread")]
async fn two_applications_on_one_server_share_events_and_both_hear_broadcasts() {
    let Some(first) = Stage::boot("replicas").await else { return };
    let prefix = [("BUS_REDIS_PREFIX", "replicas"), ("PAGE", "replica_two")];
    let Some(second) = Stage::boot_with("replica_two", &prefix).await else { return };
    for number in 0..10 {
        first.bus.publish(Job { name: format!("{number}"), fails: 0, takes: 2 }).await.unwrap();
        second.bus.publish(Job { name: format!("{}", number + 10), fails: 0, takes: 2 }).await.unwrap();
    }
    first.bus.publish(Bell { number: 1 }).await.unwrap();
    assert_eq!(first.lines("bell", 1).await, ["1"]);
    assert_eq!(second.lines("bell", 1).await, ["1"]);
    first.bus.settled().await;
    let mut done: Vec<u32> = page("replicas")
        .all("done")
        .iter()
        .chain(&page("replica_two").all("done"))
        .map(|name| name.parse().unwrap())
        .collect();
    done.sort_unstable();
    assert_eq!(done, (0..20).collect::<Vec<_>>(), "each once");
    first.stop().await;
    second.stop().await;
}
