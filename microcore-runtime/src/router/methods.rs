//! A set of methods: what a path may be asked with. Gathered while the router looks, told where nothing answered.

use std::fmt;

/// Some of GET, POST, PUT, PATCH and DELETE; HEAD comes with GET, OPTIONS always.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Methods(u8);

/// In the order of the alphabet, as `allow` tells them. Generated code knows the positions.
const NAMES: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
const GET: u8 = 1 << 1;
const HEAD: u8 = 1 << 2;
const OPTIONS: u8 = 1 << 3;
const POST: u8 = 1 << 5;

impl Methods {
    /// None.
    pub const NONE: Self = Self(0);

    /// Every one.
    pub(crate) const ALL: Self = Self(0b111_1111);

    /// What files and pages have.
    pub(crate) const GET: Self = Self(GET);

    /// What acts.
    pub(crate) const POST: Self = Self(POST);

    /// By their positions in the alphabetical list DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT.
    pub const fn of(bits: u8) -> Self {
        Self(bits)
    }

    /// Adds those.
    #[inline]
    pub fn add(&mut self, bits: u8) {
        self.0 |= bits;
    }

    /// Those and these.
    pub(crate) const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether no route has the path.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// `DELETE, GET, HEAD, OPTIONS`.
impl fmt::Display for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let implied = if self.0 & GET == 0 { OPTIONS } else { OPTIONS | HEAD };
        let all = self.0 | implied;
        let names = NAMES.iter().enumerate().filter(|(position, _)| all & (1 << position) != 0);
        for (index, (_, name)) in names.enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Methods;

    #[test]
    fn head_comes_with_get_and_options_always() {
        assert_eq!(Methods::of(0b10).to_string(), "GET, HEAD, OPTIONS");
        assert_eq!(Methods::of(0b110_0001).to_string(), "DELETE, OPTIONS, POST, PUT");
    }
}
