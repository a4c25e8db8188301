//! What one transaction of the writer does: deliveries that come, and claims that end.
//!
//! In: orders, in the order in which they were given. Out: one column per value, as PostgreSQL takes many rows at once.

use microcore_runtime::event::{Envelope, Subscriber, millis, wall_clock};
use tokio_postgres::types::Type;

use super::lines::{self, lock_of, now};
use super::session::{Call, Sql};
use crate::bus::stored::{Claim, Next};

/// How long a broadcast is there for processes to find, in milliseconds.
const BROADCAST: i64 = 60_000;

/// Something to be written.
#[derive(Debug)]
pub(super) enum Order {
    /// An event is stored for these subscribers, and spread to every process.
    Arrives { envelope: Envelope, written: String, payload: String, to: Vec<&'static Subscriber>, spread: bool },
    /// A claim ends, or waits for its next attempt.
    Ends { claim: Claim, subscriber: &'static Subscriber, line: Option<String>, next: Next },
}

impl Order {
    /// How much of a transaction it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Arrives { payload, written, to, .. } => (payload.len() + written.len()) * to.len().max(1),
            Self::Ends { .. } => 100,
        }
    }
}

/// A key as the column takes it: PostgreSQL's texts hold no NUL.
pub(super) fn line_of(envelope: &Envelope) -> Option<String> {
    envelope.key.as_deref().map(|key| key.replace('\0', "\u{fffd}"))
}

/// How much of a delay is left, in milliseconds: an outbox may have had the event for long.
fn left(envelope: &Envelope) -> Option<i64> {
    let due = envelope.due?;
    let left = due.saturating_sub(wall_clock().max(envelope.time));
    Some(i64::try_from(left).unwrap_or(i64::MAX))
}

