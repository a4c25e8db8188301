//! The records of the manifest. Data only; the macros write them as constants.

use std::collections::BTreeSet;

use schemars::{Schema, SchemaGenerator};

use super::{Access, InterceptorFacts, RouteFacts};
use crate::plugin::Identity;
use crate::request::ExtractFacts;
use crate::response::{Enveloped, ReplyFunctions};
use crate::settings::{Environment, Key, Problems};

/// Gives the JSON Schema of a type. Called by commands only.
pub type ShapeOf = fn(&mut SchemaGenerator) -> Schema;

/// Looks for mistakes in settings.
pub type CheckSettings = fn(&Environment, &mut Problems);

/// Everything that the wiring knows, in the order of domains, then files.
#[derive(Debug, Clone, Copy)]
pub struct Manifest {
    /// The application's package.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Its package folder while it was compiled: where a debug build refreshes `AI_CONTEXT.md`. Empty in a release build.
    pub folder: &'static str,
    /// Every tool that could be named, built-in ones first.
    pub tools: &'static [ToolFacts],
    /// Every plugin.
    pub plugins: &'static [PluginFacts],
    /// Every event.
    pub events: &'static [EventFacts],
    /// Every migration.
    pub migrations: &'static [Migration],
    /// Every model that holds SQL for several plugins.
    pub models: &'static [ModelFacts],
    /// Where SQL stands that is neither checked nor in here: `src/domains/users/models/user.rs:12`.
    pub unseen: &'static [&'static str],
    /// The shape of what it replies.
    pub replies: ReplyFunctions,
}

impl Manifest {
    /// An application without files.
    pub const EMPTY: Self = Self {
        name: "",
        version: "",
        folder: "",
        tools: &[],
        plugins: &[],
        events: &[],
        migrations: &[],
        models: &[],
        unseen: &[],
        replies: ReplyFunctions::of::<Enveloped>(),
    };

    /// Whether a tool is set up: some plugin names it, or the framework itself needs it.
    pub fn needs_tool(&self, name: &str) -> bool {
        let guarded = || {
            self.plugins.iter().any(|plugin| {
                plugin.routes.iter().any(|route| route.who_may_ask() != Access::Open)
                    || plugin.interceptors.iter().any(|interceptor| interceptor.access != Access::Open)
            })
        };
        matches!(name, "http" | "logger")
            || self.plugins.iter().any(|plugin| plugin.tools.contains(&name))
            || self.extracts().any(|extract| extract.tools.contains(&name))
            || (name == "auth" && guarded())
    }

    /// What is made of requests, for any route.
    fn extracts(&self) -> impl Iterator<Item = &'static ExtractFacts> {
        self.plugins.iter().flat_map(|plugin| plugin.routes).flat_map(|route| route.extracts)
    }
}

/// A tool.
#[derive(Debug, Clone, Copy)]
pub struct ToolFacts {
    /// `db`.
    pub name: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// Its public methods, in the order of the source.
    pub methods: &'static [Method],
    /// What it reads from the environment.
    pub settings: &'static [Key],
}

/// A public method of a tool.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// `fn now(&self) -> u64`, exactly as written.
    pub signature: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
}

/// A plugin.
#[derive(Debug, Clone, Copy)]
pub struct PluginFacts {
    /// Domain and file.
    pub identity: Identity,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// The tools that its constructor names.
    pub tools: &'static [&'static str],
    /// What it reads from the environment.
    pub settings: &'static [Key],
    /// Reads that, to see what is wrong with it.
    pub check_settings: CheckSettings,
    /// What it serves.
    pub routes: &'static [RouteFacts],
    /// What it hears.
    pub subscriptions: &'static [SubscriptionFacts],
    /// What it answers.
    pub replies: &'static [ReplyFacts],
    /// The event types that it publishes, as far as its source says.
    pub publishes: &'static [&'static str],
    /// The SQL that it gives to the tool `db` as literals.
    pub statements: &'static [StatementFacts],
    /// What it runs around routes.
    pub interceptors: &'static [InterceptorFacts],
}

impl PluginFacts {
    /// The tables that its SQL reads and does not write to, by name.
    pub fn reads(&self) -> BTreeSet<&'static str> {
        reads(self.statements)
    }

    /// The tables that its SQL writes to, by name.
    pub fn writes(&self) -> BTreeSet<&'static str> {
        writes(self.statements)
    }
}

/// A model with SQL that several plugins of its domain share.
#[derive(Debug, Clone, Copy)]
pub struct ModelFacts {
    /// The domain's folder.
    pub domain: &'static str,
    /// The file's stem.
    pub model: &'static str,
    /// The SQL in its items with `#[queries]`.
    pub statements: &'static [StatementFacts],
}

impl ModelFacts {
    /// The tables that its SQL reads and does not write to, by name.
    pub fn reads(&self) -> BTreeSet<&'static str> {
        reads(self.statements)
    }

    /// The tables that its SQL writes to, by name.
    pub fn writes(&self) -> BTreeSet<&'static str> {
        writes(self.statements)
    }
}

