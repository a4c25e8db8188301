//! A request on its way to a guest and back: what is checked before it is asked, and what may be said after.

use bytes::Bytes;
use http::header::{
    CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use microcore::error::{Error, FieldError, InputPlace, Kind, Result};
use microcore_runtime::context;
use microcore_runtime::guest::guest_claims;
use microcore_runtime::request::{Body, BodyError, FromParam as _, Head, declares_json, undeclared_json};
use microcore_runtime::response::{Content, Response, failure};
use microcore_sidecars_manifest::{Parameter, Segment};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::call::Failed;
use crate::generated::{self, Header, Pair, call, reply};
use crate::schema::Schema;
use crate::table::Found;

/// What belongs to one connection, and never goes further.
const OF_CONNECTION: [HeaderName; 7] =
    [CONNECTION, CONTENT_LENGTH, TE, TRAILER, TRANSFER_ENCODING, UPGRADE, HeaderName::from_static("keep-alive")];

/// Who may ask: the claims of the token, where the route asks for one.
pub(crate) fn admitted(found: &Found, head: &Head) -> Result<Option<Value>> {
    let route = found.route();
    if !route.protected {
        return Ok(None);
    }
    // It was there when the guest was loaded.
    let auth = found.guest.facts.tools.auth.ok_or_else(|| Error::unavailable("the tool `auth` is off"))?;
    let roles: Vec<&str> = route.roles.iter().map(|role| role.name.as_str()).collect();
    guest_claims(head, auth, &roles).map(Some)
}

/// Asks the guest.
pub(crate) async fn request(found: Found, head: &Head, body: Body, claims: Option<Value>) -> Response {
    let asked = match read(&found, head, body, claims).await {
        Ok(asked) => asked,
        Err(error) => return failure(error),
    };
    let fits = |outcome| match outcome {
        reply::Outcome::Response(said) => fit(&found, said).map_err(Failed::Unfit),
        _ => Err(Failed::Unfit("it answers a request with what is no response".to_owned())),
    };
    match found.guest.ask(call::Work::Request(asked), false, fits).await {
        Ok(response) => response,
        Err(failed) => failure_of(&found, failed),
    }
}

async fn read(found: &Found, head: &Head, body: Body, claims: Option<Value>) -> Result<generated::Request> {
    let route = found.route();
    let mut parameters = Vec::with_capacity(found.parameters.len());
    let mut refused = Vec::new();
    let named = route.segments.iter().filter_map(|segment| match segment {
        Segment::Parameter { name, is } => Some((name, *is)),
        Segment::Literal(_) => None,
    });
    for ((name, is), raw) in named.zip(&found.parameters) {
        match parameter(is, raw) {
            Ok(value) => parameters.push(Pair { name: name.clone(), value }),
            Err((rule, must)) => refused.push(FieldError::new(InputPlace::Path, name.clone(), rule, must)),
        }
    }
    if !refused.is_empty() {
        let said: Vec<String> = refused.iter().map(|field| format!("path parameter {field}")).collect();
        return Err(Error::bad_request(said.join("; ")).with_fields(refused));
    }
    let most = usize::try_from(found.guest.facts.manifest.limits.body).unwrap_or(usize::MAX);
    let body = match route.body.as_ref().and_then(|named| found.guest.facts.schemas.get(&named.name)) {
        None => whole(body, most).await?,
        // A wrong type is refused before anything is read.
        Some(schema) => {
            let declared = declares_json(head)?;
            let body = whole(body, most).await?;
            keeps_to(schema, declared, &body)?;
            body
        }
    };
    let header = |(name, value): (&HeaderName, &HeaderValue)| Header {
        name: name.as_str().to_owned(),
        value: value.as_bytes().to_vec(),
    };
    let headers = head.headers.iter().filter(|(name, _)| !OF_CONNECTION.contains(name)).map(header).collect();
    Ok(generated::Request {
        route: route.name.clone(),
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        parameters,
        headers,
        body: body.to_vec(),
        request_id: context::current().map(|context| context.id.to_string()).unwrap_or_default(),
        claims: claims.map(|claims| claims.to_string().into_bytes()).unwrap_or_default(),
    })
}

/// 415, 400 and 422, as a plugin's `body: T` is refused.
fn keeps_to(schema: &Schema, declared: bool, body: &Bytes) -> Result<()> {
    if body.is_empty() {
        // What takes `null` may be absent.
        let is_needed = !schema.blames(&Value::Null).is_empty();
        return if is_needed { Err(Error::unprocessable("a JSON body is required")) } else { Ok(()) };
    }
    if !declared {
        return Err(undeclared_json());
    }
    let value = serde_json::from_slice(body)
        .map_err(|error| Error::bad_request(format!("the body is not valid JSON: {error}")))?;
    let blamed = schema.blames(&value);
    if blamed.is_empty() { Ok(()) } else { Err(Error::unprocessable(listed(&blamed)).with_fields(blamed)) }
}

fn listed(blamed: &[FieldError]) -> String {
    blamed.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

async fn whole(body: Body, most: usize) -> Result<Bytes> {
    let most = most.min(usize::try_from(body.limits().body).unwrap_or(usize::MAX));
    let read = Limited::new(body, most).collect().await;
    read.map(http_body_util::Collected::to_bytes).map_err(|error| {
        if error.is::<LengthLimitError>() {
            return Error::of(Kind::PayloadTooLarge, format!("the body may have at most {most} bytes"));
        }
        let slow = matches!(error.downcast_ref(), Some(BodyError::Slow));
        let kind = if slow { Kind::RequestTimeout } else { Kind::BadRequest };
        Error::of(kind, error.to_string())
    })
}

/// The decoded value; else the rule that it breaks, and what it must be.
fn parameter(is: Parameter, raw: &str) -> Result<String, (&'static str, &'static str)> {
    let mut escapes = raw.split('%').skip(1);
    let text = percent_decode_str(raw).decode_utf8();
    let whole = escapes.all(|rest| rest.as_bytes().get(..2).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)));
    let text = text.ok().filter(|_| whole).ok_or(("encoding", "must be percent-encoded UTF-8"))?;
    let (good, must) = match is {
        Parameter::Text => (true, ""),
        Parameter::Integer => (i64::from_param(text.clone()).is_some(), i64::EXPECTS),
        Parameter::Number => (f64::from_param(text.clone()).is_some(), f64::EXPECTS),
        Parameter::Boolean => (bool::from_param(text.clone()).is_some(), bool::EXPECTS),
        Parameter::Uuid => (is_uuid(&text), "must be a UUID"),
    };
    if good { Ok(text.into_owned()) } else { Err(("type", must)) }
}

