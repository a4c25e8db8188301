//! Values as they are, and failures as problem details: RFC 9457.

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Failure, Replies};
use crate::context::Id;
use crate::error::FieldError;

/// Values as they are; failures as `application/problem+json`.
///
/// ```
/// use microcore_runtime::response::{Enveloped, Plain, Replies};
///
/// fn sent<Shape: Replies>(value: u32) -> String {
///     serde_json::to_string(&Shape::value(&value)).unwrap()
/// }
/// assert_eq!(sent::<Plain>(7), "7");
/// assert_eq!(sent::<Enveloped>(7), r#"{"success":true,"data":7}"#);
/// ```
#[derive(Debug)]
pub enum Plain {}

/// Its `type` is `about:blank`: the problem is what its status says, and `code` is for programs.
#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
    /// This occurrence of it, as a reference: an id holds nothing that one must escape.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a Id>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldError],
}

impl Replies for Plain {
    const FAILURE_MEDIA: &'static str = "application/problem+json";

    fn value<T: Serialize>(value: &T) -> impl Serialize {
        value
    }

    fn value_schema(schema: Value) -> Value {
        schema
    }

    fn failure(failure: &Failure<'_>) -> impl Serialize {
        Problem {
            r#type: "about:blank",
            title: failure.title(),
            status: failure.status(),
            detail: failure.message(),
            instance: failure.id().map(|id| format!("#{id}")),
            code: failure.code(),
            request_id: failure.id(),
            fields: failure.fields(),
        }
    }

    fn failure_schema() -> Value {
        let text = json!({ "type": "string" });
        let reference = json!({ "type": "string", "format": "uri-reference" });
        json!({
            "type": "object",
            "properties": {
                "type": reference, "title": text, "status": { "type": "integer" }, "detail": text,
                "instance": reference, "code": text, "request_id": text,
                "fields": { "type": "array", "items": Failure::field_schema() },
            },
            "required": ["type", "title", "status", "detail", "code"],
        })
    }

    fn written(json: &[u8]) -> serde_json::Result<Bytes> {
        Ok(Bytes::copy_from_slice(json))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::error::{Error, InputPlace, Result};
    use crate::response::{Created, ReplyFunctions, Response, With, Written, replying};

    async fn text(response: Response) -> String {
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_value_is_sent_as_it_is() {
        let mut response = Response::default();
        replying::<Plain, _, Result<Vec<u8>>>(201).answer(Ok(vec![1, 2]), &mut response);
        assert_eq!(
            (response.status().as_u16(), &response.headers()["content-type"]),
            (201, &"application/json".parse().unwrap())
        );
        assert_eq!(text(response).await, "[1,2]");
        let mut response = Response::default();
        replying::<Plain, _, Created<&str>>(200).answer(Created::at("/a", "a"), &mut response);
        assert_eq!(text(response).await, r#""a""#);
        let mut response = Response::default();
        replying::<Plain, _, Written<Vec<u8>>>(200).answer(Written::new(b"[3]".to_vec()), &mut response);
        assert_eq!(text(response).await, "[3]");
        let mut response = Response::default();
        replying::<Plain, _, With<()>>(200).answer(With::new(()).status(204), &mut response);
        assert_eq!((response.status().as_u16(), text(response).await.as_str()), (204, ""));
    }

    #[test]
    fn a_failure_is_a_problem_of_rfc_9457() {
        let field = FieldError::new(InputPlace::Body, "name", "length", "must be longer");
        let error = Error::unprocessable("the name is too short").with_fields(vec![field]);
        let id = Id::adopt("abc").unwrap();
        let (media, body) = (ReplyFunctions::of::<Plain>().failure)(&Failure::new(&error, Some(&id)));
        assert_eq!(media, "application/problem+json");
        let field =
            json!({ "in": "body", "field": "name", "pointer": "/name", "rule": "length", "message": "must be longer" });
        let problem = json!({
            "type": "about:blank", "title": "Unprocessable Entity", "status": 422, "detail": "the name is too short",
            "instance": "#abc", "code": "unprocessable", "request_id": "abc", "fields": [field],
        });
        assert_eq!(serde_json::from_slice::<Value>(&body).unwrap(), problem);
    }

    #[test]
    fn a_model_is_told_of_a_shape_that_is_not_the_default() {
        assert_eq!(ReplyFunctions::of::<super::super::Enveloped>().told(), [""; 0]);
        let told = ReplyFunctions::of::<Plain>().told();
        assert!(told[0].starts_with("Replies are `Plain`: `\"value\"`, and of a failure `{\"type\":"), "{}", told[0]);
    }
}
