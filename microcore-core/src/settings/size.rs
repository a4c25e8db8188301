//! A number of bytes, written with a unit.

use std::str::FromStr;

/// A number of bytes: `1024`, `512KiB`, `2MiB`, `1GiB` (powers of 1,024) or `1kB`, `2MB` (powers of 1,000).
///
/// ```
/// use microcore_core::settings::{ByteSize, FromSetting as _};
///
/// let limit = ByteSize::from_setting("2MiB").unwrap();
/// assert!(b"a small upload".len() <= limit.as_len());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

impl ByteSize {
    /// As an in-memory length; what does not fit is the largest length.
    pub fn as_len(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

/// The text is not a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a size such as 512KiB or 2MiB")]
pub struct NotASize;

impl FromStr for ByteSize {
    type Err = NotASize;

    fn from_str(text: &str) -> Result<Self, NotASize> {
        let text = text.trim();
        let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        let (number, unit) = text.split_at(digits);
        let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "kib" | "k" => 1 << 10,
            "mib" | "m" => 1 << 20,
            "gib" | "g" => 1 << 30,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            _ => return Err(NotASize),
        };
        number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).map(Self).ok_or(NotASize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_units_and_refuses_the_rest() {
        assert_eq!("2MiB".parse(), Ok(ByteSize(2 << 20)));
        assert_eq!("10 kB".parse(), Ok(ByteSize(10_000)));
        for wrong in ["", "MiB", "-1", "1.5MiB", "2 MiBs", "99999999999999999999", "18446744073709551615k"] {
            assert_eq!(wrong.parse::<ByteSize>(), Err(NotASize), "{wrong}");
        }
    }
}
