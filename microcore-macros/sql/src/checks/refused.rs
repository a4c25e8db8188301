//! A statement is one that the engine accepts: it can be parsed, and its tables and columns exist.

use crate::declared::{Plugin, Statement};
use crate::engine::{Engine, Refusal, Table, Tables, words};
use crate::errors::{Errors, listed, nearest};

/// More names than this are no help.
const SHOWN: usize = 12;

pub(crate) fn check(
    refusal: &Refusal,
    plugin: &Plugin,
    statement: &Statement,
    engine: &dyn Engine,
    errors: &mut Errors,
) {
    let (sql, name, tables) = (&statement.sql, engine.name(), engine.tables());
    let unchecked = format!("where {name} accepts it while running, write `sql_unchecked(\"…\")`");
    match refusal {
        Refusal::Syntax { near: Some(near), line } => errors.add(
            sql,
            "MC0512",
            format!("the statement can't be read from `{near}` on{}", at_line(statement, *line)),
            if engine.is_stricter() {
                format!("correct what stands there or just before it; {unchecked}")
            } else {
                format!("correct what stands there or just before it; this is {name}'s SQL")
            },
        ),
        Refusal::Syntax { near: None, .. } => {
            errors.add(sql, "MC0512", "the statement ends too early for `;`", "write the rest of it");
        }
        Refusal::Table(table) => errors.add(
            sql,
            "MC0513",
            format!("table `{table}` does not exist"),
            missing_table(table, &plugin.domain, tables),
        ),
        Refusal::Column { name, table } => missing_column(name, table.as_deref(), statement, tables, errors),
        Refusal::Several => errors.add(
            sql,
            "MC0517",
            format!("`{}` takes one statement, and this text has several", statement.method),
            "write a call for each; `db.transaction(async |tx| { … })` makes them one",
        ),
        Refusal::Other(message) => {
            errors.add(sql, "MC0518", format!("{name} refuses the statement: `{message}`"), unchecked);
        }
    }
}

/// Of a literal of one line, the line says nothing.
fn at_line(statement: &Statement, line: usize) -> String {
    if statement.sql.value().contains('\n') { format!(", line {line} of the text") } else { String::new() }
}

fn missing_table(table: &str, domain: &str, tables: &Tables) -> String {
    let names = || tables.values().map(|table| table.name.as_str());
    if let Some(near) = nearest(table, names()) {
        let known = &tables[&near.to_lowercase()];
        return format!("did you mean `{near}`? migration `{}` creates it", known.created_by);
    }
    let create = format!("create it in a migration in src/domains/{domain}/migrations/");
    match tables.len() {
        1..=SHOWN => format!("{create}, or use one of {}", listed(names())),
        _ => create,
    }
}

fn missing_column(column: &str, table: Option<&str>, statement: &Statement, tables: &Tables, errors: &mut Errors) {
    let candidates: Vec<&Table> = match table {
        Some(table) => tables.get(&table.to_lowercase()).into_iter().collect(),
        None => named(&statement.sql.value(), tables),
    };
    let place = match &candidates[..] {
        [] => String::new(),
        tables => format!(" in {}", listed(tables.iter().map(|table| table.name.as_str()))),
    };
    let all = || candidates.iter().flat_map(|table| table.columns.iter().map(move |column| (*table, column)));
    let near = nearest(column, all().map(|(_, (name, _))| name.as_str()));
    let help = match near.and_then(|near| all().find(|(_, (name, _))| name == near)) {
        Some((table, (near, added_by))) => {
            format!("did you mean `{near}`? migration `{added_by}` adds it to `{}`", table.name)
        }
        None if candidates.is_empty() => "a text stands in single quotes, a column comes from a table".to_owned(),
        None => {
            let tables = candidates.iter().map(|table| {
                let columns = table.columns.iter().take(SHOWN).map(|(name, _)| name.as_str());
                format!("`{}` (migration `{}`) has {}", table.name, table.created_by, listed(columns))
            });
            tables.collect::<Vec<_>>().join("; ")
        }
    };
    errors.add(&statement.sql, "MC0514", format!("column `{column}` does not exist{place}"), help);
}

/// The tables whose names stand in the text.
fn named<'t>(sql: &str, tables: &'t Tables) -> Vec<&'t Table> {
    let mut found: Vec<&Table> = Vec::new();
    for table in words(sql).filter_map(|word| tables.get(&word)) {
        if !found.contains(&table) {
            found.push(table);
        }
    }
    found
}
