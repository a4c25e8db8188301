//! Sockets that the process was started with: `LISTEN_FDS`, as systemd and others hand them over.
//!
//! In: the environment. Out: listeners, or what is wrong with them. A socket that is called `system` in `LISTEN_FDNAMES`
//! is that of `SYSTEM_PORT`; every other one takes requests.

use std::env;
use std::net::TcpListener;

use listenfd::ListenFd;

use super::kept::SYSTEM;
use super::sockets::Inherited;
use crate::settings::Problems;

/// What was given; `None` where nothing was. To be called once, before there are threads: the variables are taken out of
/// the environment, so that no process that is started from here believes the sockets to be its own.
pub(crate) fn inherited() -> Result<Option<Inherited>, Problems> {
    let names = env::var("LISTEN_FDNAMES").unwrap_or_default();
    let mut given = ListenFd::from_env();
    let mut names = names.split(':');
    let mut inherited = Inherited::default();
    for number in 0..given.len() {
        let name = names.next().unwrap_or_default();
        let listener = match given.take_tcp_listener(number) {
            Ok(Some(listener)) => listener,
            Ok(None) => continue,
            Err(error) => return Err(wrong(number, name, &error.to_string())),
        };
        if !accepts(&listener) {
            return Err(wrong(number, name, "it does not listen"));
        }
        if name == SYSTEM && inherited.system.is_none() {
            inherited.system = Some(listener);
        } else {
            inherited.http.push(listener);
        }
    }
    if inherited.http.is_empty() && inherited.system.is_some() {
        let mut problems = Problems::default();
        let said = format!("has the socket of the system pages alone (`{SYSTEM}`): give one for requests as well");
        problems.add("LISTEN_FDS", &said);
        return Err(problems);
    }
    Ok(Some(inherited).filter(|inherited| !inherited.http.is_empty()))
}

/// Whether it is a socket that connections come to, and not a connection.
fn accepts(listener: &TcpListener) -> bool {
    #[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
    return socket2::SockRef::from(listener).is_listener().unwrap_or(true);
    // Elsewhere the system does not tell; the first `accept` does.
    #[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
    return listener.local_addr().is_ok();
}

fn wrong(number: usize, name: &str, why: &str) -> Problems {
    let mut problems = Problems::default();
    let name = if name.is_empty() { String::new() } else { format!(" (`{name}`)") };
    let said = format!("must be sockets that listen on TCP, and number {}{name} is none: {why}", number + 1);
    problems.add("LISTEN_FDS", &said);
    problems
}
