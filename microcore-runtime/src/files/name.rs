//! What a client may ask for by name. In: the raw path below a mount. Out: a relative path without tricks, or nothing.

use std::path::PathBuf;

use percent_encoding::percent_decode_str;

/// Endings that are served unless the settings say otherwise: what pages are made of.
pub(super) const ENDINGS: [&str; 28] = [
    "html",
    "htm",
    "css",
    "js",
    "mjs",
    "json",
    "map",
    "txt",
    "xml",
    "svg",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "webp",
    "avif",
    "ico",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "mp3",
    "mp4",
    "webm",
    "ogg",
    "pdf",
    "wasm",
    "webmanifest",
];

/// The path of a file below the mount's folder; `None` for what is never served.
///
/// Each segment is decoded after the split and must be a plain name: no way up, no hidden file, no separator of another
/// system, nothing that cuts a string. `.well-known`, as the first segment, is the one name that may begin with a dot.
pub(super) fn relative(raw: &str) -> Option<PathBuf> {
    let mut path = PathBuf::new();
    let mut segments = raw.split('/').peekable();
    let mut first = true;
    while let Some(raw) = segments.next() {
        // A slash at the end is a folder.
        if raw.is_empty() && segments.peek().is_none() {
            break;
        }
        let name = percent_decode_str(raw).decode_utf8().ok()?;
        let is_plain =
            !name.is_empty() && !name.contains(['/', '\\', ':', '\0']) && !name.chars().any(char::is_control);
        if !is_plain || (name.starts_with('.') && !(first && name == ".well-known")) {
            return None;
        }
        path.push(&*name);
        first = false;
    }
    Some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_names() {
        for (raw, path) in [("", ""), ("a.css", "a.css"), ("a/b%20c.js", "a/b c.js"), ("a/", "a"), ("%61.css", "a.css")]
        {
            assert_eq!(relative(raw), Some(PathBuf::from(path)), "{raw}");
        }
        assert_eq!(relative(".well-known/acme"), Some(PathBuf::from(".well-known/acme")));
        let tricks = [
            "..",
            "../a",
            "a/../b",
            "%2e%2e/a",
            "a/%2e%2e",
            "..%2fa",
            "a%2f..%2fb",
            "a//b",
            "/etc/passwd",
            ".env",
            "a/.git/x",
            "a%5c..%5cb",
            "c:x",
            "a%00.css",
            "a/.well-known/x",
            ".well-known/.x",
            ".",
            "%FF",
            "a%0a.css",
        ];
        for trick in tricks {
            assert_eq!(relative(trick), None, "{trick}");
        }
    }

    proptest::proptest! {
        /// Whatever is asked for, what comes out is below the folder and has no hidden name.
        #[test]
        fn no_name_leads_out(raw in "([a-z.%/\\\\]|%2e|%2f|%5c|%00|[.]{2}/|\\PC){0,40}") {
            if let Some(path) = relative(&raw) {
                for (index, part) in path.components().enumerate() {
                    let std::path::Component::Normal(name) = part else { panic!("{raw:?} gave {path:?}") };
                    let name = name.to_str().unwrap();
                    assert!(!name.starts_with('.') || (index == 0 && name == ".well-known"), "{raw:?} gave {path:?}");
                    assert!(!name.contains(['/', '\\', '\0']), "{raw:?} gave {path:?}");
                }
            }
        }
    }
}
