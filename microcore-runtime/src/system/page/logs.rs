//! `/system/api/logs`: the latest lines of the log, the oldest first.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{Answering, Asking, Page, told};
use crate::error::Error;
use crate::record::{LogLine, lines, set_levels};
use crate::request::{Body, Inputs};
use crate::response::{NoContent, reply};

/// The gravest first.
pub(in crate::system) const LEVELS: [&str; 5] = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];

/// With `level` those of this level and of graver ones, with `id` those of a request or an event and of what it led to,
/// with `after` those with a higher number.
pub(super) const PAGE: Page = Page::shows("/system/api/logs", answer);

/// With `level` as `LOG_LEVEL` has it, `debug` or `info,shop=trace`, that holds for ten minutes; without it, what is set
/// holds again at once.
pub(super) const LEVEL: Page = Page { acts: true, ..Page::shows("/system/api/logs/level", set) };

/// So long another level holds.
const FOR: Duration = Duration::from_secs(600);

/// Counts the changes: a later one is not ended by the time of an earlier one.
static CHANGES: AtomicU64 = AtomicU64::new(0);

fn set(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::new(asking.head, Body::of(""));
        let Some(level) = inputs.query::<Option<String>>("level") else { return Ok(inputs.refuse()) };
        set_levels(level.as_deref()).map_err(|why| Error::bad_request(format!("query parameter `level` {why}")))?;
        let change = CHANGES.fetch_add(1, Ordering::AcqRel) + 1;
        tracing::info!(who = asking.who, level, "system action: set the level of the log");
        if level.is_some() {
            let stop = asking.shown.stop.clone();
            tokio::spawn(async move {
                let is_over = stop.run_until_cancelled(tokio::time::sleep(FOR)).await.is_some();
                if is_over && CHANGES.load(Ordering::Acquire) == change && set_levels(None).is_ok() {
                    tracing::info!("the level of the log is as it is set again");
                }
            });
        }
        Ok(reply(204, NoContent))
    })
}

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let mut inputs = Inputs::new(asking.head, Body::of(""));
        let level = inputs.query::<Option<String>>("level");
        let id = inputs.query::<Option<String>>("id");
        let after = inputs.query::<Option<u64>>("after");
        let (Some(level), Some(id), Some(after)) = (level, id, after) else { return Ok(inputs.refuse()) };
        let place = |level: &str| LEVELS.iter().position(|own| own.eq_ignore_ascii_case(level));
        let least = match &level {
            None => LEVELS.len(),
            Some(level) => place(level).ok_or_else(|| {
                Error::bad_request(format!("query parameter `level` must be one of {}", LEVELS.join(", ")))
            })?,
        };
        let is_it = |line: &LogLine| {
            after.is_none_or(|after| line.number > after)
                && place(&line.level).is_none_or(|level| level <= least)
                && id.as_ref().is_none_or(|id| line.id.as_ref() == Some(id) || line.origin.as_ref() == Some(id))
        };
        told(&lines().into_iter().filter(is_it).collect::<Vec<_>>())
    })
}
