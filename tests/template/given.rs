//! The template listens on sockets that it was given, and refuses what is none.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::thread;

use command_fds::{CommandFdExt, FdMapping};

use crate::load::ask;
use crate::upgrade::{Place, text};

#[test]
fn a_socket_that_is_given_goes_before_the_settings_and_queues_across_a_restart() {
    for per_core in ["false", "true"] {
        let mut place = Place::make();
        let [http, system] = [(), ()].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [given, own] = [&http, &system].map(|listener| listener.local_addr().unwrap().port());
        let start = |place: &mut Place, sockets: &[&TcpListener], names: &str| {
            let mut command = place.command(&place.path("app"));
            command.env("HTTP_THREAD_PER_CORE", per_core).env("HTTP_WORKERS", "2").env("SYSTEM_PORT", "0");
            command.env("LISTEN_FDS", sockets.len().to_string()).env("LISTEN_FDNAMES", names);
            let mappings = sockets.iter().zip(3..).map(|(socket, child_fd)| FdMapping {
                parent_fd: OwnedFd::from(socket.try_clone().unwrap()),
                child_fd,
            });
            command.fd_mappings(mappings.collect()).unwrap();
            place.spawn(command);
        };
        start(&mut place, &[&http, &system], "app.socket:system");
        assert!(place.said().contains("HTTP_HOST and HTTP_PORT count for nothing"), "{}", place.said());
        assert!(place.said().contains(&format!("serves http://127.0.0.1:{given}")), "{}", place.said());
        ask(&mut None, given).unwrap();
        let mut page = TcpStream::connect(("127.0.0.1", own)).unwrap();
        page.write_all(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        page.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(TcpStream::connect(("127.0.0.1", place.port)).is_err(), "HTTP_PORT is nobody's");
        place.stop();
        // Nobody serves, and nobody is refused.
        let waits = thread::spawn(move || ask(&mut None, given));
        start(&mut place, &[&http], "");
        waits.join().unwrap().unwrap();
        place.stop();
    }
}

#[test]
fn a_socket_for_the_system_pages_alone_is_refused_with_its_name() {
    let place = Place::make();
    let mut command = place.command(&place.path("app"));
    command.env("LISTEN_FDS", "1").env("LISTEN_FDNAMES", "system").env("SYSTEM_PORT", "0");
    let given = OwnedFd::from(TcpListener::bind("127.0.0.1:0").unwrap());
    command.fd_mappings(vec![FdMapping { parent_fd: given, child_fd: 3 }]).unwrap();
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.contains("LISTEN_FDS has the socket of the system pages alone (`system`)"), "{said}");
}

#[test]
fn what_is_given_and_is_no_socket_is_refused_with_its_name() {
    let place = Place::make();
    let mut command = place.command(&place.path("app"));
    command.env("LISTEN_FDS", "1").env("LISTEN_FDNAMES", "web");
    let file = OwnedFd::from(fs::File::open(&place.good).unwrap());
    command.fd_mappings(vec![FdMapping { parent_fd: file, child_fd: 3 }]).unwrap();
    let refused = command.output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let said = text(&refused.stderr);
    assert!(said.contains("LISTEN_FDS must be sockets that listen on TCP, and number 1 (`web`) is none"), "{said}");
}
