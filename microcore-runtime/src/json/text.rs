//! A text as JSON. In: a text. Out: the same in quotes, with escapes where it needs them, as `serde_json` writes it.
//!
//! Most texts need none: that is found out for eight bytes at a time, and then they are copied as they are.

/// Longer names of fields are written as any text.
const LONGEST_NAME: usize = 28;

/// Writes a text in its quotes.
#[inline]
pub fn write_text(json: &mut Vec<u8>, text: &str) {
    if !is_plain(text.as_bytes()) {
        return write_escaped(json, text);
    }
    json.reserve(text.len() + 2);
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

#[cold]
fn write_escaped(json: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(json, text).expect("a list of bytes takes every text");
}

/// The same of the name of a field, which the compiler knows: nothing is left of the question, and of the copy a few words.
#[expect(clippy::inline_always, reason = "where it is called, the name is a constant")]
#[inline(always)]
pub(super) fn write_name(json: &mut Vec<u8>, before: u8, name: &str) {
    if name.len() <= LONGEST_NAME && is_plain(name.as_bytes()) {
        // In one piece, so that there is one question for room.
        let mut piece = [b'"'; LONGEST_NAME + 4];
        let (behind, end) = (2 + name.len(), 4 + name.len());
        piece[0] = before;
        piece[2..behind].copy_from_slice(name.as_bytes());
        piece[behind + 1] = b':';
        json.extend_from_slice(&piece[..end]);
    } else {
        json.push(before);
        write_text(json, name);
        json.push(b':');
    }
}

/// Whether nothing in it is escaped.
#[expect(clippy::inline_always, reason = "of a constant it is known when this is compiled")]
#[inline(always)]
fn is_plain(bytes: &[u8]) -> bool {
    let (words, _) = bytes.as_chunks::<8>();
    if let Some(last) = bytes.last_chunk::<8>() {
        // What is behind the last whole word, and some of that word once more.
        return words.iter().chain([last]).all(|word| is_plain_word(u64::from_le_bytes(*word)));
    }
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let both = u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last));
            is_plain_word(both)
        }
        _ => bytes.iter().all(|byte| !matches!(byte, ..0x20 | b'"' | b'\\')),
    }
}

/// Whether none of eight bytes is a control character, a quote or a backslash. Each of the three differences borrows
/// from the highest bit of a byte that is one, <https://graphics.stanford.edu/~seander/bithacks.html#HasLessInWord>.
#[inline]
fn is_plain_word(word: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = u64::from_le_bytes([0x80; 8]);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & HIGHEST == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut json = Vec::new();
        write_text(&mut json, text);
        String::from_utf8(json).unwrap()
    }

    #[test]
    fn a_name_stands_between_what_is_before_it_and_a_colon() {
        for name in ["", "a", "created_at", &"n".repeat(LONGEST_NAME), &"n".repeat(LONGEST_NAME + 1), "a \"b\"\n"] {
            let mut json = b"{".to_vec();
            write_name(&mut json, b',', name);
            assert_eq!(String::from_utf8(json).unwrap(), format!("{{,{}:", serde_json::to_string(name).unwrap()));
        }
    }

    #[test]
    fn every_character_at_every_place_is_written_as_serde_json_does() {
        let characters = (0..0x100).chain([0x7ff, 0x2028, 0xffff, 0x1_f600]).filter_map(char::from_u32);
        for character in characters {
            for before in 0..18 {
                for after in [0, 1, 3, 7, 9] {
                    let text = format!("{}{character}{}", "a".repeat(before), "é".repeat(after));
                    assert_eq!(written(&text), serde_json::to_string(&text).unwrap(), "{text:?}");
                }
            }
        }
        assert_eq!(written(""), "\"\"");
    }
}
