//! One `{parameter}` of the path. In: the raw segment that the router captured. Out: the value, or a refusal.

use super::decoding::decode_segment;
use super::{FromParam, NOT_UTF8};
use crate::error::{FieldError, InputPlace};

/// Decodes after the path was split, so that `%2F` is a character of the value.
#[inline]
pub(super) fn read<T: FromParam>(name: &'static str, raw: &str) -> Result<T, FieldError> {
    let refuse = |rule, message: &'static str| FieldError::new(InputPlace::Path, name, rule, message);
    let text = decode_segment(raw).ok_or_else(|| refuse("encoding", NOT_UTF8))?;
    T::from_param(text).ok_or_else(|| refuse("type", T::EXPECTS))
}
