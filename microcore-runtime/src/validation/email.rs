//! Whether a text is an email address. In: the text. Out: what a browser's field says, and no dot out of place.
//!
//! The `validator` crate follows the HTML standard, which lets dots begin, end and follow each other; RFC 5321 (4.1.2,
//! `Dot-string`) does not, and `format: email` of a JSON Schema means the RFC.

use validator::ValidateEmail;

/// What `#[validate(email)]` asks.
pub fn is_email<T: ValidateEmail + ?Sized>(value: &T) -> bool {
    value.validate_email() && value.as_email_string().is_none_or(|address| has_dots_in_place(&address))
}

fn has_dots_in_place(address: &str) -> bool {
    let local = address.rsplit_once('@').map_or(address, |(local, _)| local);
    !local.starts_with('.') && !local.ends_with('.') && !local.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_stand_between_other_characters() {
        for good in ["ana@example.com", "a.b.c@example.com", "a+b@localhost", "!#$%@a-b.example"] {
            assert!(is_email(&good), "{good}");
        }
        for bad in [".ana@example.com", "ana.@example.com", "a..b@example.com", "ana", "@example.com", "a@b@c d", ""] {
            assert!(!is_email(&bad), "{bad}");
        }
        assert!(is_email(&None::<String>), "nothing is wrong with nothing");
    }
}
