//! Values for examples and tests, by the type as it is written.

/// An expression of the type; `None` for one that nothing is known about.
pub(super) fn value(field: &str, ty: &str) -> Option<String> {
    let ty: String = ty.chars().filter(|char| !char.is_whitespace()).collect();
    let inside = |outer: &str| ty.strip_prefix(outer)?.strip_prefix('<')?.strip_suffix('>');
    Some(match ty.as_str() {
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" => "7".to_owned(),
        "f32" | "f64" => "1.5".to_owned(),
        "bool" => "true".to_owned(),
        "String" => format!("\"{}\".to_owned()", text(field)),
        _ => match (inside("Option"), inside("Vec")) {
            (Some(one), _) => format!("Some({})", value(field, one)?),
            (_, Some(one)) => format!("vec![{}]", value(field, one)?),
            _ => return None,
        },
    })
}

/// A text for a field of this name.
pub(super) fn text(field: &str) -> &'static str {
    if field.contains("email") { "ana@example.com" } else { "Ana" }
}

/// Whether a value of the type is copied and not moved.
pub(super) fn is_copied(ty: &str) -> bool {
    !ty.contains("String") && !ty.contains("Vec")
}

/// What can be said where a type is not known.
pub(super) const KNOWN: &str = "`bool`, `f64`, `i64` and other numbers, `String`, `Option<…>` and `Vec<…>` of these";
