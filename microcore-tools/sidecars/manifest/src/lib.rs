//! `plugin.toml`, the manifest of a plugin in another language: what it serves, hears, publishes and may use.
//!
//! In: the text of a file. Out: a [`Manifest`], or every [`Problem`] with its line. Nothing is opened and nothing is
//! looked up: what the manifest names is checked by whoever knows the application.

mod limit;
mod problem;
mod route;
mod schema;
mod section;

use std::time::Duration;

pub use self::limit::Limits;
pub use self::problem::{Part, Problem, Problems};
pub use self::route::{Ask, Parameter, Route, Segment};
pub use self::schema::schema_mistake;
use self::section::{Reader, Section};

/// The contract that this version speaks.
pub const CONTRACT: i64 = 1;

/// A plugin in another language, as its manifest tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// What it is.
    pub kind: Kind,
    /// What it does, in a sentence, for documents.
    pub doc: String,
    /// What it answers.
    pub routes: Vec<Route>,
    /// What it hears.
    pub heard: Vec<Heard>,
    /// The events that it may publish.
    pub publishes: Vec<Named>,
    /// The SQL that it may run.
    pub statements: Vec<Statement>,
    /// The tools that it may use and no section speaks of: `state`.
    pub tools: Vec<Named>,
    /// The settings that it may read and needs.
    pub settings: Vec<Named>,
    /// The settings that it may read and does without.
    pub optional_settings: Vec<Named>,
    /// What bounds it.
    pub limits: Limits,
}

/// How a guest runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A process of its own, which speaks gRPC.
    Process {
        /// The program and its arguments.
        command: Vec<String>,
    },
}

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The line, from 1.
    pub line: usize,
}

/// `[[on]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// `order.paid`.
    pub event: String,
    /// How often a failing delivery is repeated.
    pub retries: u32,
    /// The wait before the first repetition; it doubles each time.
    pub backoff: Duration,
    /// Whether its author knows that it closes a ring of events.
    pub allow_ring: bool,
    /// The line, from 1.
    pub line: usize,
}

/// A line of `[sql]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// What the guest calls it.
    pub name: String,
    /// The text.
    pub sql: String,
    /// The line, from 1.
    pub line: usize,
}

impl Manifest {
    /// Reads the text of `file`, which is named in what is wrong with it.
    pub fn read(file: &str, text: &str) -> Result<Self, Problems> {
        let mut reader = Reader::new(file, text);
        let read = reader.document().and_then(|document| {
            let root = Section::root(document.as_table());
            manifest(&mut reader, &root)
        });
        reader.problems.into_result()?;
        read.ok_or_else(|| Problems::of(file, 1, "it can't be read"))
    }

    /// Whether it may use a tool that no section speaks of.
    pub fn may_use(&self, tool: &str) -> bool {
        self.tools.iter().any(|named| named.name == tool)
    }

    /// The statement of this name.
    pub fn statement(&self, name: &str) -> Option<&str> {
        self.statements.iter().find(|statement| statement.name == name).map(|statement| statement.sql.as_str())
    }
}

