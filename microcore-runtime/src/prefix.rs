//! The beginning of a text. In: a text, and how many bytes there is room for. Out: the characters that fit.

/// Not `str::floor_char_boundary`, which is younger than the oldest compiler that builds this.
pub(crate) fn prefix(text: &str, room: usize) -> &str {
    let mut end = room.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn it_ends_between_two_characters() {
        let cut = [0, 1, 2, 3, 4, 9].map(|room| prefix("aéz", room));
        assert_eq!(cut, ["", "a", "a", "aé", "aéz", "aéz"]);
    }
}
