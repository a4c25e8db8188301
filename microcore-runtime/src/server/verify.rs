//! What is wrong with settings that are well-formed one by one. In: the server's settings. Out: all problems, each with
//! what to write.

use std::net::Ipv6Addr;
use std::time::Duration;

use http::{HeaderName, HeaderValue};

use super::edge::{Network, host_refusal};
use super::folders::Folders;
use super::{ServerSettings, Verified, origin};
use crate::settings::{Environment, Problems};
use crate::system::SystemAccess;

/// What browsers ask for before they have a host built in: hstspreload.org.
const A_YEAR: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What a page's links may tell others of where it is: W3C Referrer Policy, 3.
const REFERRER_POLICIES: [&str; 8] = [
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

impl ServerSettings {
    /// What is wrong with settings that are well-formed one by one; where nothing is, what a server runs with.
    pub fn verify(&self) -> Result<Verified, Problems> {
        let mut problems = Problems::default();
        verify_host("HTTP", &self.host, &mut problems);
        verify_host("SYSTEM", &self.system_host, &mut problems);
        self.verify_system(&mut problems);
        self.verify_clients(&mut problems);
        self.verify_origins(&mut problems);
        self.verify_headers(&mut problems);
        if self.thread_per_core && !cfg!(target_os = "linux") {
            problems.add("HTTP_THREAD_PER_CORE", "needs Linux, which deals connections out among listeners");
        }
        #[cfg(feature = "tls")]
        let tls = problems.take(super::tls::Tls::of(self));
        #[cfg(not(feature = "tls"))]
        for (name, file) in [("HTTP_TLS_CERT", &self.tls_cert), ("HTTP_TLS_KEY", &self.tls_key)] {
            if file.is_some() {
                problems.add(name, "needs the feature `tls` of `microcore`, which this program was built without");
            }
        }
        let folders = problems.take(Folders::of(self));
        problems.into_result()?;
        Ok(Verified {
            settings: self.clone(),
            folders: folders.flatten(),
            environment: Environment::default(),
            kept: super::Kept::default(),
            #[cfg(feature = "tls")]
            tls: tls.flatten(),
        })
    }

    /// What is wrong with the rule of the system pages.
    fn verify_system(&self, problems: &mut Problems) {
        if self.system_access == Some(SystemAccess::Token) && self.system_token.is_none() {
            problems.add(
                "SYSTEM_TOKEN",
                "is needed where SYSTEM_ACCESS is token: at least 32 bytes of ASCII without spaces",
            );
        }
        if self.system_access == Some(SystemAccess::Role) && self.system_role.trim().is_empty() {
            problems.add("SYSTEM_ROLE", "must be the name of a role where SYSTEM_ACCESS is role");
        }
        if self.system_port.is_some_and(|port| port != 0 && port == self.port) {
            problems.add("SYSTEM_PORT", "must be another port than HTTP_PORT");
        }
    }

    /// Whom requests may come from, and what they may name.
    fn verify_clients(&self, problems: &mut Problems) {
        let networks = self.trusted_proxies.as_deref().unwrap_or_default();
        for network in networks.iter().filter(|text| Network::parse(text).is_none()) {
            let said = "must be addresses and networks such as 10.0.0.7 or 10.0.0.0/8";
            problems.add("HTTP_TRUSTED_PROXIES", format!("{said}, not `{network}`"));
        }
        if self.proxies > 0 && !networks.is_empty() {
            let said = "must not be set beside HTTP_PROXIES: proxies are told by their number or by their addresses";
            problems.add("HTTP_TRUSTED_PROXIES", said);
        }
        for said in self.hosts.iter().flatten().filter_map(|name| host_refusal(name)) {
            problems.add("HTTP_HOSTS", said);
        }
    }

    fn verify_origins(&self, problems: &mut Problems) {
        let origins = self.cors_origins.as_deref().unwrap_or_default();
        if self.cors_credentials && origins.iter().any(|origin| origin == "*") {
            let said =
                "must not be true where HTTP_CORS_ORIGINS is `*`: every page could act as the user; name the origins";
            problems.add("HTTP_CORS_CREDENTIALS", said);
        }
        for name in self.cors_expose.iter().flatten() {
            // `*` is a token too, which is every name.
            if HeaderName::from_bytes(name.as_bytes()).is_err() {
                let said = format!("must be names of headers such as etag,x-total, not `{name}`");
                problems.add("HTTP_CORS_EXPOSE", said);
            } else if name == "*" && self.cors_credentials {
                let said = "must name the headers: with HTTP_CORS_CREDENTIALS browsers take `*` for a name";
                problems.add("HTTP_CORS_EXPOSE", said);
            }
        }
        for said in origins.iter().filter_map(|text| origin::refusal(text)) {
            problems.add("HTTP_CORS_ORIGINS", said);
        }
    }

    fn verify_headers(&self, problems: &mut Problems) {
        if self.hsts_preload && !(self.hsts_subdomains && self.hsts >= A_YEAR) {
            let said = "needs HTTP_HSTS_SUBDOMAINS=true and an HTTP_HSTS of at least 365d: browsers take no other";
            problems.add("HTTP_HSTS_PRELOAD", said);
        }
        if self.csp.as_deref().is_some_and(|policy| !policy.is_ascii() || HeaderValue::from_str(policy).is_err()) {
            problems.add("HTTP_CSP", "must be the value of a header: one line of plain text");
        }
        if let Some(policy) = self.referrer_policy.as_deref().filter(|policy| !REFERRER_POLICIES.contains(policy)) {
            let known = REFERRER_POLICIES.join(", ");
            problems.add("HTTP_REFERRER_POLICY", format!("must be one of {known}, not `{policy}`"));
        }
    }
}

/// Whether there is such a host is known once it is looked up. `of` begins the names of the settings.
fn verify_host(of: &str, host: &str, problems: &mut Problems) {
    // A zone such as `fe80::1%eth0` is the system's to know.
    let is_ipv6 = host.split('%').next().is_some_and(|address| address.parse::<Ipv6Addr>().is_ok());
    if !is_ipv6 && host.contains(|sign: char| ":/[]".contains(sign) || sign.is_whitespace()) {
        let said = format!("must be an address or a name alone, such as 127.0.0.1 or ::1, not `{host}`");
        problems.add(format!("{of}_HOST"), format!("{said}; the port is {of}_PORT"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Environment, Settings};

    fn said(key: &str, text: &str) -> String {
        let settings = ServerSettings::load(&Environment::of([(key, text)])).unwrap();
        settings.verify().err().map(|problems| problems.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_host_stands_alone() {
        for right in ["127.0.0.1", "0.0.0.0", "::1", "::", "fe80::1%eth0", "localhost", "app.internal"] {
            assert_eq!(said("HTTP_HOST", right), "", "{right}");
        }
        for wrong in ["http://127.0.0.1", "127.0.0.1:80", "[::1]", "localhost:80", "a b", "/run/app.sock"] {
            let said = said("HTTP_HOST", wrong);
            assert!(said.starts_with("HTTP_HOST must be an address or a name alone,"), "{said}");
            assert!(said.ends_with(&format!("not `{wrong}`; the port is HTTP_PORT")), "{said}");
        }
    }

    #[test]
    fn proxies_and_hosts_are_what_requests_can_show() {
        for (key, right) in [("HTTP_TRUSTED_PROXIES", "10.0.0.0/8, ::1"), ("HTTP_HOSTS", "example.com, *.example.com")]
        {
            assert_eq!(said(key, right), "", "{right}");
        }
        let wrong = said("HTTP_TRUSTED_PROXIES", "10.0.0.0/8, proxy.internal");
        assert!(wrong.ends_with("such as 10.0.0.7 or 10.0.0.0/8, not `proxy.internal`"), "{wrong}");
        assert!(said("HTTP_HOSTS", "example.com:80").starts_with("HTTP_HOSTS must be names such as example.com"));
        let both = Environment::of([("HTTP_PROXIES", "1"), ("HTTP_TRUSTED_PROXIES", "::1")]);
        let both = ServerSettings::load(&both).unwrap().verify().unwrap_err().to_string();
        assert!(both.starts_with("HTTP_TRUSTED_PROXIES must not be set beside HTTP_PROXIES"), "{both}");
    }

    #[test]
    fn every_origin_that_no_browser_sends_is_named() {
        let said = said("HTTP_CORS_ORIGINS", "https://a.example/,https://b.example,C.example");
        assert!(said.contains("`https://a.example`, not `https://a.example/`"), "{said}");
        assert!(said.contains("not `C.example`") && said.lines().count() == 2, "{said}");
    }
}
