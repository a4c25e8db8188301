//! A cookie to set. In: a name, a value and what a browser may do with them. Out: the value of `set-cookie`.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, SystemTime};

use httpdate::HttpDate;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What a name or a value is not made of (RFC 6265), and what readers of either take for more than text.
const TEXT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'(')
    .add(b')')
    .add(b',')
    .add(b'/')
    .add(b':')
    .add(b';')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'@')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What would end a path or a domain, and begin an attribute that nobody wrote.
const ATTRIBUTE: &AsciiSet = &CONTROLS.add(b';');

/// A year in which no cookie of today is left; browsers keep none for longer than 400 days.
const PERMANENT: Duration = Duration::from_secs(20 * 365 * 24 * 60 * 60);

/// The last second that a date of HTTP has a place for: 9999-12-31.
const LAST_SECOND: u64 = 253_402_300_799;

/// Whether a browser sends a cookie with requests that come from other sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SameSite {
    /// Never.
    Strict,
    /// When somebody follows a link.
    Lax,
    /// Always; such a cookie is `Secure`.
    None,
}

impl fmt::Display for SameSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        })
    }
}

/// A cookie that an answer sets, with [`With::cookie`](super::With::cookie). `Display` is the value of `set-cookie`.
///
/// ```
/// use std::time::Duration;
/// use microcore_runtime::response::{Cookie, SameSite};
///
/// let cookie = Cookie::build(("theme", "dark blue")).same_site(SameSite::Lax).max_age(Duration::from_secs(60)).build();
/// assert_eq!(cookie.to_string(), "theme=dark%20blue; SameSite=Lax; Max-Age=60");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie<'c> {
    name: Cow<'c, str>,
    value: Cow<'c, str>,
    http_only: Option<bool>,
    secure: Option<bool>,
    partitioned: bool,
    same_site: Option<SameSite>,
    path: Option<Cow<'c, str>>,
    domain: Option<Cow<'c, str>>,
    max_age: Option<Duration>,
    expires: Option<SystemTime>,
}

impl<'c> Cookie<'c> {
    /// A cookie with nothing but a name and a value.
    pub fn new(name: impl Into<Cow<'c, str>>, value: impl Into<Cow<'c, str>>) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            http_only: None,
            secure: None,
            partitioned: false,
            same_site: None,
            path: None,
            domain: None,
            max_age: None,
            expires: None,
        }
    }

    /// Builds one of a name and a value.
    pub fn build((name, value): (impl Into<Cow<'c, str>>, impl Into<Cow<'c, str>>)) -> CookieBuilder<'c> {
        CookieBuilder(Self::new(name, value))
    }

    /// As it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// As it was given.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// What it leaves open is `HttpOnly; Secure; SameSite=Lax; Path=/`.
    pub(super) fn or_safe(mut self) -> Self {
        self.http_only.get_or_insert(true);
        self.secure.get_or_insert(true);
        self.same_site.get_or_insert(SameSite::Lax);
        self.path.get_or_insert(Cow::Borrowed("/"));
        self
    }
}

impl fmt::Display for Cookie<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", utf8_percent_encode(&self.name, TEXT), utf8_percent_encode(&self.value, TEXT))?;
        if self.http_only == Some(true) {
            f.write_str("; HttpOnly")?;
        }
        if let Some(same_site) = self.same_site {
            write!(f, "; SameSite={same_site}")?;
        }
        if self.partitioned {
            f.write_str("; Partitioned")?;
        }
        // Browsers take neither without it.
        let needs_secure = self.secure.is_none() && self.same_site == Some(SameSite::None);
        if self.secure == Some(true) || self.partitioned || needs_secure {
            f.write_str("; Secure")?;
        }
        if let Some(path) = &self.path {
            write!(f, "; Path={}", utf8_percent_encode(path, ATTRIBUTE))?;
        }
        if let Some(domain) = &self.domain {
            // A leading dot means nothing, and some readers take it for a part of the name.
            let domain = domain.strip_prefix('.').unwrap_or(domain);
            write!(f, "; Domain={}", utf8_percent_encode(domain, ATTRIBUTE))?;
        }
        if let Some(age) = self.max_age {
            write!(f, "; Max-Age={}", age.as_secs())?;
        }
        if let Some(expires) = self.expires {
            write!(f, "; Expires={}", HttpDate::from(within_dates(expires)))?;
        }
        Ok(())
    }
}

/// The nearest time that a date of HTTP can tell.
fn within_dates(time: SystemTime) -> SystemTime {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + since.min(Duration::from_secs(LAST_SECOND))
}

/// A cookie in the making.
///
/// ```
/// use microcore_runtime::response::{Cookie, CookieBuilder, SameSite};
///
/// /// What all cookies of this application have.
/// fn ours(cookie: CookieBuilder<'_>) -> Cookie<'_> {
///     cookie.domain("example.com").same_site(SameSite::Strict).build()
/// }
/// let theme = ours(Cookie::build(("theme", "dark")));
/// assert_eq!(theme.to_string(), "theme=dark; SameSite=Strict; Domain=example.com");
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CookieBuilder<'c>(Cookie<'c>);

impl<'c> CookieBuilder<'c> {
    /// Whether scripts of the page can't read it.
    pub fn http_only(mut self, yes: bool) -> Self {
        self.0.http_only = Some(yes);
        self
    }

