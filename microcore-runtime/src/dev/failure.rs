//! Why there is no new code: what the compiler says, or what the boot says.

use serde::Serialize;
use serde_json::Value;

/// Told as a page, as JSON, and as lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Failure {
    /// `does not compile` or `does not start`.
    pub(super) what: &'static str,
    /// All that was said.
    pub(super) text: String,
    /// The errors, where the compiler has found some.
    pub(super) errors: Vec<CompileError>,
}

/// An error of the compiler.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct CompileError {
    pub(super) message: String,
    pub(super) code: Option<String>,
    pub(super) file: Option<String>,
    pub(super) line: Option<u64>,
    pub(super) column: Option<u64>,
}

impl Failure {
    pub(super) fn of_boot(reason: &str) -> Self {
        Self { what: "does not start", text: reason.to_owned(), errors: Vec::new() }
    }

    /// From cargo's messages, and what it said besides.
    pub(super) fn of_build(messages: &[Value], said: &str) -> Self {
        let errors = messages.iter().filter(|message| message["level"] == "error");
        let errors: Vec<&Value> = errors.filter(|message| message["spans"].as_array().is_some()).collect();
        let rendered: String = errors.iter().filter_map(|message| message["rendered"].as_str()).collect();
        let text = if rendered.is_empty() { said } else { &rendered };
        let errors = errors.iter().filter_map(|message| CompileError::of(message)).collect();
        Self { what: "does not compile", text: plain(text), errors }
    }

    /// The first of it in one line.
    pub(super) fn line(&self) -> String {
        let Some(error) = self.errors.first() else {
            let mut lines = self.text.lines().filter(|line| !line.trim().is_empty());
            return lines.next().unwrap_or(self.what).to_owned();
        };
        let place = match (&error.file, error.line, error.column) {
            (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}  "),
            _ => String::new(),
        };
        let code = error.code.as_ref().map_or_else(String::new, |code| format!(" [{code}]"));
        format!("{place}{}{code}", error.message)
    }
}

impl CompileError {
    /// `None` for the closing words, such as "aborting due to 1 previous error".
    fn of(message: &Value) -> Option<Self> {
        let spans = message["spans"].as_array()?;
        let primary = spans.iter().find(|span| span["is_primary"] == true);
        primary.or_else(|| message["code"].as_object().map(|_| &Value::Null))?;
        let primary = primary.unwrap_or(&Value::Null);
        Some(Self {
            message: message["message"].as_str()?.to_owned(),
            code: message["code"]["code"].as_str().map(str::to_owned),
            file: primary["file_name"].as_str().map(str::to_owned),
            line: primary["line_start"].as_u64(),
            column: primary["column_start"].as_u64(),
        })
    }
}

/// Without the sequences that colour a terminal.
fn plain(text: &str) -> String {
    let mut parts = text.split('\u{1b}');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.strip_prefix('[').and_then(|rest| rest.split_once(|char: char| char.is_ascii_alphabetic()));
        plain.push_str(rest.map_or(part, |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_error_is_one_line_and_colours_are_left_out() {
        let error = json!({
            "level": "error", "message": "mismatched types", "code": { "code": "E0308" },
            "rendered": "\u{1b}[1m\u{1b}[91merror[E0308]\u{1b}[0m: mismatched types\n",
            "spans": [{ "is_primary": true, "file_name": "src/a.rs", "line_start": 12, "column_start": 9 }],
        });
        let last =
            json!({ "level": "error", "message": "aborting due to 1 previous error", "code": null, "spans": [] });
        let failure = Failure::of_build(&[error, last], "");
        assert_eq!(failure.line(), "src/a.rs:12:9  mismatched types [E0308]");
        assert_eq!(failure.text, "error[E0308]: mismatched types\n");
        assert_eq!(failure.errors.len(), 1);
        assert_eq!(Failure::of_build(&[], "error: no Cargo.toml\n").line(), "error: no Cargo.toml");
    }
}
