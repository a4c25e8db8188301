//! Statements → mistakes. One rule per file, the rule in prose on top; this list is the specification.

mod foreign_table;
mod parameters;
mod refused;
mod without_rows;

use proc_macro2::{Ident, Span};

use crate::declared::{Application, Plugin, Statement};
use crate::engine::{Engine, Prepared};
use crate::errors::Errors;

/// A statement that the engine accepts, by the name of its function.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) key: Ident,
    /// The first literal with its text.
    pub(crate) place: Span,
    pub(crate) prepared: Prepared,
    /// The tables' own names, for the manifest.
    pub(crate) reads: Vec<String>,
    pub(crate) writes: Vec<String>,
}

/// Runs every rule; gives what is known of each text that was accepted, once.
pub(crate) fn check(application: &Application, engine: &dyn Engine, errors: &mut Errors) -> Vec<Known> {
    let mut known: Vec<Known> = Vec::new();
    for plugin in &application.plugins {
        for statement in plugin.statements.iter().filter(|statement| statement.checked) {
            errors.within(statement.place.as_deref());
            if let Some(earlier) = known.iter().find(|known| known.key == statement.key) {
                rules(plugin, statement, &earlier.prepared, engine, errors);
                continue;
            }
            match engine.prepare(&statement.sql.value()) {
                Ok(prepared) => {
                    rules(plugin, statement, &prepared, engine, errors);
                    let own_names = |names: &std::collections::BTreeSet<String>| {
                        names.iter().map(|name| engine.tables()[name].name.clone()).collect()
                    };
                    let (reads, writes) = (own_names(&prepared.reads), own_names(&prepared.writes));
                    known.push(Known {
                        key: statement.key.clone(),
                        place: statement.sql.span(),
                        prepared,
                        reads,
                        writes,
                    });
                }
                Err(refusal) => refused::check(&refusal, plugin, statement, engine, errors),
            }
        }
    }
    known
}

fn rules(plugin: &Plugin, statement: &Statement, prepared: &Prepared, engine: &dyn Engine, errors: &mut Errors) {
    parameters::check(statement, prepared, errors);
    foreign_table::check(plugin, statement, prepared, engine, errors);
    without_rows::check(statement, prepared, errors);
}
