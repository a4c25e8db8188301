//! A shape of replies as functions, for those who can't be generic over it: the server, which refuses before a handler
//! is known, the document and the test client. In: the type that `app!` names. Out: functions, one set per process.

use std::any::type_name;
use std::sync::OnceLock;

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{Enveloped, Failure, Replies};
use crate::error::{Error, Result};

/// What a type says by [`Replies`].
#[derive(Debug, Clone, Copy)]
pub struct ReplyFunctions {
    name: fn() -> &'static str,
    pub(crate) value_media: &'static str,
    pub(crate) failure_media: &'static str,
    pub(crate) value_schema: fn(Value) -> Value,
    pub(crate) failure_schema: fn() -> Value,
    #[cfg(feature = "testing")]
    pub(crate) value_in: fn(Value) -> Value,
    #[cfg(feature = "testing")]
    pub(crate) failure_in: fn(Value) -> Value,
    pub(in crate::response) failure: fn(&Failure<'_>) -> (HeaderValue, Bytes),
    pub(in crate::response) written: fn(&[u8]) -> serde_json::Result<Bytes>,
}

impl ReplyFunctions {
    /// Those of this type.
    pub const fn of<S: Replies>() -> Self {
        Self {
            name: type_name::<S>,
            value_media: S::VALUE_MEDIA,
            failure_media: S::FAILURE_MEDIA,
            value_schema: S::value_schema,
            failure_schema: S::failure_schema,
            #[cfg(feature = "testing")]
            value_in: S::value_in,
            #[cfg(feature = "testing")]
            failure_in: S::failure_in,
            failure: failure::<S>,
            written: S::written,
        }
    }

    /// What they look like, for `AI_CONTEXT.md`; nothing where they are the default's.
    pub(crate) fn told(&self) -> Vec<String> {
        if (self.name)() == type_name::<Enveloped>() {
            return Vec::new();
        }
        let name = (self.name)().rsplit("::").next().unwrap_or_default();
        let value = (self.written)(br#""value""#).unwrap_or_default();
        let (_, failure) = (self.failure)(&Failure::new(&Error::not_found("user"), None));
        let (value, failure) = (String::from_utf8_lossy(&value), String::from_utf8_lossy(&failure));
        vec![format!("Replies are `{name}`: `{value}`, and of a failure `{failure}`."), String::new()]
    }
}

fn failure<S: Replies>(failure: &Failure<'_>) -> (HeaderValue, Bytes) {
    let media = const { HeaderValue::from_static(S::FAILURE_MEDIA) };
    let body = serde_json::to_vec(&S::failure(failure)).unwrap_or_else(|error| {
        tracing::error!("a failure can't be serialised: {error}");
        b"null".to_vec()
    });
    (media, body.into())
}

static SPOKEN: OnceLock<ReplyFunctions> = OnceLock::new();

/// Those of the application that this process serves; before it boots, and in tests of plugins alone, the default's.
pub(crate) fn spoken() -> &'static ReplyFunctions {
    static DEFAULT: ReplyFunctions = ReplyFunctions::of::<Enveloped>();
    SPOKEN.get().unwrap_or(&DEFAULT)
}

/// From now on this process replies so. It can't reply in two shapes at once.
pub(crate) fn adopt(functions: &ReplyFunctions) -> Result<()> {
    let adopted = SPOKEN.get_or_init(|| *functions);
    if (adopted.name)() == (functions.name)() {
        return Ok(());
    }
    let (first, second) = ((adopted.name)(), (functions.name)());
    Err(Error::internal(format!("this process has an application whose replies are `{first}`; these are `{second}`")))
}

/// The shape that this process replies in, for what the server answers by itself.
pub(in crate::response) enum Spoken {}

impl Replies for Spoken {
    fn value<T: Serialize>(value: &T) -> impl Serialize {
        value
    }

    fn value_schema(schema: Value) -> Value {
        (spoken().value_schema)(schema)
    }

    fn failure(failure: &Failure<'_>) -> impl Serialize {
        let (_, body) = (spoken().failure)(failure);
        serde_json::from_slice::<Box<RawValue>>(&body).ok()
    }

    fn failure_schema() -> Value {
        (spoken().failure_schema)()
    }

    fn value_media() -> HeaderValue {
        HeaderValue::from_static(spoken().value_media)
    }

    fn json<T: Serialize>(value: &T) -> serde_json::Result<Bytes> {
        (spoken().written)(&serde_json::to_vec(value)?)
    }

    fn written(json: &[u8]) -> serde_json::Result<Bytes> {
        (spoken().written)(json)
    }
}
