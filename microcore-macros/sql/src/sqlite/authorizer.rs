//! What SQLite asks leave for while it prepares a statement: which tables it reads, writes, makes and changes.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

/// The one authorizer of a connection.
#[derive(Debug)]
pub(super) struct Authorizer(Arc<Mutex<Seen>>);

/// All that was asked for since the last [`Authorizer::forget`].
#[derive(Debug, Default, Clone)]
pub(super) struct Seen {
    pub(super) accesses: Vec<Access>,
    /// Tables and views that were made or altered, in lower case.
    pub(super) shaped: BTreeSet<String>,
    /// Whether something was dropped or altered, so that names may be gone or new.
    pub(super) renamed: bool,
}

/// One use of a table. Names are in lower case.
#[derive(Debug, Clone)]
pub(super) struct Access {
    pub(super) table: String,
    pub(super) writes: bool,
    /// Whether a column was named: where none is read, SQLite names the table only, without saying in whose name.
    pub(super) has_column: bool,
    /// The view, trigger, common table expression or subquery in which it happens.
    pub(super) inside: Option<String>,
}

impl Authorizer {
    pub(super) fn install(connection: &mut Connection) -> rusqlite::Result<Self> {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let noted = Arc::clone(&seen);
        connection.authorizer(Some(move |context: AuthContext<'_>| {
            noted.lock().unwrap_or_else(PoisonError::into_inner).note(&context)
        }))?;
        Ok(Self(seen))
    }

    pub(super) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Seen::default();
    }

    pub(super) fn seen(&self) -> Seen {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Seen {
    fn note(&mut self, context: &AuthContext<'_>) -> Authorization {
        let (table, writes, has_column) = match context.action {
            // A file that the compiler would open.
            AuthAction::Attach { .. } => return Authorization::Deny,
            AuthAction::CreateTable { table_name }
            | AuthAction::CreateView { view_name: table_name }
            | AuthAction::CreateVtable { table_name, .. } => {
                self.shaped.insert(table_name.to_lowercase());
                return Authorization::Allow;
            }
            AuthAction::AlterTable { table_name, .. } => {
                self.shaped.insert(table_name.to_lowercase());
                self.renamed = true;
                (table_name, true, true)
            }
            AuthAction::DropTable { table_name }
            | AuthAction::DropView { view_name: table_name }
            | AuthAction::DropVtable { table_name, .. } => {
                self.renamed = true;
                (table_name, true, true)
            }
            AuthAction::Read { table_name, column_name } => (table_name, false, !column_name.is_empty()),
            AuthAction::Insert { table_name }
            | AuthAction::Delete { table_name }
            | AuthAction::Update { table_name, .. } => (table_name, true, true),
            _ => return Authorization::Allow,
        };
        let inside = context.accessor.map(str::to_lowercase);
        self.accesses.push(Access { table: table.to_lowercase(), writes, has_column, inside });
        Authorization::Allow
    }
}
