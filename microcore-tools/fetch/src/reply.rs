//! What a call gives: a whole answer, or one whose body comes as it is read. How it is made is the same for both.

use std::future::Future;

use futures_util::{StreamExt, stream};
use http::{HeaderMap, StatusCode};

use super::{Answer, Backend, Client, Fetch, Place, Request, Streaming, Trouble};

/// One of the two.
pub(super) trait Reply: Sized + Send {
    /// One try.
    fn ask<B: Backend>(fetch: &Fetch<B>, request: Request) -> impl Future<Output = Result<Self, Trouble>> + Send;

    fn status(&self) -> StatusCode;

    fn headers(&self) -> &HeaderMap;
}

impl Reply for Answer {
    async fn ask<B: Backend>(fetch: &Fetch<B>, request: Request) -> Result<Self, Trouble> {
        match &fetch.shared.place {
            Place::Real(client) => client.send(request).await,
            Place::Fake(fake) => fake.answer(request),
        }
    }

    fn status(&self) -> StatusCode {
        self.status
    }

    fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl Reply for Streaming {
    async fn ask<B: Backend>(fetch: &Fetch<B>, request: Request) -> Result<Self, Trouble> {
        match &fetch.shared.place {
            Place::Real(client) => client.open(request).await,
            Place::Fake(fake) => fake.answer(request).map(|answer| {
                let body = stream::iter([Ok(answer.body)]).boxed();
                Self::of(&answer.service, answer.status, answer.headers, body)
            }),
        }
    }

    fn status(&self) -> StatusCode {
        self.status
    }

    fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}