/// Groups of 8, 4, 4, 4 and 12 hexadecimal digits.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// The response, where it is one and what the manifest promises; else what is wrong with it.
fn fit(found: &Found, said: generated::Response) -> Result<Response, String> {
    let route = found.route();
    let promised = route.answer.as_ref().and_then(|named| Some((named, found.guest.facts.schemas.get(&named.name)?)));
    // What is no success, and what has nothing to say, is another answer than the one that is promised.
    if let Some((named, schema)) = promised
        && (200..300).contains(&said.status)
        && !matches!(said.status, 204 | 205)
    {
        let value = serde_json::from_slice(&said.body)
            .map_err(|error| format!("its answer is not JSON, and `{}` promises it: {error}", named.name))?;
        let blamed = schema.blames(&value);
        if !blamed.is_empty() {
            return Err(format!("its answer breaks `{}`: {}", named.name, listed(&blamed)));
        }
    }
    write(said, route.reply.as_deref())
}

/// The guest's response as ours; else what is wrong with it.
fn write(said: generated::Response, media_type: Option<&str>) -> Result<Response, String> {
    let status = u16::try_from(said.status).ok().filter(|status| (200..600).contains(status));
    let status = status.and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = Response::default();
    *response.status_mut() = status.ok_or_else(|| format!("it answers with the status {}", said.status))?;
    for Header { name, value } in said.headers {
        let known: HeaderName =
            name.parse().map_err(|_| format!("it answers with the header `{}`", name.escape_debug()))?;
        let value =
            HeaderValue::from_bytes(&value).map_err(|_| format!("its header `{known}` has no value of a header"))?;
        if !OF_CONNECTION.contains(&known) {
            response.headers_mut().append(known, value);
        }
    }
    if !said.body.is_empty() && !response.headers().contains_key(CONTENT_TYPE) {
        let media_type = media_type.unwrap_or("application/octet-stream");
        let value = HeaderValue::from_str(media_type).map_err(|_| "its media type is no header".to_owned())?;
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    *response.body_mut() = Content::from(said.body);
    Ok(response)
}

/// The client gets the safe sentence, the log the reason, once.
fn failure_of(found: &Found, failed: Failed) -> Response {
    let what = format!("guest {}.{}", found.guest.facts.name(), found.route().name);
    let seconds = match &failed {
        Failed::Busy => Some(1),
        Failed::Off { seconds, .. } => Some(*seconds),
        _ => None,
    };
    let error = match failed {
        Failed::Refused { status, message } => Error::of(kind_of(status), message).with_status(status),
        Failed::Slow => Error::unavailable(format!("{what}: {failed}")).with_status(504).with_code("gateway_timeout"),
        Failed::Busy | Failed::Off { .. } => Error::unavailable(format!("{what}: {failed}")),
        // The client learns whose fault it is not: neither its own nor the application's.
        Failed::Unfit(_) => Error::unavailable(format!("{what}: {failed}")).with_status(502).with_code("bad_gateway"),
        Failed::Broken(_) | Failed::Raised(_) => Error::internal(format!("{what}: {failed}")),
    };
    let mut response = failure(error);
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

fn kind_of(status: u16) -> Kind {
    match status {
        401 => Kind::Unauthorized,
        403 => Kind::Forbidden,
        404 => Kind::NotFound,
        409 => Kind::Conflict,
        412 => Kind::PreconditionFailed,
        413 => Kind::PayloadTooLarge,
        415 => Kind::UnsupportedMediaType,
        422 => Kind::Unprocessable,
        429 => Kind::TooManyRequests,
        _ => Kind::BadRequest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_decoded_and_checked_as_those_of_plugins_are() {
        assert_eq!(parameter(Parameter::Text, "a%2Fb%20%C3%A4"), Ok("a/b ä".to_owned()));
        assert_eq!(parameter(Parameter::Integer, "-7"), Ok("-7".to_owned()));
        for (is, raw, must) in [
            (Parameter::Text, "50%", "must be percent-encoded UTF-8"),
            (Parameter::Text, "%FF", "must be percent-encoded UTF-8"),
            (Parameter::Integer, "07", "must be an integer"),
            (Parameter::Number, "NaN", "must be a number"),
            (Parameter::Boolean, "yes", "must be true or false"),
            (Parameter::Uuid, "7", "must be a UUID"),
        ] {
            assert_eq!(parameter(is, raw).map_err(|(_, said)| said), Err(must), "{raw}");
        }
    }

    #[test]
    fn what_is_no_response_is_refused_and_what_is_of_the_connection_left_out() {
        let said = |status, headers: &[(&str, &str)]| generated::Response {
            status,
            headers: headers
                .iter()
                .map(|(name, value)| Header { name: (*name).to_owned(), value: value.as_bytes().to_vec() })
                .collect(),
            body: b"x".to_vec(),
        };
        let whole =
            write(said(201, &[("x-a", "1"), ("Connection", "close"), ("content-length", "99")]), Some("text/csv"));
        let whole = whole.unwrap_or_else(|why| panic!("{why}"));
        assert_eq!((whole.status().as_u16(), whole.headers().len()), (201, 2));
        assert_eq!(whole.headers()[CONTENT_TYPE], "text/csv");
        for (status, headers) in
            [(0, &[][..]), (101, &[]), (700, &[]), (200, &[("a b", "c")]), (200, &[("a", "b\r\nc: d")])]
        {
            assert!(write(said(status, headers), None).is_err(), "{status} {headers:?}");
        }
    }
}
