//! What is known about one key: the row of the settings table.

/// One key that a settings struct reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `MAIL_FROM`.
    pub name: &'static str,
    /// The first sentence of the field's documentation.
    pub doc: &'static str,
    /// What a value must be: "an integer", "a duration such as 500ms, 30s or 5m".
    pub expects: &'static str,
    /// The text that an unset key stands for.
    pub default: Option<&'static str>,
    /// Whether it must be set.
    pub required: bool,
    /// Whether its value is never shown.
    pub secret: bool,
}