    /// Whether it goes over TLS only.
    pub fn secure(mut self, yes: bool) -> Self {
        self.0.secure = Some(yes);
        self
    }

    /// Whether it is one per site that shows ours in a frame; such a cookie is `Secure`.
    pub fn partitioned(mut self, yes: bool) -> Self {
        self.0.partitioned = yes;
        self
    }

    /// Whether it comes with requests from other sites.
    pub fn same_site(mut self, which: SameSite) -> Self {
        self.0.same_site = Some(which);
        self
    }

    /// The path below which it is sent.
    pub fn path(mut self, path: impl Into<Cow<'c, str>>) -> Self {
        self.0.path = Some(path.into());
        self
    }

    /// The domain that gets it, with every one below it.
    pub fn domain(mut self, domain: impl Into<Cow<'c, str>>) -> Self {
        self.0.domain = Some(domain.into());
        self
    }

    /// How long it is kept, in whole seconds; without this and `expires`, until the browser is closed.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.0.max_age = Some(age);
        self
    }

    /// When it is forgotten: a [`SystemTime`] or what becomes one, such as a `Timestamp`. `max_age` wins over it.
    pub fn expires(mut self, when: impl Into<SystemTime>) -> Self {
        self.0.expires = Some(when.into());
        self
    }

    /// Kept for as long as the browser keeps any.
    pub fn permanent(self) -> Self {
        self.max_age(PERMANENT).expires(SystemTime::now() + PERMANENT)
    }

    /// Removes a cookie of the same name, path and domain.
    pub fn removal(mut self) -> Self {
        self.0.value = Cow::Borrowed("");
        self.max_age(Duration::ZERO).expires(SystemTime::UNIX_EPOCH)
    }

    /// The cookie.
    pub fn build(self) -> Cookie<'c> {
        self.0
    }
}

impl<'c> From<CookieBuilder<'c>> for Cookie<'c> {
    fn from(builder: CookieBuilder<'c>) -> Self {
        builder.build()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_attribute_can_be_smuggled_in() {
        let cookie = Cookie::build(("a;b", "c; Domain=x")).path("/x; Domain=evil.example\r\nx: y").domain("a;b");
        assert_eq!(
            cookie.build().to_string(),
            "a%3Bb=c%3B%20Domain%3Dx; Path=/x%3B Domain=evil.example%0D%0Ax: y; Domain=a%3Bb"
        );
    }

    #[test]
    fn a_removal_is_in_the_past_and_a_date_is_one_of_http() {
        let removal = Cookie::build(("a", "b")).removal().build().to_string();
        assert_eq!(removal, "a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT");
        let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
        let late = SystemTime::UNIX_EPOCH + Duration::from_secs(LAST_SECOND + 1);
        for (when, shown) in [(early, "Thu, 01 Jan 1970 00:00:00 GMT"), (late, "Fri, 31 Dec 9999 23:59:59 GMT")] {
            assert_eq!(Cookie::build(("a", "b")).expires(when).build().to_string(), format!("a=b; Expires={shown}"));
        }
    }

    proptest! {
        /// Whatever is left open, and whatever stands in the name and the value.
        #[test]
        fn what_is_written_is_what_the_crate_cookie_writes(
            name: String,
            value: String,
            switches: [Option<bool>; 2],
            partitioned: bool,
            site in 0_usize..4,
            path in prop::option::of("/[a-z/ ]{0,9}"),
            domain in prop::option::of("\\.?[a-z]{1,9}\\.example"),
            age in prop::option::of(0_u32..),
            expires in prop::option::of(0_u32..),
        ) {
            let mut ours = Cookie::build((name.as_str(), value.as_str())).partitioned(partitioned);
            let mut theirs = cookie::Cookie::build((name.as_str(), value.as_str())).partitioned(partitioned);
            if let Some(yes) = switches[0] {
                (ours, theirs) = (ours.http_only(yes), theirs.http_only(yes));
            }
            if let Some(yes) = switches[1] {
                (ours, theirs) = (ours.secure(yes), theirs.secure(yes));
            }
            let sites = [
                (SameSite::Strict, cookie::SameSite::Strict),
                (SameSite::Lax, cookie::SameSite::Lax),
                (SameSite::None, cookie::SameSite::None),
            ];
            if let Some((our, their)) = sites.get(site) {
                (ours, theirs) = (ours.same_site(*our), theirs.same_site(*their));
            }
            if let Some(path) = &path {
                (ours, theirs) = (ours.path(path), theirs.path(path));
            }
            if let Some(domain) = &domain {
                (ours, theirs) = (ours.domain(domain), theirs.domain(domain));
            }
            if let Some(age) = age {
                ours = ours.max_age(Duration::from_secs(age.into()));
                theirs = theirs.max_age(cookie::time::Duration::seconds(age.into()));
            }
            if let Some(expires) = expires {
                ours = ours.expires(SystemTime::UNIX_EPOCH + Duration::from_secs(expires.into()));
                theirs = theirs.expires(cookie::time::OffsetDateTime::from_unix_timestamp(expires.into()).unwrap());
            }
            prop_assert_eq!(ours.build().to_string(), theirs.build().encoded().to_string());
        }
    }
}
