//! One parameter of the query. In: the raw query string. Out: the value, or a refusal.
//!
//! The string is walked once per parameter: queries are short, and nothing is allocated for the keys.

use super::decoding::decode_component;
use super::{FromParam, NOT_UTF8};
use crate::error::{FieldError, InputPlace};

/// The raw `key`, `value` pairs of a query string, in order.
pub(super) fn pairs(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

/// What a query parameter may be: one value, an `Option` of one, or a `Vec` for a repeated key.
///
/// ```
/// use std::collections::BTreeSet;
/// use microcore_runtime::error::FieldError;
/// use microcore_runtime::request::{FromQuery, Occurrences};
///
/// /// `tag=new&tag=red&tag=new`: each once, sorted.
/// struct Tags(BTreeSet<String>);
///
/// impl FromQuery for Tags {
///     fn from_query(occurrences: &mut Occurrences<'_>) -> Result<Self, FieldError> {
///         std::iter::from_fn(|| occurrences.take()).collect::<Result<_, _>>().map(Self)
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a query parameter",
    note = "a query parameter is an integer, a float, `bool`, `char`, `String`, `Uuid`, `Date`, `Timestamp`, `Decimal` \
            or an `IpAddr`, or an `Option` or a `Vec` of one",
    note = "a JSON body is the parameter named `body`, the whole query as a struct the one named `query`"
)]
pub trait FromQuery: Sized {
    /// The value made from every occurrence of the key, or what is wrong.
    fn from_query(occurrences: &mut Occurrences<'_>) -> Result<Self, FieldError>;
}

/// Of `limit[]=3` for one limit.
pub(super) const NO_LIST: &str = "must be one value and no list";

/// Every value of one key, in order.
#[derive(Debug)]
pub struct Occurrences<'q> {
    name: &'static str,
    rest: &'q str,
}

impl<'q> Occurrences<'q> {
    pub(super) fn of(name: &'static str, query: &'q str) -> Self {
        Self { name, rest: query }
    }

    /// The next value, converted, under the key or under the key with brackets: `tag=a`, `tag[]=a`.
    pub fn take<T: FromParam>(&mut self) -> Option<Result<T, FieldError>> {
        let (raw, _) = self.raw()?;
        Some(self.convert(raw))
    }

    /// The only value, where there is one; a second is refused, and so is a list of one.
    fn only<T: FromParam>(&mut self) -> Option<Result<T, FieldError>> {
        let (raw, is_listed) = self.raw()?;
        if self.raw().is_some() {
            return Some(Err(self.refusal("repeated", "must be given once")));
        }
        Some(if is_listed { Err(self.refusal("type", NO_LIST)) } else { self.convert(raw) })
    }

    fn convert<T: FromParam>(&self, raw: &'q str) -> Result<T, FieldError> {
        let text = decode_component(raw).ok_or_else(|| self.refusal("encoding", NOT_UTF8))?;
        T::from_param(text).ok_or_else(|| self.refusal("type", T::EXPECTS))
    }

    fn refusal(&self, rule: &'static str, message: &'static str) -> FieldError {
        FieldError::new(InputPlace::Query, self.name, rule, message)
    }

    /// The next value, and whether its key has brackets.
    fn raw(&mut self) -> Option<(&'q str, bool)> {
        while !self.rest.is_empty() {
            let (pair, rest) = self.rest.split_once('&').unwrap_or((self.rest, ""));
            self.rest = rest;
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let is_ours = |key: &str| match key.strip_prefix(self.name) {
                Some("") => Some(false),
                Some("[]") => Some(true),
                _ => None,
            };
            // A key that is not UTF-8 is an unknown key, and those are ignored.
            let found = is_ours(key).or_else(|| {
                let is_escaped = key.contains(['%', '+']);
                if is_escaped { decode_component(key).and_then(|key| is_ours(&key)) } else { None }
            });
            if let Some(is_listed) = found {
                return Some((value, is_listed));
            }
        }
        None
    }
}

impl<T: FromParam> FromQuery for T {
    fn from_query(occurrences: &mut Occurrences<'_>) -> Result<Self, FieldError> {
        occurrences.only().unwrap_or_else(|| Err(occurrences.refusal("required", "is required")))
    }
}

