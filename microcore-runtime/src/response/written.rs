//! JSON that is written already, by whoever had the values in hand: it goes into the envelope as it is.

use std::fmt;
use std::marker::PhantomData;

use http::StatusCode;
use schemars::JsonSchema;

use super::reply::{Reply, Special, schema_of};
use super::{JSON, Response, envelope, fill, filled};
use crate::manifest::ShapeOf;

/// The JSON text of a `T`, without a `T`.
pub struct Written<T> {
    json: Vec<u8>,
    _of: PhantomData<fn() -> T>,
}

impl<T> Written<T> {
    /// `json` is one JSON value, and one that `T`'s schema allows; nobody checks it again.
    pub fn new(json: Vec<u8>) -> Self {
        Self { json, _of: PhantomData }
    }

    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.json
    }
}

impl<T: JsonSchema> Reply<Special> for Written<T> {
    const SHAPE: Option<ShapeOf> = Some(schema_of::<T>);

    fn into_response(self, status: StatusCode) -> Response {
        filled(|response| self.answer(status, response))
    }

    fn answer(self, status: StatusCode, response: &mut Response) {
        // These two never have a body, whatever the handler returned.
        if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            *response.status_mut() = status;
            return;
        }
        fill(response, status, JSON, envelope::written(&self.json));
    }
}

impl<T> fmt::Debug for Written<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Written").field(&String::from_utf8_lossy(&self.json)).finish()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::error::Error;
    use crate::response::{reply, replying};

    #[tokio::test]
    async fn it_stands_in_the_envelope_as_it_is() {
        let response = reply(201, Ok::<_, Error>(Written::<Vec<u8>>::new(b"[1,2]".to_vec())));
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (201, &"application/json".parse().unwrap())
        );
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes, &br#"{"success":true,"data":[1,2]}"#[..]);
        assert!(replying::<_, Result<Written<Vec<u8>>, Error>>(200).shape.is_some());
    }
}
