//! How the tools are, asked every `HEALTH_EVERY` and kept: since when, and what the last check that failed said.
//!
//! In: what a look at all tools came to. Out: the same with its history, for the page; and a line of the log where
//! something has changed. `/ready` asks by itself and is answered by what is so now.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};

use super::Shown;
use crate::event::wall_clock;
use crate::lifecycle::ToolHealth;

/// How a tool is, and since when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "SystemHealth")]
pub(super) struct Wellbeing {
    pub(super) tool: &'static str,
    pub(super) healthy: bool,
    /// Why not.
    pub(super) reason: Option<String>,
    /// Since when it is so, as far as it was looked at: milliseconds since 1970.
    pub(super) since: u64,
    /// When it was asked last.
    pub(super) asked: u64,
    /// What the last check that failed said, and when.
    pub(super) failed: Option<(u64, String)>,
}

/// What is kept.
#[derive(Debug, Default)]
pub(super) struct Kept(Mutex<Vec<Wellbeing>>);

impl Kept {
    /// Keeps a look at all tools.
    pub(super) fn keep(&self, looked: Vec<ToolHealth>, now: u64) -> Vec<Wellbeing> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = std::mem::take(&mut *kept);
        *kept = looked
            .into_iter()
            .map(|tool| next(known.iter().find(|known| known.tool == tool.name), tool, now))
            .collect();
        kept.clone()
    }
}

fn next(known: Option<&Wellbeing>, tool: ToolHealth, now: u64) -> Wellbeing {
    let ToolHealth { name, healthy, reason } = tool;
    let same = known.filter(|known| known.healthy == healthy);
    if same.is_none() {
        match (&reason, known) {
            (Some(reason), _) => tracing::warn!(tool = name, reason, "the tool is not healthy"),
            (None, Some(ill)) => tracing::info!(tool = name, "the tool is healthy again after {:?}", since(ill, now)),
            (None, None) => {}
        }
    }
    let before = known.and_then(|known| known.failed.clone());
    let failed = reason.clone().map(|reason| (now, reason)).or(before);
    Wellbeing { tool: name, healthy, reason, since: same.map_or(now, |same| same.since), asked: now, failed }
}

fn since(known: &Wellbeing, now: u64) -> Duration {
    Duration::from_millis(now.saturating_sub(known.since))
}

impl Shown {
    /// Asks every tool in use how it is.
    pub(super) async fn health(&self) -> Vec<Wellbeing> {
        let looked = match self.inside.parts() {
            Some(parts) => parts.health().await,
            None => Vec::new(),
        };
        self.wellbeing.keep(looked, wall_clock())
    }

    /// Does so from time to time, until the server stops.
    pub(super) async fn look_after_tools(&self, every: Duration) {
        let mut turns = interval(every);
        // A machine that slept does not make up for it.
        turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = turns.tick() => {}
                () = self.stop.cancelled() => return,
            }
            self.health().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(kept: &Kept, reason: Option<&str>, now: u64) -> Wellbeing {
        let health = ToolHealth { name: "db", healthy: reason.is_none(), reason: reason.map(ToOwned::to_owned) };
        kept.keep(vec![health], now).remove(0)
    }

    #[test]
    fn a_tool_is_so_since_it_changed_and_its_last_failure_is_remembered() {
        let kept = Kept::default();
        assert_eq!(look(&kept, None, 10).since, 10);
        assert_eq!(look(&kept, None, 20).since, 10);
        let ill = look(&kept, Some("away"), 30);
        assert_eq!((ill.since, ill.asked, ill.reason.as_deref()), (30, 30, Some("away")));
        let still = look(&kept, Some("gone"), 40);
        assert_eq!((still.since, still.failed), (30, Some((40, "gone".to_owned()))));
        let well = look(&kept, None, 50);
        assert_eq!((well.since, well.reason, well.failed), (50, None, Some((40, "gone".to_owned()))));
    }
}
