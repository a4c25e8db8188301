//! From inputs to response, for every handler: what an adapter would otherwise say once per route.
//!
//! In: the request's inputs, a closure that reads those of the head, the way to read the body, a closure that calls the
//! handler, and a place for the response. Out: the response in its place. The closures are the generated code's;
//! everything that waits is here, so that the compiler checks it once.

use std::future::Future;

use serde::de::DeserializeOwned;

use crate::request::{Bytes, Inputs};
use crate::response::{Replying, Response};
use crate::validation::BodyRules;

/// A way to read a whole body as one value.
pub trait ReadBody {
    /// What it becomes.
    type Value;

    /// The value, or `None` once the refusal is noted in `inputs`.
    fn read(self, inputs: &mut Inputs<'_>) -> impl Future<Output = Option<Self::Value>> + Send;
}

/// A body of JSON.
#[derive(Debug)]
pub struct JsonBody<T>(pub BodyRules<T>);

impl<T> ReadBody for JsonBody<T> {
    type Value = T;

    async fn read(self, inputs: &mut Inputs<'_>) -> Option<T> {
        inputs.json(&self.0).await
    }
}

/// A body of urlencoded fields.
#[derive(Debug)]
pub struct FormBody<T>(pub BodyRules<T>);

impl<T: DeserializeOwned> ReadBody for FormBody<T> {
    type Value = T;

    async fn read(self, inputs: &mut Inputs<'_>) -> Option<T> {
        inputs.form(&self.0).await
    }
}

/// A body as it came.
#[derive(Debug)]
pub struct RawBody;

impl ReadBody for RawBody {
    type Value = Bytes;

    async fn read(self, inputs: &mut Inputs<'_>) -> Option<Bytes> {
        inputs.raw().await
    }
}

/// A body as a text.
#[derive(Debug)]
pub struct TextBody;

impl ReadBody for TextBody {
    type Value = String;

    async fn read(self, inputs: &mut Inputs<'_>) -> Option<String> {
        inputs.text().await
    }
}

/// A handler that takes nothing.
#[inline]
pub async fn answer<R>(reply: Replying<R>, handler: impl Future<Output = R>, response: &mut Response) {
    reply.answer(handler.await, response);
}

/// A handler that takes what the head says.
#[inline]
pub async fn answer_head<'r, I, F, R>(
    reply: Replying<R>,
    mut inputs: Inputs<'r>,
    read: impl FnOnce(&mut Inputs<'r>) -> Option<I>,
    handler: impl FnOnce(I) -> F,
    response: &mut Response,
) where
    F: Future<Output = R>,
{
    match read(&mut inputs) {
        Some(values) => reply.answer(handler(values).await, response),
        None => *response = inputs.refuse(),
    }
}

/// A handler that takes the body too. It is read last: nobody waits for it where something else is refused.
#[inline]
pub async fn answer_body<'r, I, B: ReadBody, F, R>(
    reply: Replying<R>,
    mut inputs: Inputs<'r>,
    read: impl FnOnce(&mut Inputs<'r>) -> Option<I>,
    body: B,
    handler: impl FnOnce(I, B::Value) -> F,
    response: &mut Response,
) where
    F: Future<Output = R>,
{
    let values = read(&mut inputs);
    let body = body.read(&mut inputs).await;
    match (values, body) {
        (Some(values), Some(body)) => reply.answer(handler(values, body).await, response),
        _ => *response = inputs.refuse(),
    }
}
