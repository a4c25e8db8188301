//! A record with its names, as readers have it.

use std::ptr;

use super::request::route;
use super::ring::{Read, names};
use crate::context::Id;
use crate::event::{Moment, millis, wall_clock};
use crate::meter::{Meters, STATEMENT};

/// What is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A request.
    Request,
    /// A statement of SQL.
    Statement,
    /// A call of a tool's method.
    Call,
    /// What the code itself calls its work.
    Work,
    /// A run of a schedule or a job.
    Run,
}

/// Something that ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Record {
    /// Counted per kind from the start of the process.
    pub number: u64,
    /// What it is.
    pub kind: Kind,
    /// The route, the text of SQL, the tool and its method, or what the work is called.
    pub name: String,
    /// Of a request: the method.
    pub method: Option<String>,
    /// Whose route or statement it is.
    pub plugin: Option<String>,
    /// The function that it stands in.
    pub handler: Option<String>,
    /// How it ended: `ok`, or a word of its kind.
    pub outcome: &'static str,
    /// The request or event that it belongs to.
    pub id: Id,
    /// What caused that.
    pub cause: Option<Id>,
    /// The first of its chain.
    pub origin: Id,
    /// The subscriber or schedule that did it.
    pub by: Option<&'static str>,
    /// In which attempt.
    pub attempt: u32,
    /// When it began: milliseconds since 1970.
    pub time: u64,
    /// The same since the start of the process, in nanoseconds.
    pub(crate) started: u64,
    /// When it ended, likewise.
    #[cfg_attr(not(feature = "otlp"), allow(dead_code, reason = "who exports reads it"))]
    pub(crate) ended: u64,
    /// How long it took, in microseconds.
    pub micros: u64,
    pub(super) extra: u64,
    pub(super) bytes: u64,
}

impl Record {
    pub(super) fn of(read: &Read, known: &[&'static Meters]) -> Self {
        let [started, ended] = read.times;
        let unnamed = Self {
            number: read.number,
            kind: read.kind,
            name: String::new(),
            method: None,
            plugin: None,
            handler: None,
            outcome: "ok",
            id: read.id.clone(),
            cause: read.cause.clone(),
            origin: read.origin.clone(),
            by: None,
            attempt: read.attempt,
            time: wall_clock().saturating_sub(millis(Moment::now().since(started))),
            started: started.ticks(),
            ended: ended.ticks(),
            micros: u64::try_from(ended.since(started).as_micros()).unwrap_or(u64::MAX),
            extra: read.extra,
            bytes: read.bytes,
        };
        match read.kind {
            Kind::Request => of_route(read, known, unnamed),
            Kind::Statement => by(read, of_statement(read, known, unnamed)),
            Kind::Call => by(read, of_call(read, known, unnamed)),
            Kind::Work | Kind::Run => {
                let name = usize::try_from(read.what).ok().and_then(|number| names().name(number));
                by(
                    read,
                    Self {
                        name: name.unwrap_or("(unknown)").to_owned(),
                        outcome: done(read.kind, read.outcome),
                        ..unnamed
                    },
                )
            }
        }
    }
}

/// Of own work, and of runs.
fn done(kind: Kind, outcome: u8) -> &'static str {
    match (kind, outcome) {
        (_, 0) => "ok",
        (Kind::Run, 1) => "failed",
        _ => "given_up",
    }
}

fn by(read: &Read, record: Record) -> Record {
    let number = usize::try_from(read.extra).ok().and_then(|number| number.checked_sub(1));
    Record { by: number.and_then(|number| names().name(number)), ..record }
}

fn of_route(read: &Read, known: &[&'static Meters], unnamed: Record) -> Record {
    let owned = |text: &str| text.to_owned();
    match route(known, read.what) {
        None => Record { name: "(unknown)".to_owned(), ..unnamed },
        Some(route) => Record {
            name: owned(route.path),
            method: Some(owned(route.method)),
            plugin: route.plugin.map(owned),
            handler: route.handler.map(owned),
            ..unnamed
        },
    }
}

fn of_statement(read: &Read, known: &[&'static Meters], unnamed: Record) -> Record {
    let mut statements = known.iter().flat_map(|meters| meters.statements);
    let found = statements.find(|statement| ptr::from_ref(statement.meter).addr() as u64 == read.what);
    let outcome = STATEMENT.get(usize::from(read.outcome)).copied().unwrap_or("other");
    match found {
        None => Record { name: "(dynamic SQL)".to_owned(), outcome, ..unnamed },
        Some(statement) => Record {
            name: statement.sql.to_owned(),
            plugin: statement.holders.first().map(|holder| (*holder).to_owned()),
            handler: Some(statement.function.to_owned()),
            outcome,
            ..unnamed
        },
    }
}

fn of_call(read: &Read, known: &[&'static Meters], unnamed: Record) -> Record {
    let mut calls = known.iter().flat_map(|meters| meters.calls());
    let found = calls.find(|(_, call)| ptr::from_ref(call.meter).addr() as u64 == read.what);
    let name = found.map_or_else(|| "(unknown)".to_owned(), |(tool, call)| format!("{tool}.{}", call.method));
    Record { name, ..unnamed }
}
