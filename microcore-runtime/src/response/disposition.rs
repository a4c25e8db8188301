//! `content-disposition`: how a browser shows or saves an answer, and under which name. In: a name in any script. Out: the
//! header as RFC 6266 has it, with `filename*` of RFC 8187 where plain text does not do.

use std::fmt::Write as _;

/// To be saved, under this name.
pub(super) fn attachment(name: &str) -> String {
    disposition("attachment", name)
}

/// To be shown, and saved under this name where the user saves it.
pub(super) fn inline(name: &str) -> String {
    disposition("inline", name)
}

fn disposition(kind: &str, name: &str) -> String {
    // A name is no path and has no line breaks, whoever made it.
    let name: String = name.chars().map(|sign| if is_awkward(sign) { '_' } else { sign }).collect();
    if name.is_empty() {
        return kind.to_owned();
    }
    // Clients of old take `%41` for `A`, so what has a percent sign is said exactly, too.
    let plain: String = name.chars().map(|sign| if is_plain(sign) { sign } else { '_' }).collect();
    let mut text = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        text.push_str("; filename*=UTF-8''");
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
                text.push(char::from(byte));
            } else {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

fn is_awkward(sign: char) -> bool {
    sign.is_control() || matches!(sign, '/' | '\\')
}

fn is_plain(sign: char) -> bool {
    matches!(sign, ' '..='~') && !matches!(sign, '"' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_a_way_that_every_client_reads() {
        for (name, said) in [
            ("a.csv", "attachment; filename=\"a.csv\""),
            ("two words.csv", "attachment; filename=\"two words.csv\""),
            ("r\u{e9}sum\u{e9}.pdf", "attachment; filename=\"r_sum_.pdf\"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf"),
            ("\u{20ac} rates", "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates"),
            ("a\"b", "attachment; filename=\"a_b\"; filename*=UTF-8''a%22b"),
            ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
            ("../etc/passwd", "attachment; filename=\".._etc_passwd\""),
            ("c:\\a", "attachment; filename=\"c:_a\""),
            ("a\r\nset-cookie: b", "attachment; filename=\"a__set-cookie: b\""),
            ("", "attachment"),
        ] {
            assert_eq!(attachment(name), said, "{name}");
        }
        assert_eq!(inline("a.pdf"), "inline; filename=\"a.pdf\"");
    }
}
