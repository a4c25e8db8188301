//! What a handler may return, and how it becomes a response.
//!
//! The marker `Kind` lets the compiler pick by inference: any `Serialize` + `Schema` type is JSON, the special types
//! reply their own way, and a `Result` of any of them is that or a failure. No two apply to one type.

use std::fmt;
use std::marker::PhantomData;

use http::StatusCode;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;

use super::replies::Spoken;
use super::{Replies, ReplyForm, Response, failure, fill, filled};
use crate::error::{Error, Result};
use crate::manifest::{RouteFacts, ShapeOf};

/// A value that a handler may return.
///
/// ```
/// use microcore_runtime::response::{Reply, With};
///
/// /// Any reply, and no cache keeps it.
/// fn uncached<Kind, T: Reply<Kind>>(reply: T) -> With<T> {
///     With::new(reply).header("cache-control", "no-store")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a reply: derive `Serialize` and `Schema`",
    label = "not a reply",
    note = "a handler returns a type with `#[derive(Serialize, Schema)]`, `()`, `NoContent`, `Created<T>`, \
            `Redirect`, `Media`, `Streamed`, `SendFile`, `With<T>`, a `Response`, or a `Result` of one of these whose error converts into `Error`"
)]
pub trait Reply<Kind>: Sized {
    /// The JSON Schema of what is replied, where it is JSON.
    const SHAPE: Option<ShapeOf> = None;
    /// The status of a success, where it is not the route's.
    const STATUS: Option<u16> = None;
    /// In which form it is sent.
    const FORM: ReplyForm = ReplyForm::Json;
    /// Whether it says which version it tells of.
    const VERSIONED: bool = false;

    /// The response, JSON in the shape `S`; `status` is the route's and special types may have their own.
    fn into_response<S: Replies>(self, status: StatusCode) -> Response;

    /// The same, where it is wanted: `response` is empty. A response is large, and most of those that are handed from
    /// step to step would be copied at each.
    #[inline]
    fn answer<S: Replies>(self, status: StatusCode, response: &mut Response) {
        *response = self.into_response::<S>(status);
    }
}

/// Kind: JSON in the shape of the application's replies.
#[derive(Debug)]
pub enum Json {}

/// Kind: a type that knows its own response.
#[derive(Debug)]
pub enum Special {}

/// Kind: that of the success, or a failure.
#[derive(Debug)]
pub struct Fallible<Kind>(PhantomData<Kind>);

impl<T: Serialize + JsonSchema> Reply<Json> for T {
    const SHAPE: Option<ShapeOf> = Some(schema_of::<T>);

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        json::<S, T>(status, &self)
    }

    #[inline]
    fn answer<S: Replies>(self, status: StatusCode, response: &mut Response) {
        answer_json::<S, T>(status, &self, response);
    }
}

impl<Kind, T: Reply<Kind>, E: Into<Error>> Reply<Fallible<Kind>> for Result<T, E> {
    const SHAPE: Option<ShapeOf> = T::SHAPE;
    const STATUS: Option<u16> = T::STATUS;
    const FORM: ReplyForm = T::FORM;
    const VERSIONED: bool = T::VERSIONED;

    fn into_response<S: Replies>(self, status: StatusCode) -> Response {
        filled(|response| self.answer::<S>(status, response))
    }

    #[inline]
    fn answer<S: Replies>(self, status: StatusCode, response: &mut Response) {
        match self {
            Ok(value) => value.answer::<S>(status, response),
            Err(error) => *response = failure(error.into()),
        }
    }
}

/// What a handler's type says about its reply.
pub struct Replying<T> {
    status: StatusCode,
    /// The JSON Schema of what is replied; `None` where that is not JSON.
    pub shape: Option<ShapeOf>,
    form: ReplyForm,
    versioned: bool,
    answer: fn(T, StatusCode, &mut Response),
}

