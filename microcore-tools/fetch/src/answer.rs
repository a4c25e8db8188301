//! What came back: a status, headers and a whole body.

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use super::FetchError;

/// How much of a body an error quotes for the log, in bytes.
const QUOTED: usize = 500;

/// An answer, with whatever status.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answer {
    /// Who gave it: host and port, for messages.
    pub service: String,
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// All of its body.
    pub body: Bytes,
}

impl Answer {
    /// For backends.
    pub fn of(service: &str, status: StatusCode, headers: HeaderMap, body: impl Into<Bytes>) -> Self {
        Self { service: service.to_owned(), status, headers, body: body.into() }
    }

    /// The value of a header, where there is one and it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The same where the status is one of success.
    pub fn success(self) -> Result<Self, FetchError> {
        if self.status.is_success() {
            return Ok(self);
        }
        let said = &self.body[..self.body.len().min(QUOTED)];
        Err(FetchError::of_status(&self.service, self.status.as_u16(), String::from_utf8_lossy(said).into_owned()))
    }

    /// The body as JSON, whatever the status.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, FetchError> {
        serde_json::from_slice(&self.body).map_err(|error| self.unreadable(error))
    }

    /// The body as text of UTF-8, whatever the status.
    pub fn text(&self) -> Result<String, FetchError> {
        String::from_utf8(self.body.to_vec()).map_err(|error| self.unreadable(error))
    }

    fn unreadable(&self, error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> FetchError {
        FetchError::Unreadable { service: self.service.clone(), source: error.into() }
    }
}
