//! What an engine's catalogue says → the tables, in one vocabulary and one order, so that two engines can be compared.
//!
//! In: rows of the catalogue. Out: tables by name, columns in physical order, keys in the order of their columns.

use std::collections::BTreeMap;

use microcore_runtime::manifest::{ColumnFacts, TableFacts};

/// Table, column, declared type, nullable, part of the primary key, default.
pub(crate) type ColumnRow = (String, String, String, bool, bool, Option<String>);
/// Table, name of the constraint or index, column; no column where it is an expression.
pub(crate) type UniqueRow = (String, String, Option<String>);
/// Table, name of the constraint, column, table and column that it refers to.
pub(crate) type ForeignRow = (String, String, String, String, String);

/// The rows of one catalogue.
pub(crate) struct Catalogue {
    pub(crate) columns: Vec<ColumnRow>,
    pub(crate) unique: Vec<UniqueRow>,
    pub(crate) foreign: Vec<ForeignRow>,
}

impl Catalogue {
    /// The tables; who owns them is not in a catalogue.
    pub(crate) fn tables(self, ty: fn(&str) -> &'static str) -> Vec<TableFacts> {
        let mut tables: BTreeMap<String, TableFacts> = BTreeMap::new();
        for (table, name, declared, nullable, primary_key, written) in self.columns {
            let ty = ty(&declared);
            let default = written.and_then(|written| default(&written, ty));
            let column = ColumnFacts { name, ty, nullable: nullable && !primary_key, primary_key, default };
            tables.entry(table.clone()).or_insert_with(|| empty(table)).columns.push(column);
        }
        for ((table, _), columns) in grouped(self.unique) {
            // An index on an expression says nothing about columns.
            if let (Some(table), Some(columns)) = (tables.get_mut(&table), columns.into_iter().collect()) {
                table.unique.push(columns);
            }
        }
        let foreign = self.foreign.into_iter();
        let foreign =
            foreign.map(|(table, key, column, parent, target)| (table, key, (column, format!("{parent}.{target}"))));
        let mut keys: Vec<_> =
            grouped(foreign.collect()).into_iter().map(|((table, _), pairs)| (table, pairs)).collect();
        keys.sort();
        for (table, pairs) in keys {
            if let Some(table) = tables.get_mut(&table) {
                table.foreign_keys.extend(pairs);
            }
        }
        let mut tables: Vec<_> = tables.into_values().collect();
        for table in &mut tables {
            table.unique.sort();
            table.unique.dedup();
        }
        tables
    }
}

fn empty(name: String) -> TableFacts {
    let (columns, unique, foreign_keys) = (Vec::new(), Vec::new(), Vec::new());
    TableFacts { domain: String::new(), name, columns, unique, foreign_keys }
}

/// Rows of one table and one name together, each group in the order of its rows.
fn grouped<T>(rows: Vec<(String, String, T)>) -> BTreeMap<(String, String), Vec<T>> {
    let mut groups: BTreeMap<_, Vec<T>> = BTreeMap::new();
    for (table, name, item) in rows {
        groups.entry((table, name)).or_default().push(item);
    }
    groups
}

/// A default as both engines can write it: without casts and outer parentheses, keywords in capitals. A counter is none.
fn default(written: &str, ty: &str) -> Option<String> {
    const WORDS: [&str; 5] = ["TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"];
    let bare = without_parentheses(without_cast(without_parentheses(written.trim())));
    if bare.eq_ignore_ascii_case("NULL") || bare.starts_with("nextval(") {
        return None;
    }
    let unquoted = bare.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).filter(|inside| !inside.is_empty());
    Some(match (ty, unquoted, bare) {
        // A negative number is a text with a cast to PostgreSQL.
        ("int" | "float", Some(number), _) => number.to_owned(),
        ("bool", _, "0") => "FALSE".to_owned(),
        ("bool", _, "1") => "TRUE".to_owned(),
        _ => WORDS
            .iter()
            .find(|word| word.eq_ignore_ascii_case(bare))
            .map_or_else(|| bare.to_owned(), ToString::to_string),
    })
}

/// `'x'::character varying` → `'x'`.
fn without_cast(text: &str) -> &str {
    let Some((value, ty)) = text.rsplit_once("::") else { return text };
    let is_type = ty.chars().all(|char| char.is_alphanumeric() || " _()[],\"".contains(char));
    if is_type { without_cast(value) } else { text }
}

fn without_parentheses(text: &str) -> &str {
    let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) else { return text };
    if inside.contains(['(', ')']) { text } else { inside.trim() }
}

#[cfg(test)]
mod tests {
    use super::default;

    #[test]
    fn defaults_of_both_engines_read_alike() {
        for (sqlite, postgres, ty, both) in [
            ("'new'", "'new'::text", "text", Some("'new'")),
            ("'a::b'", "'a::b'::character varying", "text", Some("'a::b'")),
            ("-1", "'-1'::integer", "int", Some("-1")),
            ("1.5", "1.5", "float", Some("1.5")),
            ("0", "false", "bool", Some("FALSE")),
            ("True", "true", "bool", Some("TRUE")),
            ("current_timestamp", "CURRENT_TIMESTAMP", "timestamp", Some("CURRENT_TIMESTAMP")),
            ("NULL", "NULL::character varying", "text", None),
            ("''", "''::text", "text", Some("''")),
        ] {
            assert_eq!(default(sqlite, ty).as_deref(), both, "{sqlite}");
            assert_eq!(default(postgres, ty).as_deref(), both, "{postgres}");
        }
        assert_eq!(default("nextval('users_id_seq'::regclass)", "int"), None);
    }
}
