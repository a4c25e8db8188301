//! JSON that is written already, by whoever had the values in hand: it goes into the reply as it is.

use std::fmt;
use std::marker::PhantomData;

use http::StatusCode;
use schemars::JsonSchema;

use super::reply::{Reply, Special, schema_of};
use super::{Replies, Response, failure, fill, filled};
use crate::error::Error;
use crate::manifest::ShapeOf;

/// The JSON text of a `T`, without a `T`.
///
/// ```
/// use microcore_runtime::response::Written;
///
/// /// The database has made JSON of the rows: it is sent as it is, and the document shows what it is.
/// fn prices(json: String) -> Written<Vec<u32>> {
///     Written::new(json.into_bytes())
/// }
/// assert_eq!(prices("[3,5]".to_owned()).as_bytes(), b"[3,5]");
/// ```
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

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        filled(|response| self.answer::<S>(status, response))
    }

    fn answer<S: Replies>(self, status: StatusCode, response: &mut Response) {
        // These two never have a body, whatever the handler returned.
        if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
            *response.status_mut() = status;
            return;
        }
        match S::written(&self.json) {
            Ok(bytes) => fill(response, status, S::value_media(), bytes),
            Err(error) => *response = failure(Error::internal("what is written is no JSON").with_source(error)),
        }
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
    use crate::response::{Enveloped, reply, replying};

    #[tokio::test]
    async fn it_stands_in_the_envelope_as_it_is() {
        let response = reply(201, Ok::<_, Error>(Written::<Vec<u8>>::new(b"[1,2]".to_vec())));
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (201, &"application/json".parse().unwrap())
        );
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(bytes, &br#"{"success":true,"data":[1,2]}"#[..]);
        assert!(replying::<Enveloped, _, Result<Written<Vec<u8>>, Error>>(200).shape.is_some());
    }
}
