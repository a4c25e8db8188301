//! What the tables look like, as far as a parser reads it in the migrations. For documents: no statement is judged by it.
//!
//! In: what a migration does to a table. Out: lines of text, which the runtime's `manifest` reads.

use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnDef, ColumnOption, CreateIndex, CreateTable, DataType, Expr,
    Ident, IndexColumn, TableConstraint,
};

use super::names::{last, lower};

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shape {
    columns: Vec<Column>,
    unique: Vec<Vec<String>>,
    /// A column, and what it refers to: `table.column`.
    foreign: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    ty: &'static str,
    nullable: bool,
    key: bool,
    default: Option<String>,
}

impl Shape {
    pub(super) fn of(table: &CreateTable) -> Self {
        let mut shape = Self::default();
        for column in &table.columns {
            shape.add(column);
        }
        for constraint in &table.constraints {
            shape.constrain(constraint);
        }
        shape
    }

    /// `ALTER TABLE`.
    pub(super) fn alter(&mut self, operation: &AlterTableOperation) {
        match operation {
            AlterTableOperation::AddColumn { column_def, .. } => self.add(column_def),
            AlterTableOperation::AddConstraint { constraint, .. } => self.constrain(constraint),
            AlterTableOperation::DropColumn { column_names, .. } => {
                let gone: Vec<String> = column_names.iter().map(lower).collect();
                self.columns.retain(|column| !gone.contains(&column.name));
                self.unique.retain(|columns| !columns.iter().any(|column| gone.contains(column)));
                self.foreign.retain(|(column, _)| !gone.contains(column));
            }
            AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
                let (old, new) = (lower(old_column_name), lower(new_column_name));
                let names = self.columns.iter_mut().map(|column| &mut column.name);
                let names = names.chain(self.unique.iter_mut().flatten());
                for name in names.chain(self.foreign.iter_mut().map(|(column, _)| column)).filter(|name| **name == old)
                {
                    name.clone_from(&new);
                }
            }
            AlterTableOperation::AlterColumn { column_name, op } => {
                let name = lower(column_name);
                if let Some(column) = self.columns.iter_mut().find(|column| column.name == name) {
                    column.alter(op);
                }
            }
            _ => {}
        }
    }

    /// An index says that columns are unique together, where it is of all rows and of columns only.
    pub(super) fn index(&mut self, index: &CreateIndex) {
        if index.unique && index.predicate.is_none() {
            self.unique.extend(columns(&index.columns));
        }
    }

    fn add(&mut self, column: &ColumnDef) {
        let name = lower(&column.name);
        let mut added = Column { ty: ty(&column.data_type), nullable: true, key: false, default: None, name };
        // One that counts by itself is never NULL.
        added.nullable = !column.data_type.to_string().to_lowercase().contains("serial");
        for option in &column.options {
            match &option.option {
                ColumnOption::NotNull => added.nullable = false,
                ColumnOption::Generated { generation_expr: None, .. } => added.nullable = false,
                ColumnOption::Default(value) => added.default = Some(value.to_string()),
                ColumnOption::PrimaryKey(_) => (added.key, added.nullable) = (true, false),
                ColumnOption::Unique(_) => self.unique.push(vec![added.name.clone()]),
                ColumnOption::ForeignKey(key) => {
                    self.refer(std::slice::from_ref(&column.name), last(&key.foreign_table), &key.referred_columns);
                }
                _ => {}
            }
        }
        self.columns.push(added);
    }

    fn constrain(&mut self, constraint: &TableConstraint) {
        match constraint {
            TableConstraint::Unique(unique) => self.unique.extend(columns(&unique.columns)),
            TableConstraint::PrimaryKey(key) => {
                let names = columns(&key.columns).unwrap_or_default();
                for column in self.columns.iter_mut().filter(|column| names.contains(&column.name)) {
                    (column.key, column.nullable) = (true, false);
                }
            }
            TableConstraint::ForeignKey(key) => {
                self.refer(&key.columns, last(&key.foreign_table), &key.referred_columns);
            }
            _ => {}
        }
    }

    /// Without a column, REFERENCES means the primary key, which most often is `id`.
    fn refer(&mut self, own: &[Ident], table: Option<String>, theirs: &[Ident]) {
        let Some(table) = table else { return };
        for (index, column) in own.iter().enumerate() {
            let theirs = theirs.get(index).map_or_else(|| "id".to_owned(), lower);
            self.foreign.push((lower(column), format!("{table}.{theirs}")));
        }
    }

    /// `table`, then a line per column and key; words are kept apart by tabs.
    pub(super) fn write(&self, domain: &str, name: &str, text: &mut String) {
        let mut line = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| word.replace(['\t', '\n'], " ")).collect();
            *text += &words.join("\t");
            text.push('\n');
        };
        line(&["table", domain, name]);
        for column in &self.columns {
            let null = match (column.key, column.nullable) {
                (true, _) => "key",
                (false, true) => "null",
                (false, false) => "",
            };
            line(&["column", &column.name, column.ty, null, column.default.as_deref().unwrap_or_default()]);
        }
        let mut unique = self.unique.clone();
        unique.sort();
        unique.dedup();
        for columns in unique {
            line(&std::iter::once("unique").chain(columns.iter().map(String::as_str)).collect::<Vec<_>>());
        }
        for (column, target) in &self.foreign {
            line(&["refers", column, target]);
        }
    }
}

impl Column {
    fn alter(&mut self, operation: &AlterColumnOperation) {
        match operation {
            AlterColumnOperation::SetNotNull => self.nullable = false,
            AlterColumnOperation::DropNotNull => self.nullable = true,
            AlterColumnOperation::SetDefault { value } => self.default = Some(value.to_string()),
            AlterColumnOperation::DropDefault => self.default = None,
            AlterColumnOperation::SetDataType { data_type, .. } => self.ty = ty(data_type),
            _ => {}
        }
    }
}

/// The names; `None` where one is an expression.
fn columns(columns: &[IndexColumn]) -> Option<Vec<String>> {
    let name = |column: &IndexColumn| match &column.column.expr {
        Expr::Identifier(name) => Some(lower(name)),
        _ => None,
    };
    columns.iter().map(name).collect()
}

/// A type in the closed vocabulary; one that is not in it is a text.
fn ty(declared: &DataType) -> &'static str {
    let text = declared.to_string().to_lowercase();
    let word = text.split(|one: char| !one.is_alphanumeric()).next().unwrap_or_default();
    match word {
        _ if text.contains('[') => "text",
        "bool" | "boolean" => "bool",
        "smallint" | "integer" | "int" | "int2" | "int4" | "int8" | "bigint" | "oid" | "smallserial" | "serial"
        | "serial4" | "serial8" | "bigserial" => "int",
        "real" | "double" | "float" | "float4" | "float8" | "numeric" | "decimal" | "dec" => "float",
        "bytea" => "blob",
        "json" | "jsonb" => "json",
        "timestamp" | "timestamptz" | "date" | "time" | "timetz" => "timestamp",
        _ => "text",
    }
}