fn manifest(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Manifest> {
    let known =
        ["kind", "command", "contract", "doc", "tools", "route", "on", "publishes", "sql", "config", "http", "limits"];
    reader.only(root, &known);
    let kind = kind(reader, root);
    match reader.integer(root, "contract") {
        Some((CONTRACT, _)) => {}
        Some((other, line)) => {
            reader.problem(line, format!("`contract = {other}` is not known here: write `contract = {CONTRACT}`"));
        }
        None => reader.missing(root, "contract", "contract = 1"),
    }
    let doc = reader.text(root, "doc").map(|(doc, _)| doc).unwrap_or_default();
    let tools = tools(reader, root);
    reader.part = Part::Route;
    let routes: Vec<Route> =
        reader.sections(root, "route").iter().filter_map(|section| route::read(reader, section)).collect();
    for (index, route) in routes.iter().enumerate() {
        if routes[..index].iter().any(|earlier| earlier.name == route.name) {
            reader.problem(route.line, format!("two routes have the name `{}`", route.name));
        }
        if let Some(earlier) = routes[..index].iter().find(|earlier| earlier.clashes(route)) {
            reader.problem(route.line, format!("{} {} is the route `{}` already", route.ask, route.path, earlier.name));
        }
    }
    reader.part = Part::Events;
    let heard: Vec<Heard> = reader.sections(root, "on").iter().filter_map(|section| heard(reader, section)).collect();
    for (index, on) in heard.iter().enumerate() {
        if heard[..index].iter().any(|earlier| earlier.event == on.event) {
            reader.problem(on.line, format!("`{}` is heard already: write one `[[on]]` for it", on.event));
        }
    }
    let publishes = match reader.section(root, "publishes") {
        Some(section) => {
            reader.only(&section, &["events"]);
            reader.names(&section, "events")
        }
        None => Vec::new(),
    };
    reader.part = Part::Sql;
    let statements = reader.section(root, "sql").map(|section| statements(reader, &section)).unwrap_or_default();
    reader.part = Part::Config;
    let (settings, optional_settings) = match reader.section(root, "config") {
        Some(section) => {
            reader.only(&section, &["keys", "optional"]);
            (reader.names(&section, "keys"), reader.names(&section, "optional"))
        }
        None => (Vec::new(), Vec::new()),
    };
    reader.part = Part::Manifest;
    if let Some(section) = reader.section(root, "http") {
        let said = "`[http]` bounds guests that are sandboxed: a process has the network of its user, so leave it out";
        reader.problem(section.line, said);
    }
    let limits = limit::read(reader, root);
    Some(Manifest {
        kind: kind?,
        doc,
        routes,
        heard,
        publishes,
        statements,
        tools,
        settings,
        optional_settings,
        limits,
    })
}

/// What a guest may name in `tools`: the others have a section of their own, or none needs to be named.
const TOOLS: [&str; 1] = ["state"];

fn tools(reader: &mut Reader<'_>, root: &Section<'_>) -> Vec<Named> {
    reader.part = Part::Tools;
    let tools = reader.names(root, "tools");
    for Named { name, line } in &tools {
        let said = match name.as_str() {
            known if TOOLS.contains(&known) => continue,
            "db" => "is used by what stands in `[sql]`: leave it out".to_owned(),
            "bus" => "is used by `[[on]]` and `[publishes]`: leave it out".to_owned(),
            "config" => "is used by what stands in `[config]`: leave it out".to_owned(),
            "logger" => "is everybody's: leave it out".to_owned(),
            _ => format!("is no tool that guests have: `tools` may name {}", section::listed(&TOOLS)),
        };
        reader.problem(*line, format!("`{name}` {said}"));
    }
    tools
}

fn kind(reader: &mut Reader<'_>, root: &Section<'_>) -> Option<Kind> {
    match reader.text(root, "kind") {
        Some((kind, _)) if kind == "process" => {}
        Some((other, line)) => {
            reader.problem(line, format!("`kind = \"{other}\"` is not known here: write `kind = \"process\"`"));
            return None;
        }
        None => {
            reader.missing(root, "kind", "kind = \"process\"");
            return None;
        }
    }
    let command: Vec<Named> = reader.names(root, "command");
    if command.first().is_none_or(|program| program.name.is_empty()) {
        reader.missing(root, "command", "command = [\"python3\", \"main.py\"]");
        return None;
    }
    Some(Kind::Process { command: command.into_iter().map(|named| named.name).collect() })
}

fn heard(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Heard> {
    reader.only(section, &["event", "retries", "backoff", "allow_ring"]);
    let allow_ring = reader.flag(section, "allow_ring");
    let retries = match reader.integer(section, "retries") {
        None => 3,
        Some((retries, line)) => u32::try_from(retries).ok().filter(|retries| *retries <= 100).unwrap_or_else(|| {
            reader.problem(line, "`retries` must be a number from 0 to 100");
            0
        }),
    };
    let backoff = reader.duration(section, "backoff").unwrap_or(Duration::from_millis(500));
    let Some((event, line)) = reader.text(section, "event") else {
        reader.missing(section, "event", "event = \"order.paid\"");
        return None;
    };
    Some(Heard { event, retries, backoff, allow_ring, line })
}

/// What a statement may begin with.
const VERBS: [&str; 7] = ["SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"];

/// The first word, in capitals, where it is one and no comment.
fn first_word(sql: &str) -> Option<String> {
    let text = sql.trim_start().trim_start_matches('(').trim_start();
    let word: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    (!word.is_empty()).then(|| word.to_ascii_uppercase())
}

fn statements(reader: &mut Reader<'_>, section: &Section<'_>) -> Vec<Statement> {
    let names: Vec<String> = section.table.iter().map(|(name, _)| name.to_owned()).collect();
    let mut statements = Vec::new();
    for name in names {
        if let Some((sql, line)) = reader.text(section, &name) {
            if !route::is_word(&name) {
                reader.problem(line, format!("`{name}` must be of lower-case letters, digits and `_`"));
            }
            if sql.trim().is_empty() {
                reader.problem(line, format!("the statement `{name}` is empty"));
            } else if let Some(word) = first_word(&sql).filter(|word| !VERBS.contains(&word.as_str())) {
                let verbs = VERBS.join(", ");
                reader.problem(line, format!("the statement `{name}` begins with {word}: it may begin with {verbs}"));
            }
            statements.push(Statement { name, sql, line });
        }
    }
    statements
}

#[cfg(test)]
mod tests;
