//! The tables that the migrations make, as far as the parser can read them.

use std::collections::BTreeMap;

use sqlparser::ast::{
    AlterTableOperation, CreateTable, ObjectName, ObjectType, RenameTableNameKind, Statement, ViewColumnDef,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::names::{last, lower};
use super::parse;
use super::shape::Shape;
use crate::engine::{Table, Tables};
use crate::migrations::Migration;

/// The tables so far.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) tables: Tables,
    /// Whether every statement of the migrations was read: else a table that is not known may exist.
    pub(super) complete: bool,
    /// What tables look like, by name in lower case; nothing of views.
    shapes: BTreeMap<String, Shape>,
}

impl Default for Known {
    fn default() -> Self {
        Self { tables: Tables::new(), complete: true, shapes: BTreeMap::new() }
    }
}

impl Known {
    /// Takes in what a migration does.
    pub(super) fn note(&mut self, migration: &Migration) {
        if let Ok(statements) = parse(&migration.sql) {
            self.apply_all(&statements, migration);
            return;
        }
        // A parser never knows all of PostgreSQL: what it can't read is left to the server.
        for text in split(&migration.sql) {
            match parse(&text) {
                Ok(statements) => self.apply_all(&statements, migration),
                Err(_) => self.complete = false,
            }
        }
    }

    /// Every table that is not a view, as text.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (name, shape) in &self.shapes {
            if let Some(table) = self.tables.get(name) {
                shape.write(&table.domain, &table.name, &mut text);
            }
        }
        text
    }

    fn apply_all(&mut self, statements: &[Statement], migration: &Migration) {
        for statement in statements {
            self.apply(statement, migration);
        }
    }

    fn apply(&mut self, statement: &Statement, migration: &Migration) {
        match statement {
            Statement::CreateTable(table @ CreateTable { name, columns, .. }) => {
                if let Some(key) = last(name) {
                    self.shapes.entry(key).or_insert_with(|| Shape::of(table));
                }
                let columns = columns.iter().map(|column| lower(&column.name)).collect();
                self.create(name, columns, migration);
            }
            Statement::CreateView(view) => {
                let name = |column: &ViewColumnDef| lower(&column.name);
                self.create(&view.name, view.columns.iter().map(name).collect(), migration);
            }
            Statement::CreateIndex(index) => {
                if let Some(shape) = last(&index.table_name).and_then(|name| self.shapes.get_mut(&name)) {
                    shape.index(index);
                }
            }
            Statement::AlterTable(alter) => {
                for operation in &alter.operations {
                    self.alter(&alter.name, operation, migration);
                }
            }
            Statement::Drop { object_type: ObjectType::Table | ObjectType::View, names, .. } => {
                for name in names.iter().filter_map(last) {
                    self.tables.remove(&name);
                    self.shapes.remove(&name);
                }
            }
            _ => {}
        }
    }

    fn create(&mut self, name: &ObjectName, columns: Vec<String>, migration: &Migration) {
        let Some(name) = last(name) else { return };
        self.tables.entry(name.clone()).or_insert_with(|| Table {
            name,
            domain: migration.domain.clone(),
            created_by: migration.name(),
            columns: columns.into_iter().map(|column| (column, migration.name())).collect(),
        });
    }

    fn alter(&mut self, name: &ObjectName, operation: &AlterTableOperation, migration: &Migration) {
        let Some(key) = last(name) else { return };
        if let Some(shape) = self.shapes.get_mut(&key) {
            shape.alter(operation);
        }
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => {
                if let Some(table) = self.tables.get_mut(&key) {
                    table.columns.push((lower(&column_def.name), migration.name()));
                }
            }
            AlterTableOperation::RenameTable {
                table_name: RenameTableNameKind::As(new) | RenameTableNameKind::To(new),
            } => {
                if let (Some(mut table), Some(new)) = (self.tables.remove(&key), last(new)) {
                    table.name.clone_from(&new);
                    if let Some(shape) = self.shapes.remove(&key) {
                        self.shapes.insert(new.clone(), shape);
                    }
                    self.tables.insert(new, table);
                }
            }
            _ => {}
        }
    }
}

/// The text at its semicolons, those in texts and bodies of functions left alone.
fn split(sql: &str) -> Vec<String> {
    let Ok(tokens) = Tokenizer::new(&PostgreSqlDialect {}, sql).tokenize() else { return vec![sql.to_owned()] };
    let statements = tokens.split(|token| *token == Token::SemiColon);
    let texts = statements.map(|tokens| tokens.iter().map(ToString::to_string).collect::<String>());
    texts.filter(|text| !text.trim().is_empty()).collect()
}
