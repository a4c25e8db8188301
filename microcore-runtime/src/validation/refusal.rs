//! What a `custom` function may return as its error: a sentence.

use std::borrow::Cow;

/// Why a value was refused, in the words for the client.
///
/// ```
/// use std::borrow::Cow;
/// use microcore_runtime::validation::Refusal;
///
/// enum BadName {
///     Reserved,
///     Taken(String),
/// }
///
/// impl Refusal for BadName {
///     fn sentence(self) -> Cow<'static, str> {
///         match self {
///             Self::Reserved => "must not be a reserved name".into(),
///             Self::Taken(by) => format!("must not be the name of {by}").into(),
///         }
///     }
/// }
///
/// /// `#[validate(custom(function = free))]`
/// fn free(name: &str) -> Result<(), BadName> {
///     match name {
///         "admin" => Err(BadName::Reserved),
///         "ana" => Err(BadName::Taken("somebody else".to_owned())),
///         _ => Ok(()),
///     }
/// }
/// assert_eq!(free("admin").unwrap_err().sentence(), "must not be a reserved name");
/// ```
pub trait Refusal {
    /// "must not be a reserved name".
    fn sentence(self) -> Cow<'static, str>;
}

impl Refusal for &'static str {
    fn sentence(self) -> Cow<'static, str> {
        self.into()
    }
}

impl Refusal for String {
    fn sentence(self) -> Cow<'static, str> {
        self.into()
    }
}

impl Refusal for Cow<'static, str> {
    fn sentence(self) -> Cow<'static, str> {
        self
    }
}
