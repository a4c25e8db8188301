//! What is said about the system pages before anybody opens one: what is wrong with their settings, where they are, why
//! they are shut.

use std::net::{IpAddr, SocketAddr};

use super::SystemAccess;
use crate::manifest::Manifest;
use crate::server::ServerSettings;
use crate::settings::Problems;

/// What can't work: ends the boot. `manifest` is of the application whose tool `auth` knows roles.
pub(crate) fn verify(settings: &ServerSettings, manifest: &Manifest, problems: &mut Problems) {
    if settings.access() == SystemAccess::Role && !manifest.needs_tool("auth") {
        let said = "must not be role: no plugin uses a tool `auth`, which knows who has a role; write \
                    `microcore::app! { auth: Jwt }`, or set SYSTEM_TOKEN";
        problems.add("SYSTEM_ACCESS", said);
    }
}

/// What works and is odd.
pub(crate) fn findings(settings: &ServerSettings) -> Vec<String> {
    let mut findings = Vec::new();
    if settings.access() == SystemAccess::Local {
        let is_own = settings.system_port.is_some();
        let (key, host) = if is_own { ("SYSTEM_HOST", &settings.system_host) } else { ("HTTP_HOST", &settings.host) };
        let hosts = settings.hosts.as_deref().filter(|hosts| !hosts.is_empty() && !is_own);
        if !is_loopback(host) {
            findings.push(format!("nobody can see the system pages: {}", shut(key)));
        } else if hosts.is_some_and(|hosts| !hosts.iter().any(|host| is_loopback(host) || host.ends_with(".localhost")))
        {
            findings.push(
                "nobody can see the system pages: HTTP_HOSTS does not name `localhost`; name it, or set SYSTEM_PORT"
                    .to_owned(),
            );
        }
    }
    findings
}

/// Where the pages are and how to get in, or why they are shut. `own` is the listener of `SYSTEM_PORT`.
pub(crate) fn told(settings: &ServerSettings, public: SocketAddr, own: Option<SocketAddr>) -> String {
    let (key, address) = own.map_or(("HTTP_HOST", public), |own| ("SYSTEM_HOST", own));
    let is_local = address.ip().to_canonical().is_loopback();
    let scheme = if settings.tls_cert.is_some() && !(own.is_some() && is_local) { "https" } else { "http" };
    let open = |how: &str| format!("the system pages are at {scheme}://{address}/system/, {how}");
    match settings.access() {
        SystemAccess::Off => "the system pages are shut: SYSTEM_ACCESS is off".to_owned(),
        SystemAccess::Local if is_local => open("for this machine only"),
        SystemAccess::Local => format!("the system pages are shut: {}", shut(key)),
        SystemAccess::Token => open("for whoever has SYSTEM_TOKEN"),
        SystemAccess::Role => open(&format!("for the role `{}`", settings.system_role)),
    }
}

fn shut(key: &str) -> String {
    let help = if key == "HTTP_HOST" { "set SYSTEM_TOKEN or SYSTEM_PORT" } else { "set SYSTEM_TOKEN, or leave it out" };
    format!("{key} is not this machine's own; {help}")
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings};

    fn settings<const N: usize>(pairs: [(&str, &str); N]) -> ServerSettings {
        ServerSettings::load(&Environment::of(pairs)).unwrap()
    }

    #[test]
    fn the_start_says_where_the_pages_are_or_why_they_are_shut() {
        let here: SocketAddr = "127.0.0.1:5000".parse().unwrap();
        let open: SocketAddr = "0.0.0.0:5000".parse().unwrap();
        let own: SocketAddr = "127.0.0.1:9000".parse().unwrap();
        let token = ("SYSTEM_TOKEN", "0123456789abcdef0123456789abcdef");
        assert_eq!(
            told(&settings([]), here, None),
            "the system pages are at http://127.0.0.1:5000/system/, for this machine only"
        );
        assert_eq!(
            told(&settings([]), open, None),
            "the system pages are shut: HTTP_HOST is not this machine's own; set SYSTEM_TOKEN or SYSTEM_PORT"
        );
        assert_eq!(
            told(&settings([]), open, Some(own)),
            "the system pages are at http://127.0.0.1:9000/system/, for this machine only"
        );
        assert_eq!(
            told(&settings([token]), open, None),
            "the system pages are at http://0.0.0.0:5000/system/, for whoever has SYSTEM_TOKEN"
        );
        assert_eq!(
            told(&settings([("SYSTEM_ACCESS", "role")]), open, None),
            "the system pages are at http://0.0.0.0:5000/system/, for the role `admin`"
        );
        assert_eq!(
            told(&settings([token, ("SYSTEM_ACCESS", "off")]), here, None),
            "the system pages are shut: SYSTEM_ACCESS is off"
        );
        let private = settings([("HTTP_TLS_CERT", "c"), token]);
        assert!(told(&private, open, None).contains("https://"));
        assert!(told(&private, open, Some(own)).contains("http://127.0.0.1:9000"), "nothing leaves the machine");
    }

    #[test]
    fn pages_that_nobody_can_see_are_found() {
        let shut =
            "nobody can see the system pages: HTTP_HOST is not this machine's own; set SYSTEM_TOKEN or SYSTEM_PORT";
        assert_eq!(findings(&settings([("HTTP_HOST", "0.0.0.0")])), [shut]);
        assert_eq!(findings(&settings([("HTTP_HOST", "::")])).len(), 1);
        assert_eq!(findings(&settings([("HTTP_HOST", "app.internal")])).len(), 1);
        assert_eq!(findings(&settings([("HTTP_HOSTS", "example.com")])).len(), 1);
        assert_eq!(findings(&settings([("SYSTEM_PORT", "0"), ("SYSTEM_HOST", "0.0.0.0")])).len(), 1);
        let none: [String; 0] = [];
        for pairs in [
            [("HTTP_HOST", "127.0.0.1"), ("SYSTEM_ACCESS", "local")],
            [("HTTP_HOST", "0.0.0.0"), ("SYSTEM_ACCESS", "off")],
            [("HTTP_HOST", "0.0.0.0"), ("SYSTEM_PORT", "9000")],
            [("HTTP_HOST", "0.0.0.0"), ("SYSTEM_TOKEN", "0123456789abcdef0123456789abcdef")],
            [("HTTP_HOSTS", "example.com, localhost"), ("HTTP_PORT", "1")],
            [("HTTP_HOSTS", "example.com"), ("SYSTEM_PORT", "9000")],
        ] {
            assert_eq!(findings(&settings(pairs)), none, "{pairs:?}");
        }
    }
}
