//! The cookies that a client sent. In: the headers. Out: values by name, decoded.

use cookie::Cookie;
use http::HeaderMap;
use http::header::COOKIE;

/// The cookies of a request; what is no cookie is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// All cookies of all `cookie` headers, in order; values are percent-decoded.
    pub fn of(headers: &HeaderMap) -> Self {
        let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
        let cookies = texts.flat_map(Cookie::split_parse_encoded).filter_map(Result::ok);
        Self(cookies.map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned())).collect())
    }

    /// The value of the first cookie of this name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Every name with its value, as sent.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_name_counts_and_nonsense_is_left_out() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=1; b=x%20y; =; nonsense".parse().unwrap());
        headers.append(COOKIE, "a=2".parse().unwrap());
        let cookies = Cookies::of(&headers);
        assert_eq!((cookies.get("a"), cookies.get("b"), cookies.get("c")), (Some("1"), Some("x y"), None));
    }
}
