//! What darling says, in our words. In: its sentence. Out: ours, where the two differ.

/// About a word that is no option. darling says "Unknown field: `x`. Available values: `a`, `b`", or "Unknown field: `x`.
/// Did you mean `a`?" where another crate of the build asks it for suggestions.
pub(crate) fn unknown(said: &str) -> Option<String> {
    let unknown = said.strip_prefix("Unknown field: ")?;
    if let Some((name, meant)) = unknown.split_once(". Did you mean ") {
        return Some(format!("{name} must be written {}", meant.trim_end_matches('?')));
    }
    let (name, names) = unknown.split_once(". Available values: ")?;
    Some(format!("{name} must be one of {names}"))
}

pub(crate) fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn a_word_that_is_no_option_is_told_with_what_darling_knows() {
        for (said, ours) in [
            ("Unknown field: `a`. Available values: `b`, `c`", Some("`a` must be one of `b`, `c`")),
            ("Unknown field: `a`. Did you mean `b`?", Some("`a` must be written `b`")),
            ("Unknown field: `a`", None),
            ("Missing field `a`", None),
        ] {
            assert_eq!(unknown(said).as_deref(), ours, "{said}");
        }
    }
}
