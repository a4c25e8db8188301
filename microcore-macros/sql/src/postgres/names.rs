//! The tables and placeholders that a statement names.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    FromTable, Ident, ObjectName, Query, Statement, TableFactor, TableObject, TableWithJoins, Value, ValueWithSpan,
    Visitor,
};

/// What was found so far. Names are in lower case.
#[derive(Debug, Default)]
pub(super) struct Names {
    relations: BTreeSet<String>,
    /// Common table expressions, and functions that give rows.
    not_tables: BTreeSet<String>,
    writes: BTreeSet<String>,
    placeholders: BTreeSet<String>,
}

/// What a statement uses. A table that it writes to is read only where it is named again.
#[derive(Debug)]
pub(super) struct Used {
    pub(super) reads: BTreeSet<String>,
    pub(super) writes: BTreeSet<String>,
    pub(super) placeholders: BTreeSet<String>,
}

impl Names {
    pub(super) fn used(self) -> Used {
        let is_table = |name: &String| !self.not_tables.contains(name);
        let reads = self.relations.iter().filter(|name| !self.writes.contains(*name));
        Used {
            reads: reads.filter(|name| is_table(name)).cloned().collect(),
            writes: self.writes.iter().filter(|name| is_table(name)).cloned().collect(),
            placeholders: self.placeholders,
        }
    }

    fn written(&mut self, table: &TableWithJoins) {
        if let TableFactor::Table { name, .. } = &table.relation {
            self.writes.extend(last(name));
        }
    }
}

impl Visitor for Names {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let with = query.with.iter().flat_map(|with| &with.cte_tables);
        self.not_tables.extend(with.map(|table| lower(&table.alias.name)));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        self.relations.extend(last(relation));
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, args: Some(_), .. } = factor {
            self.not_tables.extend(last(name));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_statement(&mut self, statement: &Statement) -> ControlFlow<()> {
        match statement {
            Statement::Insert(insert) => {
                if let TableObject::TableName(name) = &insert.table {
                    self.writes.extend(last(name));
                }
            }
            Statement::Update(update) => self.written(&update.table),
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &delete.from;
                for table in from {
                    self.written(table);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        if let Value::Placeholder(placeholder) = &value.value {
            self.placeholders.insert(placeholder.clone());
        }
        ControlFlow::Continue(())
    }
}

/// A name as PostgreSQL folds it; a quoted one is compared without its case too.
pub(super) fn lower(name: &Ident) -> String {
    name.value.to_lowercase()
}

/// The name without its schema; `None` in a schema that is not the application's.
pub(super) fn last(name: &ObjectName) -> Option<String> {
    let parts: Vec<&Ident> = name.0.iter().map(|part| part.as_ident()).collect::<Option<_>>()?;
    match parts[..] {
        [name] => Some(lower(name)),
        [schema, name] if lower(schema) == "public" => Some(lower(name)),
        _ => None,
    }
}
