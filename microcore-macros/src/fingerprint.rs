//! Fingerprints of texts and of sets of names, which stand in for them where a type argument or a name is needed.
//!
//! They are computed here and not by a `const fn`: rustc would evaluate it once per use, which is felt.

/// FNV-1a.
pub(crate) fn of(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// Of a set of names: their order and their case don't count, as when a row is read.
pub(crate) fn of_names<'n>(names: impl IntoIterator<Item = &'n str>) -> u64 {
    names.into_iter().map(|name| of(&name.to_ascii_lowercase())).fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same figures as in `microcore-macros/sql/src/fingerprint.rs`.
    #[test]
    fn is_the_same_in_both_crates_and_blind_to_order_and_case_only() {
        assert_eq!(of("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(of_names(["id", "name"]), of("id").wrapping_add(of("name")));
        assert_eq!(of_names(["id", "name"]), of_names(["NAME", "id"]));
        assert_ne!(of_names(["id"]), of_names(["id", "id"]));
    }
}
