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
use microcore_runtime::request::{Body, BodyError, FromParam as _, Head};
use microcore_runtime::response::{Content, Response, failure};
use microcore_sidecars_manifest::{Parameter, Segment};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::call::Failed;
use crate::generated::{self, Header, Pair, call, reply};
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
    let failed = match found.guest.ask(call::Work::Request(asked), false).await {
        Ok(reply::Outcome::Response(said)) => match write(said, found.route().reply.as_deref()) {
            Ok(response) => return response,
            Err(why) => Failed::Broken(why),
        },
        Ok(_) => Failed::Broken("it answers a request with what is no response".to_owned()),
        Err(failed) => return failure_of(&found, failed),
    };
    found.guest.failed(&failed);
    failure_of(&found, failed)
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
        body: whole(body, most).await?.to_vec(),
        request_id: context::current().map(|context| context.id.to_string()).unwrap_or_default(),
        claims: claims.map(|claims| claims.to_string().into_bytes()).unwrap_or_default(),
    })
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
