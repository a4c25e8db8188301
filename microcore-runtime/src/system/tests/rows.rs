//! The table: where a request comes from and what it says, and whether it may see the inside.

use http::Version;

use super::TOKEN;

/// One request: where it comes from, what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) settings: &'static [(&'static str, &'static str)],
    pub(super) listener: &'static str,
    pub(super) peer: &'static str,
    pub(super) version: Version,
    /// What stands before the path of an absolute target.
    pub(super) target: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) welcome: bool,
}

pub(super) const HERE: Row = Row {
    settings: &[],
    listener: "127.0.0.1",
    peer: "127.0.0.1",
    version: Version::HTTP_11,
    target: "",
    headers: &[("host", "localhost:5000")],
    welcome: true,
};
const OUT: Row = Row { welcome: false, ..HERE };
pub(super) const TOKENED: Row = Row {
    settings: &[("SYSTEM_TOKEN", TOKEN)],
    listener: "0.0.0.0",
    peer: "203.0.113.9",
    headers: &[("host", "a.example"), ("authorization", "Bearer 0123456789abcdef0123456789abcdef")],
    ..HERE
};
pub(super) const UNTOKENED: Row = Row { welcome: false, ..TOKENED };
const ROLE: Row = Row {
    settings: &[("SYSTEM_ACCESS", "role")],
    listener: "0.0.0.0",
    peer: "203.0.113.9",
    headers: &[("host", "a.example"), ("authorization", "Bearer admin")],
    ..HERE
};