fn reads(statements: &[StatementFacts]) -> BTreeSet<&'static str> {
    let writes = writes(statements);
    let reads = statements.iter().flat_map(|statement| statement.reads).copied();
    reads.filter(|table| !writes.contains(table)).collect()
}

fn writes(statements: &[StatementFacts]) -> BTreeSet<&'static str> {
    statements.iter().flat_map(|statement| statement.writes).copied().collect()
}

/// A SQL statement of a plugin or a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementFacts {
    /// The text.
    pub sql: &'static str,
    /// The function that the call stands in.
    pub function: &'static str,
    /// The method that it is given to: `query_one`.
    pub method: &'static str,
    /// The tables that it reads; empty where SQL is not checked while compiling.
    pub reads: &'static [&'static str],
    /// The tables that it writes to; empty where SQL is not checked while compiling.
    pub writes: &'static [&'static str],
}

impl PluginFacts {
    /// A plugin of which only the constructor is known yet: the tools that it names.
    pub const fn needing(tools: &'static [&'static str]) -> Self {
        Self {
            identity: Identity { domain: "", plugin: "", name: "" },
            doc: "",
            tools,
            settings: &[],
            check_settings: |_, _| {},
            routes: &[],
            subscriptions: &[],
            replies: &[],
            publishes: &[],
            statements: &[],
            interceptors: &[],
        }
    }

    /// The same with settings of its own.
    #[must_use]
    pub const fn reading(self, settings: &'static [Key], check_settings: CheckSettings) -> Self {
        Self { settings, check_settings, ..self }
    }

    /// The same with its SQL, which the wiring knows.
    #[must_use]
    pub const fn stating(self, statements: &'static [StatementFacts]) -> Self {
        Self { statements, ..self }
    }

    /// The same with its interceptors, whose routes the wiring knows.
    #[must_use]
    pub const fn intercepting(self, interceptors: &'static [InterceptorFacts]) -> Self {
        Self { interceptors, ..self }
    }

    /// The same in its place: only the wiring knows domain and file.
    #[must_use]
    pub const fn at(self, identity: Identity) -> Self {
        Self { identity, ..self }
    }
}

/// One subscription.
#[derive(Debug, Clone, Copy)]
pub struct SubscriptionFacts {
    /// The event's type: `UserCreated`.
    pub event: &'static str,
    /// The handler's name.
    pub handler: &'static str,
    /// Whether it runs in the publisher's task.
    pub inline: bool,
    /// How often a failing delivery is repeated.
    pub retries: u32,
}

/// One answered request.
#[derive(Debug, Clone, Copy)]
pub struct ReplyFacts {
    /// The event's type: `CheckEmail`.
    pub event: &'static str,
    /// The handler's name.
    pub handler: &'static str,
}

/// An event.
#[derive(Debug, Clone, Copy)]
pub struct EventFacts {
    /// `user.created`.
    pub name: &'static str,
    /// The type: `UserCreated`.
    pub ty: &'static str,
    /// The domain that declares it.
    pub domain: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// The fields, as written: `("id", "i64")`.
    pub fields: &'static [(&'static str, &'static str)],
    /// Its JSON Schema.
    pub shape: ShapeOf,
    /// The type of its answer, as written, where it is a request.
    pub reply: Option<&'static str>,
}

impl EventFacts {
    /// The same as a request.
    #[must_use]
    pub const fn answered_with(self, reply: &'static str) -> Self {
        Self { reply: Some(reply), ..self }
    }
}

/// A migration: one SQL file of one domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// The domain's folder.
    pub domain: &'static str,
    /// The file's name: `001_users.sql`.
    pub file: &'static str,
    /// The file's text.
    pub sql: &'static str,
}

impl Migration {
    /// Where a file is among those of its domain: by the number that its name begins with, then by name. `9_b.sql` is
    /// before `10_c.sql`; one without a number is last. The compiler orders files in the same way.
    pub fn place(file: &str) -> (u64, &str) {
        let digits = file.bytes().take_while(u8::is_ascii_digit).count();
        (file[..digits].parse().unwrap_or(u64::MAX), file)
    }
}

/// A table, as the migrations leave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFacts {
    /// The domain whose migration created it.
    pub domain: String,
    /// The name.
    pub name: String,
    /// The columns, in physical order.
    pub columns: Vec<ColumnFacts>,
    /// Sets of columns that are unique together, the primary key not repeated.
    pub unique: Vec<Vec<String>>,
    /// `column → table.column`.
    pub foreign_keys: Vec<(String, String)>,
}

impl TableFacts {
    /// Whether the table belongs to a tool and not to a domain: its name begins with `_`.
    pub fn is_internal(&self) -> bool {
        self.name.starts_with('_')
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnFacts {
    /// The name.
    pub name: String,
    /// One of `text`, `int`, `float`, `bool`, `timestamp`, `json`, `blob`.
    pub ty: &'static str,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether it belongs to the primary key.
    pub primary_key: bool,
    /// The default, as written in SQL.
    pub default: Option<String>,
}
