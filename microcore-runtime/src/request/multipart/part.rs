//! One part of a multipart body: a file, or a text field.

use std::borrow::Cow;

use bytes::Bytes;

use super::disposition::{Disposition, last_step};
use super::reader::Reader;
use crate::error::{Error, FieldError, InputPlace, Kind, Result};
use crate::request::{FromParam, unprocessable};

/// One part: a file, or a text field.
///
/// ```
/// use microcore_runtime::error::{Error, Result};
/// use microcore_runtime::request::Part;
///
/// async fn photo(part: Part<'_>) -> Result<Vec<u8>> {
///     if part.media_type() != Some("image/png") {
///         return Err(Error::unprocessable("a photo must be a PNG"));
///     }
///     part.read(2 * 1024 * 1024).await
/// }
/// ```
#[derive(Debug)]
pub struct Part<'f> {
    said: Disposition,
    reader: &'f mut Reader,
}

impl<'f> Part<'f> {
    pub(super) fn of(said: Disposition, reader: &'f mut Reader) -> Self {
        Self { said, reader }
    }

    /// The name of the field; empty where the client gave none.
    pub fn name(&self) -> &str {
        &self.said.name
    }

    /// The file's own name on the client's machine, without folders; `None` for a text field, and where what is left is
    /// no name (`..`, control characters).
    ///
    /// It is the client's word: show it, never open it.
    pub fn file_name(&self) -> Option<&str> {
        last_step(self.said.file_name.as_deref()?)
    }

    /// The media type that the client says the part has.
    pub fn media_type(&self) -> Option<&str> {
        self.said.media_type.as_deref()
    }

    /// The next piece; `None` at the end of the part.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>> {
        self.reader.chunk().await
    }

    /// The whole part, at most `limit` bytes: 413 for a longer one.
    pub async fn read(mut self, limit: u64) -> Result<Vec<u8>> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if (whole.len() + chunk.len()) as u64 > limit {
                let said = format!("the part `{}` may have at most {limit} bytes", self.name());
                return Err(Error::of(Kind::PayloadTooLarge, said));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }

    /// The whole part as text, at most `limit` bytes: 422 where it is not UTF-8.
    pub async fn text(self, limit: u64) -> Result<String> {
        let name = self.name().to_owned();
        String::from_utf8(self.read(limit).await?)
            .map_err(|error| refused(&name, "encoding", "must be UTF-8").with_source(error))
    }

    /// The whole part as a value, written as it would be in the path or the query: 422 where it is none.
    pub async fn value<T: FromParam>(self, limit: u64) -> Result<T> {
        let name = self.name().to_owned();
        T::from_param(Cow::Owned(self.text(limit).await?)).ok_or_else(|| refused(&name, "type", T::EXPECTS))
    }
}

fn refused(name: &str, rule: &'static str, message: &'static str) -> Error {
    unprocessable(vec![FieldError::new(InputPlace::Body, name.to_owned(), rule, message)])
}
