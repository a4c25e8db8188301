//! A plugin reads and writes the tables of its own domain: the one whose migration created them.
//!
//! What another domain knows is asked for on the bus, so that its tables may change.

use crate::declared::{Plugin, Statement};
use crate::engine::{Engine, Prepared};
use crate::errors::Errors;

pub(crate) fn check(
    plugin: &Plugin,
    statement: &Statement,
    prepared: &Prepared,
    engine: &dyn Engine,
    errors: &mut Errors,
) {
    for name in prepared.reads.union(&prepared.writes) {
        let table = &engine.tables()[name];
        if table.domain == plugin.domain {
            continue;
        }
        let help = if prepared.writes.contains(name) {
            "publish an event that a plugin of that domain hears"
        } else {
            "ask a plugin of that domain with `bus.request`, or keep what its events tell"
        };
        errors.add(
            &statement.sql,
            "MC0516",
            format!("table `{}` belongs to domain `{}`, not to `{}`", table.name, table.domain, plugin.name),
            format!("{help}; migration `{}` creates the table", table.created_by),
        );
    }
}
