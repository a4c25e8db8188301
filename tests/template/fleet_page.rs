//! Replicas see each other through the bus: who comes is there, who stops is gone, and who is killed falls silent.
//!
//! Between them is a SQLite file, or Redis; nothing else tells one of the other.

use std::io::{BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::Command;

use serde_json::Value;

use crate::fleet::{Journal, Place, Replica, until};

/// What a process says of all of them.
fn fleet(port: u16) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.write_all(b"GET /system/api/fleet HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    BufReader::new(stream).read_to_string(&mut text).ok()?;
    let (_, body) = text.split_once("\r\n\r\n")?;
    serde_json::from_str::<Value>(body).ok().map(|said| said["data"].clone())
}

/// The processes that a process knows of, in order, and whether each is silent.
fn known(port: u16) -> Vec<(u64, bool)> {
    let said = fleet(port).unwrap_or_default();
    let replicas = said["replicas"].as_array().cloned().unwrap_or_default();
    let mut known: Vec<(u64, bool)> =
        replicas.iter().filter_map(|replica| Some((replica["pid"].as_u64()?, replica["silent"].as_bool()?))).collect();
    known.sort_unstable();
    known
}

fn there(port: u16) -> usize {
    known(port).iter().filter(|(_, silent)| !silent).count()
}

fn run(feature: &str) {
    let Some(place) = Place::make(feature, 30) else { return };
    let journal = Journal::default();
    let [first, second, third] = [0, 1, 2].map(|number| Replica::start(number, &place, &journal));
    let ports = [first.port, second.port, third.port];
    until("three that know of each other", || ports.iter().all(|port| there(*port) == 3));
    assert!(ports.iter().all(|port| known(*port) == known(ports[0])), "all see the same");
    let said = fleet(ports[0]).unwrap();
    assert_eq!((&said["reaches"], &said["wanted"]), (&Value::Bool(true), &Value::Null));
    assert_eq!(said["process"], said["replicas"][0]["process"], "the one that is asked comes first");

    // As somebody at a terminal sees it.
    let mut command = Command::new(&place.program);
    command.arg("fleet").current_dir(&place.folder).env("HTTP_PORT", ports[0].to_string());
    let listed = command.output().unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    assert!(listed.status.success() && text.lines().count() == 4 && text.contains("this one"), "{text}");

    // Who stops says so, and who is killed does not.
    third.stop();
    until("the one that stopped to be gone", || [ports[0], ports[1]].iter().all(|port| known(*port).len() == 2));
    second.kill();
    until("the one that was killed to be silent", || there(ports[0]) == 1);
    until("it to be forgotten", || known(ports[0]).len() == 1);
    first.stop();
}

#[test]
fn three_processes_with_a_file_between_them_see_each_other() {
    run("durable");
}

#[test]
fn three_processes_with_redis_between_them_see_each_other() {
    run("redis");
}
