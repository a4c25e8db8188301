//! The rule of who may see the inside. In: the head of a request, and who sends it. Out: welcome, or a stranger.

use std::fmt;
use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::session::Sessions;
use super::{Inside, Place, SystemAccess, Visitor, local};
use crate::context::network_of;
use crate::request::{Cookies, Head, bearer};
use crate::server::{Buckets, ServerSettings};
use crate::settings::Secret;

/// Wrong tokens that one client may send in a minute.
const WRONG_TOKENS: u32 = 10;

/// The cookie of whoever signed in; with TLS its name begins so that no page without TLS can set it.
pub(super) const COOKIE: &str = "microcore_system";
pub(super) const COOKIE_OF_TLS: &str = "__Secure-microcore_system";

/// Whether somebody may look.
pub(super) enum Verdict {
    /// Whoever this is, in words for the log.
    Welcome(String),
    /// Nothing is here, as far as this one is concerned.
    Stranger,
    /// It sent too many wrong tokens; this is how long it waits.
    TooMany(Duration),
}

/// The rule at one place.
pub(super) struct Watcher {
    rule: Rule,
    /// Whether browsers come over TLS.
    pub(super) is_private: bool,
}

/// What a token is compared with, and by how many wrong ones each client is known.
struct Opener {
    sessions: Sessions,
    wrong: Buckets<IpAddr>,
}

enum Rule {
    /// Whether the listener is at this machine's own address.
    Local(bool),
    Token(Box<Opener>),
    Role(String),
}

impl Watcher {
    /// `None` where nobody may look.
    pub(super) fn of(settings: &ServerSettings, place: Place) -> Option<Self> {
        let (Place::Public(address) | Place::Own(address)) = place;
        let rule = match settings.access() {
            SystemAccess::Off => return None,
            SystemAccess::Local => Rule::Local(address.is_some_and(|address| address.to_canonical().is_loopback())),
            SystemAccess::Role => Rule::Role(settings.system_role.clone()),
            // Without a token the boot has ended.
            SystemAccess::Token => {
                let sessions = Sessions::new(settings.system_token.as_ref().map(Secret::expose)?.text());
                Rule::Token(Box::new(Opener { sessions, wrong: Buckets::new(WRONG_TOKENS, Duration::from_secs(60)) }))
            }
        };
        Some(Self { rule, is_private: settings.tls_cert.is_some() })
    }

    /// Whether a token may be brought in a form.
    #[inline]
    pub(super) fn signs_in(&self) -> bool {
        matches!(self.rule, Rule::Token(_))
    }

    pub(super) fn judge(&self, head: &Head, visitor: Visitor<'_>, inside: &Inside) -> Verdict {
        match &self.rule {
            Rule::Local(listens_here) if *listens_here && local::is_local(head, visitor.peer) => {
                Verdict::Welcome("this machine".to_owned())
            }
            Rule::Local(_) => Verdict::Stranger,
            Rule::Role(role) => inside.has_role(head, role).map_or(Verdict::Stranger, Verdict::Welcome),
            Rule::Token(opener) => match bearer(&head.headers) {
                Some(token) => self.try_token(token, visitor.client),
                None if has_session(&opener.sessions, head) => Verdict::Welcome("SYSTEM_TOKEN, by sign-in".to_owned()),
                None => Verdict::Stranger,
            },
        }
    }

    /// Looks at a token, unless its sender has sent too many wrong ones.
    pub(super) fn try_token(&self, token: &str, client: IpAddr) -> Verdict {
        let Rule::Token(opener) = &self.rule else { return Verdict::Stranger };
        let Opener { sessions, wrong } = &**opener;
        let client = network_of(client);
        if let Err(wait) = wrong.look(client) {
            return Verdict::TooMany(wait);
        }
        if sessions.is_token(token) {
            return Verdict::Welcome("SYSTEM_TOKEN".to_owned());
        }
        // Many at once may come this far, and each of them counts: the next is refused all the longer.
        let _ = wrong.take(client);
        tracing::warn!(%client, "a wrong SYSTEM_TOKEN was sent");
        Verdict::Stranger
    }

    /// The value of a cookie for whoever signed in now.
    pub(super) fn issue(&self) -> Option<String> {
        let Rule::Token(opener) = &self.rule else { return None };
        Some(opener.sessions.issue(now()))
    }
}

fn has_session(sessions: &Sessions, head: &Head) -> bool {
    let cookies = Cookies::of(&head.headers);
    [COOKIE_OF_TLS, COOKIE]
        .into_iter()
        .filter_map(|name| cookies.get(name))
        .any(|value| sessions.is_session(value, now()))
}

/// Seconds since 1970; a clock before that is at its beginning.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.rule {
            Rule::Local(_) => "local",
            Rule::Token(_) => "token",
            Rule::Role(_) => "role",
        })
    }
}
