//! What an engine knows of a column before there is a row: whether every row can be read is then known as well.
//!
//! A row that can't be read undoes what its statement wrote. Where it surely can be, the statement needs no
//! transaction around it, and so no second way to the server.

/// A column that a statement returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// What it holds.
    pub kind: Kind,
    /// Whether it may hold NULL.
    pub nullable: bool,
}

/// What a column holds, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Integers of so many bits, with sign.
    Int(u32),
    /// Truth values.
    Bool,
    /// Texts.
    Text,
    /// UUIDs.
    Uuid,
    /// Something else: only the value tells.
    Other,
}

impl Returned {
    /// Whether it holds values of this kind, and never NULL.
    pub(crate) fn always(self, kind: Kind) -> bool {
        self.kind == kind && !self.nullable
    }

    /// Whether it holds integers that all fit, and never NULL.
    pub(crate) fn fits<T: TryFrom<i64>>(self) -> bool {
        let Kind::Int(bits @ 1..=64) = self.kind else { return false };
        let least = i64::MIN >> (64 - bits);
        !self.nullable && T::try_from(least).is_ok() && T::try_from(!least).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{FromValue, Row};

    #[test]
    fn what_always_fits_is_known_before_there_is_a_row() {
        let column = |kind, nullable| Returned { kind, nullable };
        let [short, long] = [Kind::Int(32), Kind::Int(64)].map(|kind| column(kind, false));
        assert!(i64::reads(long) && i64::reads(short) && i32::reads(short) && !i32::reads(long));
        assert!(!u32::reads(short) && !u64::reads(long));
        assert!(String::reads(column(Kind::Text, false)) && !String::reads(column(Kind::Text, true)));
        assert!(Option::<i64>::reads(column(Kind::Int(64), true)) && !i64::reads(column(Kind::Int(64), true)));
        assert!(!f64::reads(long) && !serde_json::Value::reads(column(Kind::Text, false)));
        assert!(<(i64, String)>::reads_all(&[long, column(Kind::Text, false)]));
        assert!(!<(i64, String)>::reads_all(&[long]) && !i64::reads_all(&[long, long]));
    }
}
