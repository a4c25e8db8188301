//! Tables of TOML, read key by key; what is wrong is noted with its line, and reading goes on.

use std::ops::Range;
use std::time::Duration;

use toml_edit::{Document, Item, TableLike};

use super::{Named, Part, Problems};

/// A table and where it stands.
pub(crate) struct Section<'d> {
    pub(crate) table: &'d dyn TableLike,
    /// `[[route]]`; empty for the whole file.
    pub(crate) name: String,
    pub(crate) line: usize,
}

impl<'d> Section<'d> {
    pub(crate) fn root(table: &'d dyn TableLike) -> Self {
        Self { table, name: String::new(), line: 1 }
    }
}

/// The text, and what is wrong with it.
pub(crate) struct Reader<'t> {
    text: &'t str,
    /// What is read at the moment.
    pub(crate) part: Part,
    pub(crate) problems: Problems,
}

impl<'t> Reader<'t> {
    pub(crate) fn new(file: &str, text: &'t str) -> Self {
        Self { text, part: Part::Manifest, problems: Problems::new(file) }
    }

    /// The file as TOML.
    pub(crate) fn document(&mut self) -> Option<Document<&'t str>> {
        match Document::parse(self.text) {
            Ok(document) => Some(document),
            Err(error) => {
                let line = self.line(error.span());
                self.problem(line, format!("it is not TOML: {}", error.message().replace('\n', ", ")));
                None
            }
        }
    }

    pub(crate) fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.add(self.part, line, message);
    }

    /// A key that must be there is not.
    pub(crate) fn missing(&mut self, section: &Section<'_>, key: &str, write: &str) {
        if section.table.get(key).is_none() {
            let place = if section.name.is_empty() { String::new() } else { format!(" in `{}`", section.name) };
            self.problem(section.line, format!("`{key}` is missing{place}: write `{write}`"));
        }
    }

    /// Reports every key that means nothing.
    pub(crate) fn only(&mut self, section: &Section<'_>, known: &[&str]) {
        let unknown: Vec<(String, usize)> = section
            .table
            .iter()
            .filter(|(key, _)| !known.contains(key))
            .map(|(key, _)| (key.to_owned(), self.line_of_key(section, key)))
            .collect();
        for (key, line) in unknown {
            let place = if section.name.is_empty() { "the manifest".to_owned() } else { format!("`{}`", section.name) };
            self.problem(line, format!("{place} has no `{key}`: it may have {}", listed(known)));
        }
    }

    /// A text.
    pub(crate) fn text(&mut self, section: &Section<'_>, key: &str) -> Option<(String, usize)> {
        let item = section.table.get(key)?;
        let line = self.line_of_key(section, key);
        match item.as_str() {
            Some(text) => Some((text.to_owned(), line)),
            None => {
                self.problem(line, format!("`{key}` must be a text, and is {}", item.type_name()));
                None
            }
        }
    }

    /// A truth value; no where there is none.
    pub(crate) fn flag(&mut self, section: &Section<'_>, key: &str) -> bool {
        let Some(item) = section.table.get(key) else { return false };
        let line = self.line_of_key(section, key);
        item.as_bool().unwrap_or_else(|| {
            self.problem(line, format!("`{key}` must be true or false, and is {}", item.type_name()));
            false
        })
    }

    /// An integer.
    pub(crate) fn integer(&mut self, section: &Section<'_>, key: &str) -> Option<(i64, usize)> {
        let item = section.table.get(key)?;
        let line = self.line_of_key(section, key);
        match item.as_integer() {
            Some(integer) => Some((integer, line)),
            None => {
                self.problem(line, format!("`{key}` must be an integer, and is {}", item.type_name()));
                None
            }
        }
    }

    /// A list of texts.
    pub(crate) fn names(&mut self, section: &Section<'_>, key: &str) -> Vec<Named> {
        let Some(item) = section.table.get(key) else { return Vec::new() };
        let line = self.line_of_key(section, key);
        let Some(array) = item.as_array() else {
            self.problem(line, format!("`{key}` must be a list of texts, and is {}", item.type_name()));
            return Vec::new();
        };
        let mut names = Vec::new();
        for value in array {
            let line = value.span().map_or(line, |span| self.line(Some(span)));
            match value.as_str() {
                Some(name) => names.push(Named { name: name.to_owned(), line }),
                None => {
                    self.problem(line, format!("`{key}` must be a list of texts, and has {} in it", value.type_name()));
                }
            }
        }
        names
    }

    /// A time: `500ms`, `2s`, `1m`.
    pub(crate) fn duration(&mut self, section: &Section<'_>, key: &str) -> Option<Duration> {
        let (text, line) = self.text(section, key)?;
        let read = number(&text).and_then(|(number, unit)| match unit {
            "ms" => Some(Duration::from_millis(number)),
            "s" => Some(Duration::from_secs(number)),
            "m" => Some(Duration::from_secs(number.checked_mul(60)?)),
            _ => None,
        });
        let read = read.filter(|time| !time.is_zero() && *time <= Duration::from_secs(3_600));
        if read.is_none() {
            self.problem(line, format!("`{key}` must be a time of up to an hour, such as \"500ms\", \"2s\" or \"1m\""));
        }
        read
    }

    /// A size: `64MiB`.
    pub(crate) fn size(&mut self, section: &Section<'_>, key: &str) -> Option<u64> {
        let (text, line) = self.text(section, key)?;
        let read = number(&text).and_then(|(number, unit)| match unit {
            "B" => Some(number),
            "KiB" => number.checked_mul(1 << 10),
            "MiB" => number.checked_mul(1 << 20),
            "GiB" => number.checked_mul(1 << 30),
            _ => None,
        });
        let read = read.filter(|size| (1..=1 << 40).contains(size));
        if read.is_none() {
            self.problem(line, format!("`{key}` must be a size, such as \"512KiB\", \"64MiB\" or \"1GiB\""));
        }
        read
    }

    /// A table.
    pub(crate) fn section<'d>(&mut self, parent: &Section<'d>, key: &str) -> Option<Section<'d>> {
        let item = parent.table.get(key)?;
        let line = self.line_of_key(parent, key);
        match item.as_table_like() {
            Some(table) => {
                let line = item.span().map_or(line, |span| self.line(Some(span)));
                Some(Section { table, name: format!("[{key}]"), line })
            }
            None => {
                self.problem(line, format!("`{key}` must be a table: write `[{key}]`"));
                None
            }
        }
    }

    /// A list of tables.
    pub(crate) fn sections<'d>(&mut self, parent: &Section<'d>, key: &str) -> Vec<Section<'d>> {
        let Some(item) = parent.table.get(key) else { return Vec::new() };
        let line = self.line_of_key(parent, key);
        let name = format!("[[{key}]]");
        match item {
            Item::ArrayOfTables(tables) => tables
                .iter()
                .map(|table| {
                    let line = table.span().map_or(line, |span| self.line(Some(span)));
                    Section { table, name: name.clone(), line }
                })
                .collect(),
            Item::Value(value) => {
                let tables = value.as_array().map(|array| array.iter().map(|value| (value, value.as_inline_table())));
                let tables: Option<Vec<_>> = tables.and_then(|mut tables| {
                    tables.try_fold(Vec::new(), |mut all, (value, table)| {
                        all.push((value, table?));
                        Some(all)
                    })
                });
                let Some(tables) = tables else {
                    self.problem(line, format!("`{key}` must be a list of tables: write `{name}`"));
                    return Vec::new();
                };
                tables
                    .into_iter()
                    .map(|(value, table)| {
                        let line = value.span().map_or(line, |span| self.line(Some(span)));
                        Section { table, name: name.clone(), line }
                    })
                    .collect()
            }
            _ => {
                self.problem(line, format!("`{key}` must be a list of tables: write `{name}`"));
                Vec::new()
            }
        }
    }

    fn line_of_key(&self, section: &Section<'_>, key: &str) -> usize {
        section.table.key(key).and_then(toml_edit::Key::span).map_or(section.line, |span| self.line(Some(span)))
    }

    fn line(&self, span: Option<Range<usize>>) -> usize {
        let start = span.map_or(0, |span| span.start).min(self.text.len());
        self.text.get(..start).unwrap_or_default().matches('\n').count() + 1
    }
}

/// `64MiB` is 64 and `MiB`.
fn number(text: &str) -> Option<(u64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    Some((text[..digits].parse().ok()?, text[digits..].trim_start()))
}

/// `` `a`, `b` and `c` ``.
pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "nothing".to_owned(),
    }
}
