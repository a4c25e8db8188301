//! The meters of an application: one per route, subscriber, reply, event, statement and tool method.
//!
//! In: the beginnings and ends of work, from generated code and from the way of a delivery. Out: [`Reading`]s, for
//! whoever shows them. [`Meters`] lists them in the order of the manifest, so nothing is registered or looked up while
//! something is measured, and every name that can be shown is a literal of the application. How they count is in
//! `microcore-core`, whose part of this tools share.

mod listed;
mod outcome;
mod own;

pub use microcore_core::meter::{
    BOUNDS, Begun, CallMeter, CallMetered, Ended, Meter as Timer, PLACES, Reading, Slowest, Tally, tell_unsaid,
    trace_by,
};

pub use self::listed::{Calls, EventMetered, Meters, ReplyMetered, RouteMetered, RunMetered, StatementMetered};
pub use self::outcome::{
    DEAD, DELIVERY, DeliveryMeter, ROUTE, RUN, RouteMeter, RunMeter, STATEMENT, StatementMeter, WaitMeter, delivery,
    end,
};
pub use self::own::{
    Counter, Gauge, Histogram, Label, Labels, Meter, Named, OwnFacts, OwnMeter, OwnMetered, OwnMeters, OwnSection,
    OwnSeries, OwnValue, share_no_name,
};

/// Requests that no route has, and that nothing else answers under the same name: files, the system pages.
pub(crate) static NO_ROUTE: RouteMeter = RouteMeter::NEW;
/// Requests that are refused before the application is asked.
pub(crate) static EDGE: RouteMeter = RouteMeter::NEW;