pub(super) const ROWS: &[Row] = &[
    // Hosts by which this machine is called.
    HERE,
    Row { headers: &[("host", "localhost")], ..HERE },
    Row { headers: &[("host", "LocalHost:5000")], ..HERE },
    Row { headers: &[("host", "localhost.")], ..HERE },
    Row { headers: &[("host", "localhost.:5000")], ..HERE },
    Row { headers: &[("host", "app.localhost:5000")], ..HERE },
    Row { headers: &[("host", "a.b.LOCALHOST")], ..HERE },
    Row { headers: &[("host", "127.0.0.1:5000")], ..HERE },
    Row { headers: &[("host", "127.0.0.1")], ..HERE },
    Row { headers: &[("host", "[::1]:5000")], listener: "::1", peer: "::1", ..HERE },
    Row { headers: &[("host", "[::1]")], listener: "::1", peer: "::1", ..HERE },
    Row { headers: &[("host", "[0:0:0:0:0:0:0:1]:5000")], listener: "::1", peer: "::1", ..HERE },
    Row { listener: "127.0.0.2", peer: "127.0.0.9", ..HERE },
    Row { listener: "::ffff:127.0.0.1", peer: "::ffff:127.0.0.1", ..HERE },
    Row { target: "http://localhost:5000", ..HERE },
    Row { target: "http://localhost:5000", headers: &[], version: Version::HTTP_2, ..HERE },
    Row { target: "https://LOCALHOST", headers: &[], version: Version::HTTP_2, ..HERE },
    Row { headers: &[("host", "localhost"), ("origin", "http://localhost"), ("accept", "text/html")], ..HERE },
    Row { headers: &[("host", "localhost"), ("x-request-id", "a"), ("user-agent", "curl")], ..HERE },
    // Hosts that lead here and are another's: DNS rebinding.
    Row { headers: &[("host", "evil.example")], ..OUT },
    Row { headers: &[("host", "evil.example:5000")], ..OUT },
    Row { headers: &[("host", "localhost.evil.example")], ..OUT },
    Row { headers: &[("host", "evillocalhost")], ..OUT },
    Row { headers: &[("host", ".localhost")], ..OUT },
    Row { headers: &[("host", "127.0.0.1.evil.example")], ..OUT },
    Row { headers: &[("host", "127.0.0.1.nip.io:5000")], ..OUT },
    Row { headers: &[("host", "0.0.0.0:5000")], ..OUT },
    Row { headers: &[("host", "[::ffff:127.0.0.1]:5000")], ..OUT },
    Row { headers: &[("host", "[::]")], ..OUT },
    Row { headers: &[("host", "192.168.0.7")], ..OUT },
    Row { headers: &[("host", "2130706433")], ..OUT },
    Row { headers: &[("host", "localhost@evil.example")], ..OUT },
    Row { headers: &[("host", "u@localhost")], ..OUT },
    Row { headers: &[("host", "localhost:x")], ..OUT },
    Row { headers: &[("host", "")], ..OUT },
    Row { headers: &[], ..OUT },
    Row { headers: &[("host", "localhost"), ("host", "evil.example")], ..OUT },
    Row { headers: &[("host", "evil.example"), ("host", "localhost")], ..OUT },
    Row { target: "http://evil.example", ..OUT },
    Row { target: "http://localhost", headers: &[("host", "evil.example")], ..OUT },
    Row { target: "http://u@localhost", headers: &[], version: Version::HTTP_2, ..OUT },
    Row { target: "http://evil.example", headers: &[], version: Version::HTTP_2, ..OUT },
    // Others than this machine.
    Row { peer: "203.0.113.9", ..OUT },
    Row { peer: "::ffff:203.0.113.9", ..OUT },
    Row { peer: "fe80::1", ..OUT },
    Row { listener: "0.0.0.0", ..OUT },
    Row { listener: "::", peer: "::1", headers: &[("host", "[::1]")], ..OUT },
    Row { listener: "192.168.0.7", ..OUT },
    // A proxy on this machine, which has made itself known.
    Row { headers: &[("host", "localhost"), ("x-forwarded-for", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forwarded-for", "127.0.0.1")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forwarded-for", "")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forwarded-host", "a.example")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forwarded-proto", "https")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forwarded-port", "443")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forwarded", "for=203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-forward-for", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x_forwarded_for", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("forwarded", "for=203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("forwarded-for", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("forwarded-for-ip", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("x-real-ip", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("via", "1.1 proxy")], ..OUT },
    Row { headers: &[("host", "localhost"), ("cf-connecting-ip", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("true-client-ip", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("client-ip", "203.0.113.9")], ..OUT },
    Row { headers: &[("host", "localhost"), ("cdn-loop", "cloudflare")], ..OUT },
    Row { version: Version::HTTP_10, ..OUT },
    Row {
        settings: &[("HTTP_PROXIES", "1")],
        headers: &[("host", "localhost"), ("x-forwarded-for", "127.0.0.1")],
        ..OUT
    },
    // A token.
    TOKENED,
    Row { headers: &[("host", "a.example"), ("authorization", "bearer 0123456789abcdef0123456789abcdef")], ..TOKENED },
    Row {
        headers: &[
            ("host", "a.example"),
            ("x-forwarded-for", "1.1.1.1"),
            ("authorization", "Bearer 0123456789abcdef0123456789abcdef"),
        ],
        ..TOKENED
    },
    Row { listener: "127.0.0.1", peer: "127.0.0.1", ..TOKENED },
    Row { settings: &[("SYSTEM_TOKEN", TOKEN), ("SYSTEM_ACCESS", "token")], ..TOKENED },
    Row { headers: &[("host", "localhost")], listener: "127.0.0.1", peer: "127.0.0.1", ..UNTOKENED },
    Row {
        headers: &[("host", "a.example"), ("authorization", "Bearer 0123456789abcdef0123456789abcdeX")],
        ..UNTOKENED
    },
    Row { headers: &[("host", "a.example"), ("authorization", "Bearer ")], ..UNTOKENED },
    Row { headers: &[("host", "a.example"), ("authorization", "Basic 0123456789abcdef0123456789abcdef")], ..UNTOKENED },
    Row { headers: &[("host", "a.example"), ("authorization", "0123456789abcdef0123456789abcdef")], ..UNTOKENED },
    Row {
        headers: &[("host", "a.example"), ("cookie", "microcore_system=0123456789abcdef0123456789abcdef")],
        ..UNTOKENED
    },
    Row { headers: &[("host", "a.example"), ("cookie", "microcore_system=99999999999.00")], ..UNTOKENED },
    Row { headers: &[("host", "a.example"), ("x-system-token", TOKEN)], ..UNTOKENED },
    Row { settings: &[("SYSTEM_TOKEN", TOKEN), ("SYSTEM_ACCESS", "local")], ..UNTOKENED },
    // A role.
    ROLE,
    Row { headers: &[("host", "a.example"), ("cookie", "access_token=admin"), ("x-requested-with", "fetch")], ..ROLE },
    Row {
        settings: &[("SYSTEM_ACCESS", "role"), ("SYSTEM_ROLE", "operator")],
        headers: &[("host", "a"), ("authorization", "Bearer operator")],
        ..ROLE
    },
    Row { settings: &[("SYSTEM_ACCESS", "role"), ("SYSTEM_ROLE", "operator")], welcome: false, ..ROLE },
    Row { headers: &[("host", "a.example"), ("authorization", "Bearer user")], welcome: false, ..ROLE },
    Row { headers: &[("host", "a.example"), ("authorization", "Bearer expired")], welcome: false, ..ROLE },
    Row { headers: &[("host", "localhost")], listener: "127.0.0.1", peer: "127.0.0.1", welcome: false, ..ROLE },
    // Nobody.
    Row { settings: &[("SYSTEM_ACCESS", "off")], ..OUT },
    Row { settings: &[("SYSTEM_ACCESS", "off"), ("SYSTEM_TOKEN", TOKEN)], welcome: false, ..TOKENED },
];