static INSERT: Sql = Sql {
    text: concat!(
        "INSERT INTO _microcore_delivery (event, subscriber, envelope, payload, line, priority, state, delayed, ready, due)
        SELECT n.event, n.subscriber, n.envelope, n.payload, n.line, n.priority, 'PUBLISHED', n.wait IS NOT NULL,
            n.wait IS NULL AND (n.line IS NULL OR (n.place = 1 AND NOT EXISTS (SELECT 1 FROM _microcore_delivery d
                WHERE d.subscriber = n.subscriber AND d.event = n.event AND d.line = n.line AND d.line IS NOT NULL
                    AND NOT d.delayed AND d.state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')))),
            CASE WHEN n.wait IS NULL THEN 0 ELSE n.wait + ",
        now!(),
        " END
        FROM (SELECT u.*, row_number() OVER (PARTITION BY u.subscriber, u.event, u.line, u.wait IS NULL
                ORDER BY u.ordinal) AS place
            FROM unnest($1, $2, $3, $4, $5, $6, $7) WITH ORDINALITY
                AS u (event, subscriber, envelope, payload, line, priority, wait, ordinal)) n
        ORDER BY n.ordinal"
    ),
    types: &[
        Type::TEXT_ARRAY,
        Type::TEXT_ARRAY,
        Type::TEXT_ARRAY,
        Type::TEXT_ARRAY,
        Type::TEXT_ARRAY,
        Type::INT2_ARRAY,
        Type::INT8_ARRAY,
    ],
};

static FORGET: Sql = Sql { text: concat!("DELETE FROM _microcore_broadcast WHERE until < ", now!()), types: &[] };

static SPREAD: Sql = Sql {
    text: concat!(
        "INSERT INTO _microcore_broadcast (envelope, payload, until)
        SELECT u.envelope, u.payload, $3 + ",
        now!(),
        " FROM unnest($1, $2) WITH ORDINALITY AS u (envelope, payload, ordinal) ORDER BY u.ordinal"
    ),
    types: &[Type::TEXT_ARRAY, Type::TEXT_ARRAY, Type::INT8],
};

static COMPLETE: Sql = Sql {
    text: "DELETE FROM _microcore_delivery d USING unnest($1, $2) AS e (id, claim)
        WHERE d.id = e.id AND d.claim = e.claim AND d.state = 'PROCESSING' RETURNING d.claim",
    types: &[Type::INT8_ARRAY, Type::TEXT_ARRAY],
};

static CHANGE: Sql = Sql {
    text: concat!(
        "UPDATE _microcore_delivery d SET claim = NULL, owner = NULL, attempts = d.attempts - e.uncounted,
            state = CASE WHEN e.over THEN 'FAILED' ELSE 'RESUBMITTED' END, ready = NOT e.over,
            due = CASE WHEN e.wait IS NULL THEN 0 ELSE e.wait + ",
        now!(),
        " END, error = coalesce(e.error, d.error), ended = CASE WHEN e.over THEN ",
        now!(),
        " END
        FROM unnest($1, $2, $3, $4, $5, $6) AS e (id, claim, over, uncounted, wait, error)
        WHERE d.id = e.id AND d.claim = e.claim AND d.state = 'PROCESSING' RETURNING e.claim"
    ),
    types: &[
        Type::INT8_ARRAY,
        Type::TEXT_ARRAY,
        Type::BOOL_ARRAY,
        Type::INT4_ARRAY,
        Type::INT8_ARRAY,
        Type::TEXT_ARRAY,
    ],
};

/// Which of these claims were taken away.
pub(super) static TAKEN: Sql =
    Sql { text: "SELECT claim FROM _microcore_bus_taken WHERE claim = ANY ($1)", types: &[Type::TEXT_ARRAY] };

/// Orders as columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    locks: Vec<i64>,
    event: Vec<&'static str>,
    subscriber: Vec<&'static str>,
    envelope: Vec<String>,
    payload: Vec<String>,
    line: Vec<Option<String>>,
    priority: Vec<i16>,
    wait: Vec<Option<i64>>,
    spread: (Vec<String>, Vec<String>),
    completed: (Vec<i64>, Vec<String>),
    changed: Changed,
    called: (Vec<&'static str>, Vec<&'static str>, Vec<String>),
}

#[derive(Debug, Default)]
struct Changed {
    id: Vec<i64>,
    claim: Vec<String>,
    over: Vec<bool>,
    uncounted: Vec<i32>,
    wait: Vec<Option<i64>>,
    error: Vec<Option<String>>,
}

impl Columns {
    pub(super) fn of<'o>(orders: impl Iterator<Item = &'o Order>) -> Self {
        let mut columns = Self::default();
        for order in orders {
            columns.add(order);
        }
        columns.locks.sort_unstable();
        columns.locks.dedup();
        columns
    }

    fn add(&mut self, order: &Order) {
        match order {
            Order::Arrives { envelope, written, payload, to, spread } => {
                self.arrives(envelope, written, payload, to);
                if *spread {
                    self.locks.push(lines::BROADCASTS);
                    self.spread.0.push(written.clone());
                    self.spread.1.push(payload.clone());
                }
            }
            Order::Ends { claim, subscriber, line, next } => self.ends(claim, subscriber, line.as_deref(), next),
        }
    }

    /// An event is stored for these.
    pub(super) fn arrives(&mut self, envelope: &Envelope, written: &str, payload: &str, to: &[&'static Subscriber]) {
        let (line, wait) = (line_of(envelope), left(envelope));
        for subscriber in to {
            if line.is_some() && wait.is_none() {
                self.locks.push(lock_of(subscriber.name, subscriber.event));
            }
            self.event.push(subscriber.event);
            self.subscriber.push(subscriber.name);
            self.envelope.push(written.to_owned());
            self.payload.push(payload.to_owned());
            self.line.push(line.clone());
            self.priority.push(i16::from(envelope.priority));
            self.wait.push(wait);
        }
    }

    /// The same where it is spread, too.
    pub(super) fn spreads(&mut self, written: &str, payload: &str) {
        self.locks.push(lines::BROADCASTS);
        self.spread.0.push(written.to_owned());
        self.spread.1.push(payload.to_owned());
    }

    fn ends(&mut self, claim: &Claim, subscriber: &'static Subscriber, line: Option<&str>, next: &Next) {
        let (id, token) = (claim.delivery.parse().unwrap_or_default(), claim.token.clone());
        let over = matches!(next, Next::Complete | Next::Expire | Next::Bury { .. });
        if let Some(line) = line.filter(|_| over) {
            self.locks.push(lock_of(subscriber.name, subscriber.event));
            self.called.0.push(subscriber.name);
            self.called.1.push(subscriber.event);
            self.called.2.push(line.to_owned());
        }
        if matches!(next, Next::Complete | Next::Expire) {
            self.completed.0.push(id);
            self.completed.1.push(token);
            return;
        }
        let (wait, error) = match next {
            Next::Retry { wait, error } => (Some(i64::try_from(millis(*wait)).unwrap_or(i64::MAX / 2)), Some(error)),
            Next::Bury { error } => (None, Some(error)),
            _ => (None, None),
        };
        let changed = &mut self.changed;
        changed.id.push(id);
        changed.claim.push(token);
        changed.over.push(over);
        changed.uncounted.push(i32::from(matches!(next, Next::Release)));
        changed.wait.push(wait);
        // PostgreSQL's texts hold no NUL.
        changed.error.push(error.map(|error| error.replace('\0', "\u{fffd}")));
    }

    /// The locks that these need, in order.
    pub(super) fn lock(&mut self, more: i64) {
        self.locks.push(more);
        self.locks.sort_unstable();
        self.locks.dedup();
    }

    /// The statements. The rows of those that end something are the tokens that did.
    pub(super) fn calls(&self) -> Vec<Call<'_>> {
        let mut calls = Vec::new();
        if !self.locks.is_empty() {
            calls.push(Call::new(&lines::LOCK, vec![&self.locks]));
        }
        let (completed, changed, called) = (&self.completed, &self.changed, &self.called);
        if !completed.0.is_empty() {
            calls.push(Call::new(&COMPLETE, vec![&completed.0, &completed.1]));
        }
        if !changed.id.is_empty() {
            calls.push(Call::new(
                &CHANGE,
                vec![&changed.id, &changed.claim, &changed.over, &changed.uncounted, &changed.wait, &changed.error],
            ));
        }
        if !called.0.is_empty() {
            calls.push(Call::new(&lines::CALL_UP, vec![&called.0, &called.1, &called.2]));
        }
        if !self.event.is_empty() {
            calls.push(Call::new(
                &INSERT,
                vec![
                    &self.event,
                    &self.subscriber,
                    &self.envelope,
                    &self.payload,
                    &self.line,
                    &self.priority,
                    &self.wait,
                ],
            ));
        }
        if !self.spread.0.is_empty() {
            calls.push(Call::new(&FORGET, Vec::new()));
            calls.push(Call::new(&SPREAD, vec![&self.spread.0, &self.spread.1, &BROADCAST]));
        }
        // At the end: who holds the row of the clock waits for no lock.
        if self.wait.iter().chain(&self.changed.wait).any(Option::is_some) {
            calls.push(Call::new(&lines::TICK, Vec::new()));
        }
        calls
    }
}
