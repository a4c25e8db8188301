//! The inputs of one handler call, read one by one, with every refusal collected.
//!
//! In: head and body. Out: one `Option` per input; where one is `None`, [`Inputs::refuse`] is the whole answer.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde::de::DeserializeOwned;

#[cfg(feature = "multipart")]
use super::Files;
use super::query::Occurrences;
use super::{
    Authenticate, Body, Cookies, FromParam, FromQuery, Head, claims, content_coding, form, json, path, text, urlencoded,
};
use crate::context::{self, Context, Id};
use crate::error::{Error, FieldError, InputPlace};
use crate::plugin::{Down, Slot};
use crate::realtime::Lasting;
use crate::response::{Response, failure};
use crate::validation::{BodyRules, Violations};

/// Reads the inputs of one request; generated adapters call it.
#[derive(Debug)]
pub struct Inputs<'r> {
    head: &'r Head,
    body: Option<Body>,
    /// In a box, because most requests have none.
    pub(super) refused: Option<Box<Refused>>,
}

/// Why the handler is not called.
#[derive(Debug, Default)]
pub(super) struct Refused {
    fields: Vec<FieldError>,
    failure: Option<Error>,
    is_coded: bool,
}

impl<'r> Inputs<'r> {
    /// Nothing is read yet.
    pub fn new(head: &'r Head, body: Body) -> Self {
        Self { head, body: Some(body), refused: None }
    }

    #[cold]
    fn refuse_field(&mut self, refusal: FieldError) {
        self.refused.get_or_insert_default().fields.push(refusal);
    }

    #[cold]
    pub(super) fn refuse_all(&mut self, failure: Error) {
        self.refused.get_or_insert_default().failure = Some(failure);
    }

    /// A `{parameter}` of the path, from the raw segment that the router captured.
    #[inline]
    pub fn path<T: FromParam>(&mut self, name: &'static str, raw: &str) -> Option<T> {
        path::read(name, raw).map_err(|refusal| self.refuse_field(refusal)).ok()
    }

    /// A parameter of the query.
    pub fn query<T: FromQuery>(&mut self, name: &'static str) -> Option<T> {
        let query = self.head.uri.query().unwrap_or_default();
        T::from_query(&mut Occurrences::of(name, query)).map_err(|refusal| self.refuse_field(refusal)).ok()
    }

    /// The whole query as one struct, parsed and valid.
    pub fn query_struct<T: DeserializeOwned>(&mut self, rules: &BodyRules<T>) -> Option<T> {
        let query = self.head.uri.query().unwrap_or_default();
        let valid = urlencoded::read(query, InputPlace::Query, rules.probe).and_then(|value| {
            let mut violations = Violations::new(InputPlace::Query);
            (rules.validate)(&value, &mut violations);
            if violations.is_empty() { Ok(value) } else { Err(violations.into_errors()) }
        });
        valid.map_err(|refusals| self.refused.get_or_insert_default().fields.extend(refusals)).ok()
    }

    /// The claims of the request's token: 401 without a good one where it is `required`, 403 without one of the roles.
    ///
    /// Asked for before anything else, so that a stranger learns nothing about the other inputs.
    pub fn claims<T: DeserializeOwned>(
        &mut self,
        auth: &Slot<impl Authenticate>,
        required: bool,
        roles: &[&str],
    ) -> Option<T> {
        let read = auth.running().map_err(Down::to_error);
        read.and_then(|auth| claims::read(self.head, auth, required, roles))
            .map_err(|error| self.refuse_all(error))
            .ok()
    }

    /// The JSON body, parsed and valid. Not read where something was refused already: the answer is known.
    pub async fn json<T>(&mut self, rules: &BodyRules<T>) -> Option<T> {
        let body = self.body()?;
        json::read(self.head, body, rules).await.map_err(|error| self.refuse_all(error)).ok()
    }

    /// The urlencoded body, parsed and valid. Not read where something was refused already.
    pub async fn form<T: DeserializeOwned>(&mut self, rules: &BodyRules<T>) -> Option<T> {
        let body = self.body()?;
        form::read(self.head, body, rules).await.map_err(|error| self.refuse_all(error)).ok()
    }

    /// The body as it came, of any media type. Not read where something was refused already.
    pub async fn raw(&mut self) -> Option<Bytes> {
        let body = self.body()?;
        body.read().await.map_err(|error| self.refuse_all(error)).ok()
    }

    /// The body as a text. Not read where something was refused already.
    pub async fn text(&mut self) -> Option<String> {
        let body = self.body()?;
        text::read(self.head, body).await.map_err(|error| self.refuse_all(error)).ok()
    }

    /// The parts of the multipart body, which the handler reads.
    #[cfg(feature = "multipart")]
    pub fn files(&mut self) -> Option<Files> {
        let body = self.body()?;
        Files::of(self.head, body).map_err(|error| self.refuse_all(error)).ok()
    }

    fn body(&mut self) -> Option<Body> {
        if self.refused.is_some() {
            return None;
        }
        if content_coding::is_coded(&self.head.headers) {
            self.refused.get_or_insert_default().is_coded = true;
            return None;
        }
        self.body.take()
    }

    /// The cookies that were sent.
    pub fn cookies(&self) -> Cookies {
        Cookies::of(&self.head.headers)
    }

    /// What is being handled. Where nothing carries it along, a request of its own.
    pub fn context(&self) -> Context {
        context::current().unwrap_or_else(|| Context::request(Id::make()))
    }

    /// The id of the last event that a client saw before it connected again; it is read as a query parameter would be.
    pub fn last_event_id<T: FromQuery>(&mut self) -> Option<T> {
        let name = "last_event_id";
        let sent = self.head.headers.get("last-event-id").map(http::HeaderValue::as_bytes);
        let pair = sent.map(|id| format!("{name}={}", percent_encode(id, NON_ALPHANUMERIC))).unwrap_or_default();
        let read = T::from_query(&mut Occurrences::of(name, &pair));
        read.map_err(|refusal| self.refuse_field(FieldError { place: InputPlace::Header, ..refusal })).ok()
    }

    /// GET, POST, …
    pub fn method(&self) -> &'r Method {
        &self.head.method
    }

    /// Everything but the body.
    pub fn head(&self) -> &'r Head {
        self.head
    }

    /// What an answer that lasts must know of the server.
    pub(crate) fn lasting(&self) -> Option<&'static Lasting> {
        self.body.as_ref()?.limits().lasting
    }

    /// Every header.
    pub fn headers(&self) -> &'r HeaderMap {
        &self.head.headers
    }

    /// The answer to a request whose inputs were refused: 400 with every name, or what the body's failure says.
    pub fn refuse(self) -> Response {
        let refused = *self.refused.unwrap_or_default();
        if refused.is_coded {
            return content_coding::refusal();
        }
        if let Some(error) = refused.failure {
            return failure(error);
        }
        let said: Vec<String> = refused.fields.iter().map(sentence).collect();
        failure(Error::bad_request(said.join("; ")).with_fields(refused.fields))
    }
}

fn sentence(refusal: &FieldError) -> String {
    let place = match refusal.place {
        InputPlace::Path => "path parameter",
        InputPlace::Query => "query parameter",
        InputPlace::Body => "field",
        InputPlace::Header => "header",
        _ => "input",
    };
    // A query that is refused as a whole has no name to blame.
    if refusal.field.is_empty() { format!("query: {}", refusal.message) } else { format!("{place} {refusal}") }
}
