//! The tables that a statement itself reads and writes: not those behind the views that it reads, nor those that
//! triggers write to. Those are the business of the migration that made view or trigger.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::authorizer::Seen;
use crate::engine::words;

/// Names of views and triggers, in lower case.
#[derive(Debug, Default)]
pub(super) struct Bodies {
    views: BTreeSet<String>,
    triggers: BTreeSet<String>,
}

impl Bodies {
    pub(super) fn of(connection: &Connection) -> rusqlite::Result<Self> {
        let named = |ty: &str| -> rusqlite::Result<BTreeSet<String>> {
            let mut names = connection.prepare("SELECT lower(name) FROM sqlite_schema WHERE type = ?1")?;
            names.query_map([ty], |row| row.get(0))?.collect()
        };
        Ok(Self { views: named("view")?, triggers: named("trigger")? })
    }

    /// What the statement reads, and what it writes, in lower case.
    pub(super) fn footprint(&self, sql: &str, seen: Seen) -> (BTreeSet<String>, BTreeSet<String>) {
        let words: BTreeSet<String> = words(sql).collect();
        let is_body = |name: &String| self.views.contains(name) || self.triggers.contains(name);
        let through_view =
            seen.accesses.iter().any(|access| access.inside.as_ref().is_some_and(|name| self.views.contains(name)));
        let (mut reads, mut writes) = (BTreeSet::new(), BTreeSet::new());
        for access in seen.accesses {
            match &access.inside {
                // A view whose columns are only counted is not named by itself.
                Some(view) if self.views.contains(view) && words.contains(view) => {
                    reads.insert(view.clone());
                }
                // A name of the statement's own; one that is not in its text stands inside of a view.
                Some(name) if is_body(name) || !words.contains(name) => {}
                None if through_view && !access.has_column => {}
                _ if access.writes => {
                    writes.insert(access.table);
                }
                _ => {
                    reads.insert(access.table);
                }
            }
        }
        (reads, writes)
    }
}
