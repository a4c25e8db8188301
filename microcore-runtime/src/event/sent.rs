//! What a delivery knows of its event besides the fields: who sent it, when, because of what, and with which options.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::envelope::wall_clock;
use super::{Envelope, Extras, Key, Moment};
use crate::context::Context;

/// An envelope that is cheap to make: most events never need the whole one.
#[derive(Debug, Clone)]
pub struct Sent {
    pub(super) context: Context,
    pub(super) emitter: Option<Cow<'static, str>>,
    pub(super) at: SentAt,
    /// What its publisher asked for, and since when its delay and its end are counted.
    pub(super) extras: Option<(Arc<Extras>, Instant)>,
}

/// When an event was published.
#[derive(Debug, Clone, Copy)]
pub(super) enum SentAt {
    /// In this process.
    Here(Moment),
    /// As its envelope says: milliseconds since 1970.
    Elsewhere(u64),
}

impl Sent {
    /// Of an event that a store kept. A delay that is over is none.
    pub fn restored(envelope: &Envelope, event: &'static str) -> Self {
        let delay = envelope.due.filter(|due| *due > wall_clock());
        let age = Duration::from_millis(wall_clock().saturating_sub(envelope.time));
        let now = Instant::now();
        let ttl = envelope.expires.map(|expires| Duration::from_millis(expires.saturating_sub(envelope.time)));
        let extras = Extras {
            key: envelope.key.clone(),
            delay: delay.map(|due| Duration::from_millis(due.saturating_sub(envelope.time))),
            ttl,
            priority: envelope.priority,
            headers: envelope.headers.clone(),
        };
        Self {
            context: envelope.context(event),
            emitter: envelope.emitter.clone().map(Cow::Owned),
            at: SentAt::Elsewhere(envelope.time),
            extras: asked_for(Arc::new(extras), now.checked_sub(age).unwrap_or(now)),
        }
    }

    /// The same without an end: whoever sends it again wants it handled.
    pub(super) fn endless(mut self) -> Self {
        if let Some((extras, _)) = &mut self.extras {
            Arc::make_mut(extras).ttl = None;
        }
        self
    }

    /// The whole envelope.
    pub fn envelope(&self) -> Envelope {
        let time = match self.at {
            SentAt::Here(moment) => moment.wall_clock(),
            SentAt::Elsewhere(time) => time,
        };
        Envelope::new(&self.context, self.emitter.as_deref(), self.extras(), time)
    }

    fn extras(&self) -> Option<&Extras> {
        self.extras.as_ref().map(|(extras, _)| &**extras)
    }

    pub(super) fn key(&self) -> Option<&Key> {
        self.extras().and_then(|extras| extras.key.as_ref())
    }

    pub(super) fn priority(&self) -> i8 {
        self.extras().map_or(0, |extras| extras.priority)
    }

    /// When it is due, where it was delayed.
    pub(super) fn due(&self) -> Option<Instant> {
        let (extras, since) = self.extras.as_ref()?;
        Some(*since + extras.delay.filter(|delay| !delay.is_zero())?)
    }

    /// Whether its time is over.
    pub(super) fn is_expired(&self) -> bool {
        let ttl = self.extras.as_ref().and_then(|(extras, since)| Some((extras.ttl?, since)));
        ttl.is_some_and(|(ttl, since)| since.elapsed() >= ttl)
    }
}

/// What stands in [`Sent::extras`]: nothing where nothing was asked for.
pub(super) fn asked_for(extras: Arc<Extras>, since: Instant) -> Option<(Arc<Extras>, Instant)> {
    (*extras != Extras::default()).then_some((extras, since))
}