/// All of it at once: generated code says this wherever it needs some of it, so that a type that can't be a reply is
/// one error. `S` is the shape that the application replies in.
pub const fn replying<S: Replies, Kind, T: Reply<Kind>>(declared: u16) -> Replying<T> {
    let status = match T::STATUS {
        Some(own) => own,
        None => declared,
    };
    // Known when this is compiled: nothing is left of it in a request.
    let status = match StatusCode::from_u16(status) {
        Ok(status) => status,
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Replying { status, shape: T::SHAPE, form: T::FORM, versioned: T::VERSIONED, answer: T::answer::<S> }
}

impl<T> Replying<T> {
    /// What the manifest says about it; the rest of the route is whoever asks to say.
    pub const fn facts(&self) -> RouteFacts {
        let Self { form, versioned, .. } = *self;
        RouteFacts { status: self.status.as_u16(), output: self.shape, form, versioned, ..RouteFacts::PLAIN }
    }

    /// The response to a handler's value, where it is wanted.
    #[inline]
    pub(crate) fn answer(&self, value: T, response: &mut Response) {
        (self.answer)(value, self.status, response);
    }
}

/// Asked in a constant: whether a media type of the route's own may be that of the reply.
///
/// # Panics
///
/// With this sentence where it may not, which is an error of the compiler where it is called.
#[track_caller]
pub const fn takes_media<T>(replying: &Replying<T>, otherwise: &str) {
    assert!(matches!(replying.form, ReplyForm::Media | ReplyForm::File | ReplyForm::Response), "{}", otherwise);
}

impl<T> fmt::Debug for Replying<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Replying").field("status", &self.status).finish_non_exhaustive()
    }
}

/// The response to a value, as a handler's; `status` is its route's. For what the server answers by itself.
pub fn reply<Kind, T: Reply<Kind>>(status: u16, value: T) -> Response {
    filled(|response| replying::<Spoken, Kind, T>(status).answer(value, response))
}

/// The JSON Schema of any type that has one.
pub fn schema_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

pub(super) fn json<S: Replies, T: Serialize>(status: StatusCode, value: &T) -> Response {
    filled(|response| answer_json::<S, T>(status, value, response))
}

fn answer_json<S: Replies, T: Serialize>(status: StatusCode, value: &T, response: &mut Response) {
    // These two never have a body, whatever the handler returned.
    if matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        *response.status_mut() = status;
        return;
    }
    match S::json(value) {
        Ok(bytes) => fill(response, status, S::value_media(), bytes),
        Err(error) => *response = failure(Error::internal("a reply can't be serialised").with_source(error)),
    }
}

#[cfg(test)]
mod tests {
    use http::header::{CONTENT_TYPE, LOCATION};
    use http_body_util::BodyExt;

    use super::*;
    use crate::response::{Created, Enveloped, Media, NoContent, Redirect, empty};

    #[derive(Serialize, JsonSchema)]
    struct UserId {
        id: i64,
    }

    async fn text(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_serialisable_type_and_a_result_of_one_are_json() {
        assert_eq!(text(reply(201, UserId { id: 1 })).await, r#"{"success":true,"data":{"id":1}}"#);
        assert_eq!(text(reply(200, Ok::<_, Error>(UserId { id: 2 }))).await, r#"{"success":true,"data":{"id":2}}"#);
        assert_eq!(text(reply(200, Ok::<_, std::io::Error>(()))).await, r#"{"success":true,"data":null}"#);
        let failed = reply(200, Err::<UserId, _>(Error::not_found("user")));
        assert_eq!(failed.status(), 404);
        assert_eq!(text(failed).await, r#"{"success":false,"error":{"code":"not_found","message":"user not found"}}"#);
    }

    #[tokio::test]
    async fn special_types_reply_their_own_way() {
        let created = reply(200, Created::at("/users/1", UserId { id: 1 }));
        assert_eq!((created.status().as_u16(), &created.headers()[LOCATION]), (201, &"/users/1".parse().unwrap()));
        assert_eq!(reply(200, Created::at("/users\n", ())).status(), 500);
        assert_eq!(reply(200, Ok::<_, Error>(NoContent)).status(), 204);
        assert_eq!(reply(200, Redirect::to("/")).status(), 303);
        let media = reply(200, Media::new("text/csv", "a,b"));
        assert_eq!((media.status().as_u16(), &media.headers()[CONTENT_TYPE]), (200, &"text/csv".parse().unwrap()));
        assert_eq!(reply(200, empty(StatusCode::IM_A_TEAPOT)).status(), 418);
        assert_eq!(text(reply(204, ())).await, "");
    }

    #[test]
    fn only_json_has_a_shape_and_it_is_a_constant() {
        const SHAPE: Option<ShapeOf> = replying::<Enveloped, _, Result<UserId>>(200).shape;
        let schema = SHAPE.unwrap()(&mut SchemaGenerator::default());
        assert_eq!(schema.get("$ref").unwrap(), "#/$defs/UserId");
        assert!(replying::<Enveloped, _, Result<NoContent>>(200).shape.is_none());
        assert!(replying::<Enveloped, _, Result<Created<UserId>>>(200).shape.is_some());
    }

    #[tokio::test]
    async fn a_value_that_fails_to_serialise_is_a_500() {
        struct Broken;
        impl Serialize for Broken {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                Err(serde::ser::Error::custom("no"))
            }
        }
        assert_eq!(json::<Enveloped, _>(StatusCode::OK, &Broken).status(), 500);
    }
}
