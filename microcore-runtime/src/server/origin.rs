//! The origins that the settings name. In: what somebody wrote. Out: the text that browsers send, or what to write instead.
//!
//! Browsers send scheme, host and port as RFC 6454, 6.2 serialises them: in lower case, without a path, without the
//! scheme's own port. What is written otherwise would never be met.

use http::Uri;

use super::ServerSettings;
use crate::request::Origin;

/// The origins of `HTTP_CORS_ORIGINS`, `*` aside. What is wrong with them has ended the boot.
pub(super) fn origins(settings: &ServerSettings) -> Vec<Origin> {
    let named = settings.cors_origins.iter().flatten().filter(|origin| *origin != "*");
    named.filter_map(|origin| Origin::parse(origin)).collect()
}

/// What must be written instead, where it is no origin.
pub(super) fn refusal(text: &str) -> Option<String> {
    if text == "*" {
        return None;
    }
    match serialised(text) {
        Some(origin) if origin == text => None,
        Some(origin) => Some(format!("must be origins as browsers send them: `{origin}`, not `{text}`")),
        None => Some(format!("must be origins such as https://example.com, not `{text}`")),
    }
}

/// The origin of an address; `None` where it has none.
fn serialised(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    Origin::parse(&format!("{}://{}", uri.scheme_str()?, uri.authority()?)).map(|origin| origin.to_string())
}

#[cfg(test)]
mod tests {
    use super::refusal;

    #[test]
    fn an_origin_is_written_as_browsers_send_it() {
        for right in ["*", "https://app.example", "http://localhost:3000", "https://[::1]:8443", "http://10.0.0.1"] {
            assert_eq!(refusal(right), None, "{right}");
        }
        for (written, meant) in [
            ("https://app.example/", "https://app.example"),
            ("https://app.example/page?x", "https://app.example"),
            ("HTTPS://App.Example", "https://app.example"),
            ("https://app.example:443", "https://app.example"),
            ("http://app.example:80", "http://app.example"),
            ("https://app.example.", "https://app.example"),
            ("https://[0:0::1]:8443", "https://[::1]:8443"),
        ] {
            let said = refusal(written).unwrap();
            assert_eq!(said, format!("must be origins as browsers send them: `{meant}`, not `{written}`"));
        }
        let nonsense = [
            "app.example",
            "null",
            "https://",
            "https://a b",
            "https://me@app.example",
            "https://*.example",
            "ftp://a",
            "https://b\u{fc}cher.example",
            "//app.example",
            "https://app.example:99999",
        ];
        for nonsense in nonsense {
            let said = refusal(nonsense).unwrap_or_default();
            assert!(said.starts_with("must be origins such as"), "{nonsense}: {said}");
        }
    }
}
