//! What the server needs to know of an application: how it answers.

use crate::application::Application;
use crate::manifest::Manifest;
use crate::request::{Body, Head, TokenPlaces};
use crate::response::Response;
use crate::system::Inside;

/// Answers requests. Every application does; a test may write one by hand.
pub trait Respond: Sync + 'static {
    /// Answers one request, in an empty response. What panics must do so when the future is polled, as everything in an `async fn` does.
    fn respond(&'static self, head: &Head, body: Body, response: &mut Response) -> impl Future<Output = ()> + Send;

    /// What there is to look at, for the system pages.
    fn inside(&'static self) -> Inside {
        Inside::default()
    }

    /// What it is made of, for the documents that the server shows.
    fn manifest(&self) -> Option<&'static Manifest> {
        None
    }

    /// Where a token stands, for the same documents and for what a 401 says.
    fn token_places(&self) -> Option<&TokenPlaces> {
        None
    }
}

impl<A: Application> Respond for A {
    #[inline]
    fn respond(&'static self, head: &Head, body: Body, response: &mut Response) -> impl Future<Output = ()> + Send {
        Application::respond(self, head, body, response)
    }

    fn inside(&'static self) -> Inside {
        Application::inside(self).of_application(self)
    }

    fn manifest(&self) -> Option<&'static Manifest> {
        Some(const { &A::MANIFEST })
    }

    fn token_places(&self) -> Option<&TokenPlaces> {
        Application::token_places(self)
    }
}
