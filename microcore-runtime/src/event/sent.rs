//! What a delivery knows of its event besides the fields: who sent it, when, because of what, and with which options.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::envelope::wall_clock;
use super::options::LONGEST;
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
            // The context has it.
            id: None,
            key: envelope.key.clone().filter(|key| !key.is_empty()),
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
        let delay = extras.delay.filter(|delay| !delay.is_zero())?;
        // What a store kept may say anything; what is due at no moment is due in a century.
        Some(since.checked_add(delay.min(LONGEST)).unwrap_or(*since))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Id;

    #[tokio::test]
    async fn an_envelope_may_name_any_moment() {
        let context = Context::request(Id::make());
        for time in [0, 1, u64::MAX / 2, u64::MAX] {
            for due in [None, Some(0), Some(u64::MAX)] {
                let envelope = Envelope { time, due, expires: due, ..Envelope::new(&context, None, None, 0) };
                let sent = Sent::restored(&envelope, "order.placed");
                assert_eq!(sent.due().is_some(), due == Some(u64::MAX) && time < u64::MAX, "{time} {due:?}");
                let _ = (sent.is_expired(), sent.envelope());
            }
        }
    }

    #[test]
    fn an_envelope_with_an_empty_key_has_none() {
        let context = Context::request(Id::make());
        let envelope = Envelope { key: Some("".into()), ..Envelope::new(&context, None, None, 0) };
        assert_eq!(Sent::restored(&envelope, "order.placed").key(), None);
    }
}
