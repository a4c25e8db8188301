//! The meters of an application, each with the names that it is shown under. The wiring writes one static of them.

use super::{CallMetered, DeliveryMeter, EDGE, NO_ROUTE, RouteMeter, RunMeter, StatementMeter, Tally};
use crate::event::Subscriber;
use crate::plugin::Identity;

/// Gives the meters of a tool's methods.
pub type Calls = fn() -> &'static [CallMetered];

/// All meters, in the order of the manifest.
#[derive(Debug)]
pub struct Meters {
    /// One per route.
    pub routes: &'static [RouteMetered],
    /// One per event: how often it was published.
    pub events: &'static [EventMetered],
    /// The subscribers, which have their meters with them; groups are one each.
    pub subscribers: &'static [&'static Subscriber],
    /// Those who answer requests of the bus.
    pub replies: &'static [ReplyMetered],
    /// One per text of SQL that the source spells out.
    pub statements: &'static [StatementMetered],
    /// Schedules, and the workers of jobs.
    pub runs: &'static [RunMetered],
    /// The methods of each tool, by its name.
    pub tools: &'static [(&'static str, Calls)],
}

impl Meters {
    /// An application without files.
    pub const EMPTY: Self =
        Self { routes: &[], events: &[], subscribers: &[], replies: &[], statements: &[], runs: &[], tools: &[] };

    /// The requests that no route of the application has, and those that are refused before it is asked.
    pub fn beside_routes() -> [(&'static str, &'static RouteMeter); 2] {
        [("(no route)", &NO_ROUTE), ("(edge)", &EDGE)]
    }

    /// The methods of all tools, with their tools.
    pub fn calls(&self) -> impl Iterator<Item = (&'static str, &'static CallMetered)> {
        self.tools.iter().flat_map(|(tool, calls)| calls().iter().map(|call| (*tool, call)))
    }
}

/// A route's.
#[derive(Debug)]
pub struct RouteMetered {
    /// Whose it is.
    pub plugin: &'static Identity,
    /// `POST`; `SSE`, `WS` and `MOUNT` as in the manifest.
    pub method: &'static str,
    /// `/users/{id}`.
    pub path: &'static str,
    /// The handler's name.
    pub handler: &'static str,
    /// Its meter: a stream or a socket ends with its head.
    pub meter: &'static RouteMeter,
}

impl RouteMetered {
    /// The method of HTTP that asks for it.
    pub fn http_method(&self) -> &'static str {
        match self.method {
            "SSE" | "WS" | "MOUNT" => "GET",
            method => method,
        }
    }
}

/// An event's.
#[derive(Debug)]
pub struct EventMetered {
    /// `user.created`.
    pub event: &'static str,
    /// How often it was published in this process.
    pub published: &'static Tally,
}

/// A responder's.
#[derive(Debug)]
pub struct ReplyMetered {
    /// `users.check_email.check`.
    pub name: &'static str,
    /// The request.
    pub event: &'static str,
    /// Its meter.
    pub meter: &'static DeliveryMeter,
}

/// A statement's. One text is one statement, whoever spells it out.
#[derive(Debug)]
pub struct StatementMetered {
    /// The plugins and models that have it.
    pub holders: &'static [&'static str],
    /// The function that it stands in, of the first of them.
    pub function: &'static str,
    /// The text.
    pub sql: &'static str,
    /// Its meter.
    pub meter: &'static StatementMeter,
}

/// That of a schedule, or of the worker of a job.
#[derive(Debug)]
pub struct RunMetered {
    /// `reports.nightly.build`, or the job's event.
    pub name: &'static str,
    /// `schedule` or `job`.
    pub kind: &'static str,
    /// Its meter.
    pub meter: &'static RunMeter,
}
