//! `schema`: the tables of the live database, as SQL would read them.

use std::fmt::Write;

use super::{Exit, Surroundings, db};
use crate::application::Application;
use crate::database::Migrated;
use crate::manifest::{ColumnFacts, TableFacts};

pub(super) fn run<A: Application>(surroundings: &mut Surroundings<'_>) -> Exit {
    match db::ask::<A, _>(surroundings, async |settings, boot, _| A::Database::schema(settings, boot).await) {
        Ok(tables) => {
            let shown: Vec<_> = tables.iter().filter(|table| !table.is_internal()).map(text).collect();
            surroundings.result(if shown.is_empty() { "no tables\n".to_owned() } else { shown.join("\n") }.as_str())
        }
        Err(exit) => exit,
    }
}

fn text(table: &TableFacts) -> String {
    let mut text = format!("{}\n", table.name);
    let width = table.columns.iter().map(|column| column.name.len()).max().unwrap_or_default();
    for column in &table.columns {
        let _ = writeln!(text, "  {:<width$} {}", column.name, kind(column));
    }
    for columns in &table.unique {
        let _ = writeln!(text, "  unique ({})", columns.join(", "));
    }
    for (column, target) in &table.foreign_keys {
        let _ = writeln!(text, "  {column} → {target}");
    }
    text
}

fn kind(column: &ColumnFacts) -> String {
    let key = if column.primary_key { " primary key" } else { "" };
    let null = if column.nullable { " null" } else { "" };
    let default = column.default.as_ref().map(|default| format!(" default {default}")).unwrap_or_default();
    format!("{}{key}{null}{default}", column.ty)
}
