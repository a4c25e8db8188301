//! What an application costs that has nothing to do: four processes with fifty subscribers each, on one store.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use microcore_runtime::event::Subscribers as _;

use crate::App;
use crate::battery::stage::Stage;
use crate::redis_server::RedisServer;

const IDLE: Duration = Duration::from_secs(10);

/// What a server says, all of it.
fn said(server: &RedisServer, command: &str) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(format!("{command}\r\nQUIT\r\n").as_bytes()).unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).unwrap();
    said
}

/// How often each command was called, those in scripts included, without those of this test.
fn calls(server: &RedisServer) -> Vec<(String, u64)> {
    let said = said(server, "INFO commandstats");
    let lines = said.lines().filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
    let calls = lines.filter_map(|(name, rest)| Some((name.to_owned(), rest.split(',').next()?.parse().ok()?)));
    calls.filter(|(name, _)| !["info", "quit", "config|resetstat"].contains(&name.as_str())).collect()
}

/// Waits so long. There is no condition to wait for: that nothing happens is what is looked at.
pub async fn for_a_while(wait: Duration) {
    let begun = Instant::now();
    while begun.elapsed() < wait {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Four applications on a server of their own; gives what they asked of it in ten seconds.
pub async fn four_processes(name: &str, more: &[(&str, &str)]) -> Option<(Vec<Stage>, Vec<(String, u64)>)> {
    assert!(App::ALL.len() >= 50, "{} subscribers", App::ALL.len());
    let server = RedisServer::start()?;
    let url = server.url();
    let mut stages = Vec::new();
    for number in 0..4 {
        let mut settings = vec![("REDIS_URL", url.as_str()), ("BUS_REDIS_PREFIX", name)];
        settings.extend(more);
        stages.push(Stage::boot_with(&format!("{name}_{number}"), &settings).await?);
    }
    for_a_while(Duration::from_secs(4)).await;
    said(&server, "CONFIG RESETSTAT");
    for_a_while(IDLE).await;
    let calls = calls(&server);
    // The server outlives the applications, which are stopped by whoever asked.
    Box::leak(Box::new(server));
    Some((stages, calls))
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_without_work_call_redis_less_than_once_a_second() {
    let Some((stages, calls)) = four_processes("idle", &[]).await else { return };
    let all: u64 = calls.iter().map(|(_, calls)| calls).sum();
    assert!(all <= IDLE.as_secs(), "{all} calls in {IDLE:?}: {calls:?}");
    for stage in stages {
        stage.stop().await;
    }
}
