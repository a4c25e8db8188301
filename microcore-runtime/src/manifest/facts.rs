//! The records of the manifest. Data only; the macros write them as constants.

use std::collections::BTreeSet;

use microcore_core::Boot;
pub use microcore_core::tool::{Method, ToolFacts};
use schemars::{Schema, SchemaGenerator};

use super::{Access, InterceptorFacts, RouteFacts};
use crate::jobs::{JobFacts, ScheduleFacts};
use crate::meter::{Meters, OwnMetered};
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
    /// Whether its schedules and jobs are kept in its database.
    pub stores_jobs: bool,
    /// The shape of what it replies.
    pub replies: ReplyFunctions,
    /// What is measured. A function, because a constant may not hold what changes.
    pub meters: fn() -> &'static Meters,
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
        stores_jobs: false,
        replies: ReplyFunctions::of::<Enveloped>(),
        meters: || &Meters::EMPTY,
    };

    /// Of the application that is booted; an empty one where a tool is set up without any.
    pub fn of(boot: &Boot) -> &'static Self {
        boot.application().unwrap_or(const { &Self::EMPTY })
    }

    /// The tool that this one is another instance of; nothing where it is none.
    pub fn instance_of(&self, name: &str) -> &'static str {
        self.tools.iter().find(|tool| tool.name == name).map_or("", |tool| tool.of)
    }

    /// Whether a tool is set up: some plugin names it, or the framework itself needs it.
    pub fn needs_tool(&self, name: &str) -> bool {
        let guarded = || {
            self.plugins.iter().any(|plugin| {
                plugin.routes.iter().any(|route| route.who_may_ask() != Access::Open)
                    || plugin.interceptors.iter().any(|interceptor| interceptor.access != Access::Open)
            })
        };
        // No plugin names guests: they are there for whoever asks from outside.
        matches!(name, "http" | "logger" | "sidecars")
            || self.plugins.iter().any(|plugin| plugin.tools.contains(&name))
            || self.extracts().any(|extract| extract.tools.contains(&name))
            || (name == "auth" && guarded())
            || (name == "scheduler" && (self.schedules().next().is_some() || self.jobs().next().is_some()))
            || (name == "db" && self.keeps_runs())
            || (name == "bus" && self.has_events())
    }

    /// Every schedule, with its plugin.
    pub fn schedules(&self) -> impl Iterator<Item = (&'static PluginFacts, &'static ScheduleFacts)> {
        self.plugins.iter().flat_map(|plugin| plugin.schedules.iter().map(move |schedule| (plugin, schedule)))
    }

    /// Whether there are tables of schedules and runs in its database.
    pub fn keeps_runs(&self) -> bool {
        let is_kept = self.schedules().any(|(_, schedule)| !schedule.broadcast)
            || self.jobs().next().is_some()
            || self.plugins.iter().any(|plugin| plugin.tools.contains(&"scheduler"));
        self.stores_jobs && is_kept
    }

    /// Every worker of jobs, with its plugin.
    pub fn jobs(&self) -> impl Iterator<Item = (&'static PluginFacts, &'static JobFacts)> {
        self.plugins.iter().flat_map(|plugin| plugin.jobs.iter().map(move |job| (plugin, job)))
    }

    /// Whether events go through the bus, whoever names it: a transaction and the scheduler publish too, and who only hears
    /// names nothing. Jobs go through the scheduler alone.
    fn has_events(&self) -> bool {
        let is_job = |ty: &&str| self.events.iter().any(|event| event.ty == *ty && event.job);
        self.plugins.iter().any(|plugin| {
            !plugin.subscriptions.is_empty()
                || !plugin.replies.is_empty()
                || plugin.publishes.iter().any(|event| !is_job(event))
        })
    }

    /// What is made of requests, for any route.
    fn extracts(&self) -> impl Iterator<Item = &'static ExtractFacts> {
        self.plugins.iter().flat_map(|plugin| plugin.routes).flat_map(|route| route.extracts)
    }
}

/// A plugin.
#[derive(Debug, Clone, Copy)]
pub struct PluginFacts {
    /// Domain and file.
    pub identity: Identity,
    /// Whether it is a guest, in another language: its file is `sidecars/<name>/plugin.toml`.
    pub is_guest: bool,
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
    /// What it runs at times.
    pub schedules: &'static [ScheduleFacts],
    /// The jobs that it works on.
    pub jobs: &'static [JobFacts],
    /// Its own meters.
    pub meters: Option<OwnMetered>,
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
            is_guest: false,
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
            schedules: &[],
            jobs: &[],
            meters: None,
        }
    }

    /// The same with meters of its own.
    #[must_use]
    pub const fn metering(self, meters: OwnMetered) -> Self {
        Self { meters: Some(meters), ..self }
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
    /// Whether it is a job.
    pub job: bool,
    /// The fields with `#[private]`, as they are called in JSON.
    pub private: &'static [&'static str],
}

impl EventFacts {
    /// The same with fields that nobody is shown.
    #[must_use]
    pub const fn hiding(self, private: &'static [&'static str]) -> Self {
        Self { private, ..self }
    }

    /// The same as a request.
    #[must_use]
    pub const fn answered_with(self, reply: &'static str) -> Self {
        Self { reply: Some(reply), ..self }
    }

    /// The same as a job.
    #[must_use]
    pub const fn worked_on(self) -> Self {
        Self { job: true, ..self }
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
