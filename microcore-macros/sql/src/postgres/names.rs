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
    /// The queries around the place that is looked at, the innermost last.
    scopes: Vec<Scope>,
    /// The next relation is a function that gives rows.
    is_function: bool,
    writes: BTreeSet<String>,
    placeholders: BTreeSet<String>,
}

/// The common table expressions of one query.
#[derive(Debug, Default)]
struct Scope {
    names: Vec<String>,
    /// Where their queries are, to tell them from others.
    queries: Vec<*const Query>,
    /// So many of them are known where we are: inside of one, those before it.
    known: usize,
    recursive: bool,
}

impl Scope {
    fn of(query: &Query) -> Self {
        let Some(with) = &query.with else { return Self::default() };
        let tables = &with.cte_tables;
        Self {
            names: tables.iter().map(|table| lower(&table.alias.name)).collect(),
            queries: tables.iter().map(|table| &raw const *table.query).collect(),
            known: tables.len(),
            recursive: with.recursive,
        }
    }

    /// Which of its common table expressions the query is.
    fn position(&self, query: &Query) -> Option<usize> {
        self.queries.iter().position(|known| std::ptr::eq(*known, query))
    }
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
        let reads = self.relations.iter().filter(|name| !self.writes.contains(*name));
        Used { reads: reads.cloned().collect(), writes: self.writes.clone(), placeholders: self.placeholders }
    }

    /// Whether a name without a schema is a common table expression here.
    fn is_common(&self, relation: &ObjectName) -> bool {
        relation.0.len() == 1
            && last(relation)
                .is_some_and(|name| self.scopes.iter().any(|scope| scope.names[..scope.known].contains(&name)))
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
        if let Some(around) = self.scopes.last_mut()
            && let Some(position) = around.position(query)
            && !around.recursive
        {
            around.known = position;
        }
        self.scopes.push(Scope::of(query));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.scopes.pop();
        if let Some(around) = self.scopes.last_mut()
            && around.position(query).is_some()
        {
            around.known = around.names.len();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        let is_function = std::mem::take(&mut self.is_function);
        if !is_function && !self.is_common(relation) {
            self.relations.extend(last(relation));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        self.is_function = matches!(factor, TableFactor::Table { args: Some(_), .. });
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
