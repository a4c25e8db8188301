//! The listener of `SYSTEM_PORT`, on which there are the system pages and nothing of the application's own.

use super::Respond;
use crate::manifest::Manifest;
use crate::request::{Body, Head, TokenPlaces};
use crate::response::Response;
use crate::router::not_found;
use crate::system::Inside;

/// An application of which nothing is served but its inside.
pub(super) struct Beside<R: 'static>(pub(super) &'static R);

impl<R: Respond> Respond for Beside<R> {
    async fn respond(&'static self, head: &Head, _: Body, response: &mut Response) {
        *response = not_found(head);
    }

    fn inside(&'static self) -> Inside {
        self.0.inside()
    }

    fn manifest(&self) -> Option<&'static Manifest> {
        self.0.manifest()
    }

    fn token_places(&self) -> Option<&TokenPlaces> {
        self.0.token_places()
    }
}
