//! The tool `fetch`: calls of other services.
//!
//! In: an address, and what is sent there. Out: the answer within a deadline, or a [`FetchError`] that says whether trying
//! again helps.
//! A backend is a file that implements [`Backend`] and [`Client`] and knows one try; repetitions, pauses and deadlines are
//! the tool's, the same for all.

use std::fmt;
use std::sync::Arc;

use ::http::Method;
use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;
use url::Url;

mod answer;
mod backend;
#[cfg(feature = "battery")]
pub mod battery;
mod call;
mod error;
mod fake;
mod guard;
mod hosts;
mod http;
mod policy;
mod reply;
pub mod slot;
mod streaming;

pub use self::answer::Answer;
pub use self::backend::{Backend, Client, Policy, Request, Trouble};
pub use self::call::Call;
pub use self::error::FetchError;
use self::fake::Fake;
pub use self::fake::When;
use self::hosts::Hosts;
pub use self::http::{Deadlines, Http, HttpClient, HttpSettings};
pub use self::streaming::{Chunks, Streaming};

/// The tool `fetch` on the backend `B`. Cheap to clone.
pub struct Fetch<B: Backend = Http> {
    shared: Arc<Shared<B>>,
}

struct Shared<B: Backend> {
    place: Place<B>,
    hosts: Hosts,
}

/// Where calls go: out, or into the memory of a test.
enum Place<B: Backend> {
    Real(B::Client),
    Fake(Fake),
}

/// Calls of other services.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Fetch<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self::on(Place::Real(B::open(settings, boot).await?)))
    }

    /// What a test gets: the answers that it scripts, and a refusal of every other call.
    pub async fn fake() -> Result<Self> {
        Ok(Self::on(Place::Fake(Fake::new())))
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    /// A GET of this address.
    pub fn get(&self, url: &str) -> Call<B> {
        self.call(Method::GET, url)
    }

    /// A POST to this address; it is not repeated unless it is `repeatable()`.
    pub fn post(&self, url: &str) -> Call<B> {
        self.call(Method::POST, url)
    }

    /// A PUT to this address.
    pub fn put(&self, url: &str) -> Call<B> {
        self.call(Method::PUT, url)
    }

    /// A PATCH of this address; it is not repeated unless it is `repeatable()`.
    pub fn patch(&self, url: &str) -> Call<B> {
        self.call(Method::PATCH, url)
    }

    /// A DELETE of this address.
    pub fn delete(&self, url: &str) -> Call<B> {
        self.call(Method::DELETE, url)
    }

    /// A call with any method.
    pub fn call(&self, method: Method, url: &str) -> Call<B> {
        Call::new(self, method, url)
    }

    /// A GET of an address that somebody else chose: it must lead to the internet at large, also after redirections.
    pub fn untrusted(&self, url: &str) -> Call<B> {
        self.get(url).untrusted()
    }

    /// In tests: what is answered to this call.
    ///
    /// # Panics
    ///
    /// Where the calls are real, or the method or the address is none.
    pub fn when(&self, method: &str, url: &str) -> When<'_> {
        When::new(self.the_fake(), method, url)
    }

    /// In tests: the calls that were answered, oldest first.
    ///
    /// # Panics
    ///
    /// Where the calls are real.
    pub fn sent(&self) -> Vec<Request> {
        self.the_fake().sent()
    }
}

impl<B: Backend> Fetch<B> {
    fn on(place: Place<B>) -> Self {
        Self { shared: Arc::new(Shared { place, hosts: Hosts::default() }) }
    }

    fn the_fake(&self) -> &Fake {
        match &self.shared.place {
            Place::Fake(fake) => fake,
            Place::Real(_) => panic!("only the fake of a `#[microcore::test]` can be scripted; this one is real"),
        }
    }

    fn policy(&self) -> &Policy {
        match &self.shared.place {
            Place::Real(client) => client.policy(),
            Place::Fake(fake) => fake.policy(),
        }
    }

    fn hosts(&self) -> &Hosts {
        &self.shared.hosts
    }
}

/// Who is called, for messages and for the account of failures: host and port, never what follows.
pub(crate) fn service(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl<B: Backend> Clone for Fetch<B> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<B: Backend> fmt::Debug for Fetch<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fetch")
    }
}