/// Absent is `None`; present and malformed is refused.
impl<T: FromParam> FromQuery for Option<T> {
    fn from_query(occurrences: &mut Occurrences<'_>) -> Result<Self, FieldError> {
        occurrences.only().transpose()
    }
}

/// Absent is empty.
impl<T: FromParam> FromQuery for Vec<T> {
    fn from_query(occurrences: &mut Occurrences<'_>) -> Result<Self, FieldError> {
        std::iter::from_fn(|| occurrences.take()).collect()
    }
}

/// Whether a query without the key is a value.
#[cfg(test)]
pub(crate) fn reads_nothing<T: FromQuery>() -> bool {
    T::from_query(&mut Occurrences::of("n", "")).is_ok()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::civil::Date;
    use rust_decimal::Decimal;
    use uuid::Uuid;

    use super::*;

    fn read<T: FromQuery>(query: &str) -> Result<T, String> {
        T::from_query(&mut Occurrences::of("n", query)).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_one_value_an_optional_one_and_many() {
        assert_eq!(read::<u32>("x=&n=7&%FF=1"), Ok(7));
        assert_eq!(read::<u32>("%6e=7"), Ok(7));
        assert_eq!(read::<u32>("x=1"), Err("`n` is required".into()));
        assert_eq!(read::<u32>("n=1&n=2"), Err("`n` must be given once".into()));
        assert_eq!(read::<Option<u32>>(""), Ok(None));
        assert_eq!(read::<Option<u32>>("n=x"), Err("`n` must be a whole number".into()));
        assert_eq!(read::<Vec<i8>>("n=1&m=2&n=-3"), Ok(vec![1, -3]));
        assert_eq!(read::<String>("n=a+b%26"), Ok("a b&".into()));
        assert_eq!(read::<String>("n=%FF"), Err("`n` must be percent-encoded UTF-8".into()));
    }

    #[test]
    fn a_list_is_spelt_with_brackets_or_without_them() {
        for query in ["n=1&n=2", "n[]=1&n[]=2", "n=1&n[]=2", "n[]=1&n=2", "n%5B%5D=1&n%5b%5d=2&n[0]=7&nn=8&n[=9"] {
            assert_eq!(read::<Vec<u32>>(query), Ok(vec![1, 2]), "{query}");
        }
        let refused = Err("`n` must be one value and no list".to_owned());
        assert_eq!((read::<u32>("n[]=1"), read::<Option<u32>>("n[]=1").map(|_| 0)), (refused.clone(), refused));
        assert_eq!(read::<u32>("n=1&n[]=1"), Err("`n` must be given once".into()));
        assert_eq!(read::<Option<u32>>("m[]=1"), Ok(None));
    }

    #[test]
    fn reads_what_a_column_can_hold_and_says_what_else_is_meant() {
        let uuid = "67e55044-10b1-426f-9247-bb680e5fe0c8";
        assert_eq!(read(&format!("n={uuid}")), Ok(uuid.parse::<Uuid>().unwrap()));
        assert_eq!(read::<Uuid>("n=67e55044"), Err("`n` must be a UUID".into()));
        assert_eq!(read("n=2024-02-29"), Ok(Date::constant(2024, 2, 29)));
        assert_eq!(read::<Option<Date>>("n=2023-02-29"), Err("`n` must be a date such as 2026-01-31".into()));
        let noon: Timestamp = "2026-01-31T12:00:00Z".parse().unwrap();
        assert_eq!(read::<Vec<Timestamp>>("n=2026-01-31T12:00:00Z&n=2026-01-31T14:00:00%2B02:00"), Ok(vec![noon; 2]));
        let moment = "`n` must be a moment such as 2026-01-31T12:00:00Z";
        assert_eq!(read::<Timestamp>("n=2026-01-31"), Err(moment.into()));
        assert_eq!(read("n=-12.50"), Ok(Decimal::new(-1250, 2)));
        let digits = "`n` must be a decimal number of up to 28 digits";
        for wrong in ["n=1,5", "n=", "n=0.12345678901234567890123456789012"] {
            assert_eq!(read::<Decimal>(wrong), Err(digits.into()), "{wrong}");
        }
    }
}
