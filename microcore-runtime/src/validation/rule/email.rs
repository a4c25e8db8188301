//! Whether a text is an email address. In: the text. Out: what the document's pattern says.
//!
//! It is what a browser's field takes (the HTML standard), with dots only between other characters (RFC 5321, 4.1.2,
//! `Dot-string`), and not longer than a mail server takes. Quoted names, addresses in brackets and letters outside of
//! ASCII are mail addresses too, and neither browsers nor most servers take them.

/// The same for the document.
pub(crate) const PATTERN: &str = "^(?=[^@]{1,64}@[^@]{1,255}$)[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\
                                 (\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$";

pub(super) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let has_atoms = local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atom));
    has_atoms && local.len() <= 64 && domain.len() <= 255 && domain.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len()) && label.bytes().all(is_inside) && !label.starts_with('-') && !label.ends_with('-')
}
