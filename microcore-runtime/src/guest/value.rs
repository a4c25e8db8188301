//! Values on their way between a database and a guest: few kinds, which every language has.

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum GuestValue {
    /// NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// A text; also a time (RFC 3339), a day, a UUID and a decimal number.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A JSON document, as text.
    Json(String),
}

/// The rows of a statement.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GuestRows {
    /// The names of the columns; none where there is no row.
    pub columns: Vec<String>,
    /// The rows, each with a value per column.
    pub rows: Vec<Vec<GuestValue>>,
}
