//! `vary`: what an answer depends on, beside its address. In: a request header's name. Out: the list with it.

use http::header::VARY;
use http::{HeaderMap, HeaderValue};

/// Adds the name, where neither it nor `*` is there already.
pub(crate) fn vary(headers: &mut HeaderMap, name: &'static str) {
    let lines = headers.get_all(VARY).into_iter().filter_map(|line| line.to_str().ok());
    let is_there =
        lines.flat_map(|line| line.split(',')).map(str::trim).any(|one| one == "*" || one.eq_ignore_ascii_case(name));
    if !is_there {
        headers.append(VARY, HeaderValue::from_static(name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_added_once() {
        for (said, lines) in [("", 2), ("accept", 2), ("Origin", 1), ("accept, ORIGIN", 1), ("*", 1)] {
            let mut headers = HeaderMap::new();
            headers.insert(VARY, HeaderValue::from_static(said));
            vary(&mut headers, "origin");
            assert_eq!(headers.get_all(VARY).iter().count(), lines, "{said}");
        }
    }
}
