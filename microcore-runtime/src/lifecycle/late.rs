//! Tools that were away at the boot: each is tried again in the background until it is there, and the plugins that need
//! it start then.
//!
//! In: the empty slots of the application. Out: one step of [`Late::comes`] per tool that has come up; what follows from
//! it, the wiring knows.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::tools::{Unset, attempt};
use super::{Boot, ProcessSettings, complete};
use crate::plugin::Slot;
use crate::tool::Tool;

/// The first pause between two tries.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The tools that are tried again.
#[derive(Debug)]
pub struct Late {
    boot: Boot,
    patience: Patience,
    stop: CancellationToken,
    tried: JoinSet<Option<&'static str>>,
    came: Option<&'static str>,
}

/// How long and how often is tried.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// Without an end where this is none.
    gives_up: Option<Duration>,
    longest: Duration,
}

impl Late {
    /// As the settings say, until the stop.
    pub(super) fn new(boot: Boot, settings: &ProcessSettings, stop: CancellationToken) -> Self {
        let gives_up = Some(settings.boot_retry_for).filter(|wait| !wait.is_zero());
        let patience = Patience { gives_up, longest: settings.boot_retry_pause };
        Self { boot, patience, stop, tried: JoinSet::new(), came: None }
    }

    /// Tries a tool again, where it is missing.
    pub fn tool<T: Tool>(&mut self, name: &'static str, slot: &'static Slot<T>) {
        if slot.is_missing() && !self.patience.longest.is_zero() {
            self.tried.spawn(until_up(name, slot, self.boot.clone(), self.patience));
        }
    }

    /// Waits until a tool has come up; `false` where none can come any more, or the application stops. A set-up that the
    /// stop finds under way is dropped where it waits.
    pub async fn comes(&mut self) -> bool {
        loop {
            let tried = tokio::select! {
                biased;
                () = self.stop.cancelled() => None,
                tried = self.tried.join_next() => tried,
            };
            match tried {
                None => return false,
                Some(Ok(Some(name))) => {
                    self.came = Some(name);
                    return true;
                }
                Some(_) => {}
            }
        }
    }

    /// Runs `on_boot_complete` of the tool, where it is the one that came.
    pub async fn complete<T: Tool>(&self, name: &'static str, slot: &Slot<T>) {
        if self.came == Some(name) {
            complete(name, slot).await;
        }
    }
}

async fn until_up<T: Tool>(
    name: &'static str,
    slot: &'static Slot<T>,
    boot: Boot,
    patience: Patience,
) -> Option<&'static str> {
    let (begun, mut pause, mut said) = (Instant::now(), FIRST_PAUSE, String::new());
    for tries in 2_u32.. {
        sleep(pause.min(patience.longest)).await;
        pause = pause.saturating_mul(2).min(patience.longest);
        match attempt::<T>(name, boot.clone()).await {
            Ok(tool) => {
                slot.fill(tool);
                slot.open();
                tracing::info!(tool = name, tries, "tool is up after {:?}", begun.elapsed());
                return Some(name);
            }
            Err(Unset::Wrong(problems)) => {
                tracing::error!(tool = name, reason = %problems, "tool stays off: no waiting makes this better");
                return None;
            }
            Err(Unset::Down(reason)) if reason == said => tracing::debug!(tool = name, tries, reason, "tool is off"),
            Err(Unset::Down(reason)) => {
                tracing::warn!(tool = name, tries, reason, "tool is off still, and tried again");
                said = reason;
            }
        }
        if patience.gives_up.is_some_and(|wait| begun.elapsed() >= wait) {
            tracing::error!(tool = name, tries, "tool stays off: it did not come within {:?}", patience.gives_up);
            return None;
        }
    }
    None
}
