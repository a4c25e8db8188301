//! Whether a request that changes something comes from a page of this very origin, or from no page at all.

use http::header::{HOST, ORIGIN};

use crate::request::Head;

/// Browsers say where a page is from in `origin`, and newer ones in `sec-fetch-site` whether that is here; programs say
/// neither. The scheme is not compared: behind a proxy only the proxy knows it.
pub(super) fn sent(head: &Head) -> bool {
    let site = head.headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin") {
        return false;
    }
    let mut origins = head.headers.get_all(ORIGIN).into_iter();
    let (origin, other) = (origins.next(), origins.next());
    let Some(origin) = origin else { return true };
    let page = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    let asked = head.uri.authority().map(http::uri::Authority::as_str);
    let asked = asked.or_else(|| head.headers.get(HOST).and_then(|host| host.to_str().ok()));
    let (Some((scheme, page)), Some(asked), None) = (page, asked, other) else { return false };
    let own_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return false,
    };
    let bare = |authority: &'static str, text: &str| text.strip_suffix(authority).unwrap_or(text).to_ascii_lowercase();
    bare(own_port, page) == bare(own_port, asked)
}

/// Whether the page came over TLS, as it says itself.
pub(super) fn is_private(head: &Head) -> bool {
    head.headers.get(ORIGIN).is_some_and(|origin| origin.as_bytes().starts_with(b"https://"))
}

#[cfg(test)]
mod tests {
    use super::sent;

    #[test]
    fn only_a_page_of_this_origin_or_a_program_is_let_in() {
        for (host, origin, site, is_own) in [
            ("localhost:5000", None, None, true),
            ("localhost:5000", Some("http://localhost:5000"), Some("same-origin"), true),
            ("a.example", Some("https://a.example"), None, true),
            ("a.example:443", Some("https://A.example"), None, true),
            ("a.example", Some("http://a.example:80"), None, true),
            ("localhost:5000", Some("http://localhost:3000"), None, false),
            ("localhost:5000", Some("http://localhost:5000"), Some("same-site"), false),
            ("localhost:5000", None, Some("cross-site"), false),
            ("localhost:5000", None, Some("none"), false),
            ("localhost:5000", Some("null"), None, false),
            ("a.example", Some("https://a.example.evil.example"), None, false),
            ("a.example", Some("ftp://a.example"), None, false),
        ] {
            let mut request = http::Request::post("/system/x").header("host", host);
            for (name, value) in [("origin", origin), ("sec-fetch-site", site)] {
                request = value
                    .map(|value| (name, value))
                    .into_iter()
                    .fold(request, |request, (name, value)| request.header(name, value));
            }
            let head = request.body(()).unwrap().into_parts().0;
            assert_eq!(sent(&head), is_own, "{host} {origin:?} {site:?}");
        }
    }
}
