//! What a part says of itself. In: the lines of its head. Out: its name, its file name, its media type.

use super::super::parameters;

/// Of one part; the names are decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Disposition {
    pub(super) name: String,
    pub(super) file_name: Option<String>,
    pub(super) media_type: Option<String>,
}

impl Disposition {
    /// Reads the head, lines joined by CRLF; the error is what is wrong with it.
    pub(super) fn of(head: &[u8]) -> Result<Self, &'static str> {
        let head = std::str::from_utf8(head).map_err(|_| "the head of a part must be UTF-8")?;
        let mut read = Self::default();
        let mut is_named = false;
        for line in head.split("\r\n").filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once(':').ok_or("a line of a part's head has no `:`")?;
            // A name with a space, or a line that goes on with the one before it.
            if name.is_empty() || name.contains([' ', '\t']) {
                return Err("a line of a part's head has no name");
            }
            if name.eq_ignore_ascii_case("content-disposition") {
                if is_named {
                    return Err("a part has two `content-disposition`");
                }
                is_named = true;
                read.read_names(value)?;
            } else if name.eq_ignore_ascii_case("content-type") {
                read.media_type = Some(value.trim_ascii().to_owned()).filter(|text| !text.is_empty());
            }
        }
        Ok(read)
    }

    fn read_names(&mut self, value: &str) -> Result<(), &'static str> {
        let wrong = |_| "a `content-disposition` is malformed";
        if !parameters::essence(value).eq_ignore_ascii_case("form-data") {
            return Err("a part's `content-disposition` must be `form-data`");
        }
        self.name = parameters::value(value, "name").map_err(wrong)?.map(decoded).unwrap_or_default();
        self.file_name = parameters::value(value, "filename").map_err(wrong)?.map(decoded);
        Ok(())
    }
}

/// Browsers write a quote, CR and LF as `%22`, `%0D` and `%0A`, and nothing else.
fn decoded(text: std::borrow::Cow<'_, str>) -> String {
    let mut text = text.into_owned();
    for (written, meant) in [("%22", "\""), ("%0D", "\r"), ("%0A", "\n")] {
        if text.contains(written) {
            text = text.replace(written, meant);
        }
    }
    text
}

/// The last step of a path of any system; `None` where that is no name.
pub(super) fn last_step(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next()?;
    let is_name = !matches!(name, "" | "." | "..") && !name.contains(char::is_control);
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(value: &str) -> Result<(String, Option<String>), &'static str> {
        let read = Disposition::of(format!("Content-Disposition:{value}").as_bytes())?;
        Ok((read.name, read.file_name))
    }

    #[test]
    fn types_and_names_of_parameters_ignore_case() {
        for same in [
            "form-data; name=\"a\"; filename=\"b.txt\"",
            " FORM-DATA; NAME=\"a\"; FileName=\"b.txt\"",
            "Form-Data;name=a;filename=b.txt",
            "form-data ; filename=b.txt ; name = a ;",
        ] {
            assert_eq!(names(same), Ok(("a".into(), Some("b.txt".into()))), "{same}");
        }
        let upper = Disposition::of(b"CONTENT-DISPOSITION: form-data; name=a\r\nCONTENT-TYPE: text/plain").unwrap();
        assert_eq!(upper.media_type.as_deref(), Some("text/plain"));
    }

    #[test]
    fn names_are_decoded_as_clients_encode_them() {
        for (sent, meant) in [
            (r#""a%22b""#, "a\"b"),
            (r#""a\"b""#, "a\"b"),
            (r#""a\\b""#, "a\\b"),
            (r#""C:\up\a""#, "C:\\up\\a"),
            (r#""a;b=c""#, "a;b=c"),
            ("\"\u{e9}\"", "\u{e9}"),
            ("\"100%\"", "100%"),
        ] {
            assert_eq!(names(&format!("form-data; name={sent}")).unwrap().0, meant, "{sent}");
        }
    }

    #[test]
    fn a_head_that_can_be_read_in_two_ways_is_refused() {
        for wrong in [
            "form-data; name=\"a\"; name=\"b\"",
            "form-data; name=\"a",
            "form-data; name",
            "attachment; name=\"a\"",
            "form-data; name=\"a\"b",
        ] {
            assert!(names(wrong).is_err(), "{wrong}");
        }
        for wrong in [
            &b"x"[..],
            b": y",
            b"a b: c",
            b"a: b\r\n c",
            b"x: \xFF",
            b"content-disposition: form-data\r\nContent-Disposition: form-data",
        ] {
            assert!(Disposition::of(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_path_that_ends_in_no_name_has_none() {
        for (path, name) in [
            ("a.txt", Some("a.txt")),
            ("C:\\up\\a.txt", Some("a.txt")),
            ("../../etc/passwd", Some("passwd")),
            ("..", None),
            ("a/..", None),
            ("a\\.", None),
            ("a/", None),
            ("", None),
            ("a\u{0}.txt", None),
            ("...", Some("...")),
        ] {
            assert_eq!(last_step(path), name, "{path}");
        }
    }
}
