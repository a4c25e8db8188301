//! Tables as the check of SQL writes them into the application, one text for all: a constant of records would be
//! compiled anew at every touch.
//!
//! In: a line per table, column and key, its words kept apart by tabs. Out: the facts.

use super::{ColumnFacts, TableFacts};

/// The tables of a text. A line that is not understood is left out: only the macro writes them.
pub fn tables_of(text: &str) -> Vec<TableFacts> {
    let mut tables: Vec<TableFacts> = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split('\t').collect();
        if let ["table", domain, name] = words[..] {
            let (columns, unique, foreign_keys) = (Vec::new(), Vec::new(), Vec::new());
            tables.push(TableFacts { domain: domain.to_owned(), name: name.to_owned(), columns, unique, foreign_keys });
            continue;
        }
        let Some(table) = tables.last_mut() else { continue };
        match words[..] {
            ["column", name, ty, null, default] => table.columns.push(ColumnFacts {
                name: name.to_owned(),
                ty: word(ty),
                nullable: null == "null",
                primary_key: null == "key",
                default: (!default.is_empty()).then(|| default.to_owned()),
            }),
            ["unique", ref columns @ ..] => table.unique.push(columns.iter().map(ToString::to_string).collect()),
            ["refers", column, target] => table.foreign_keys.push((column.to_owned(), target.to_owned())),
            _ => {}
        }
    }
    tables
}

/// The vocabulary is closed.
fn word(ty: &str) -> &'static str {
    const WORDS: [&str; 7] = ["bool", "int", "float", "blob", "json", "timestamp", "text"];
    WORDS.into_iter().find(|word| *word == ty).unwrap_or("text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_was_written() {
        let text = "table\tshop\tusers\ncolumn\tid\tint\tkey\t\ncolumn\tteam\ttext\tnull\t'a b'\n\
                    unique\tid\tteam\nrefers\tteam\tteams.id\ntable\tmail\tsent\n";
        let tables = tables_of(text);
        assert_eq!((tables.len(), tables[1].name.as_str(), tables[1].domain.as_str()), (2, "sent", "mail"));
        let users = &tables[0];
        assert_eq!(
            (users.columns[0].primary_key, users.columns[0].nullable, users.columns[0].ty),
            (true, false, "int")
        );
        assert_eq!(users.columns[1].default.as_deref(), Some("'a b'"));
        assert_eq!(users.unique, [["id", "team"]]);
        assert_eq!(users.foreign_keys, [("team".to_owned(), "teams.id".to_owned())]);
    }
}
