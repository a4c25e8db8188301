//! `/system/api/schedule`: how schedules and jobs stand; below it, and below `/system/api/jobs`, what is done with them, as
//! the command `jobs` does it. Each action is a line of the log: who did what.

use serde::Serialize;

use super::{Answering, Asking, Page, told};
use crate::error::Error;
use crate::jobs::{Asked, Board};

const fn acting(path: &'static str, answer: fn(Asking<'_>) -> Answering<'_>) -> Page {
    Page { acts: true, ..Page::shows(path, answer) }
}

/// How they stand; nothing where nothing runs at times.
pub(super) const PAGE: Page = Page::shows("/system/api/schedule", |asking| {
    Box::pin(async move {
        let inside = &asking.shown.inside;
        let board = match inside.parts() {
            Some(parts) if has_some(&asking) => parts.board(inside.environment().clone()).await?,
            _ => Board::default(),
        };
        told(&board)
    })
});
/// One run, now.
pub(super) const RUN: Page = acting("/system/api/schedule/{}/run", |asking| {
    let name = asking.argument.to_owned();
    act(asking, "ordered a run", Asked::Run { name, wait: false })
});
/// No more ticks.
pub(super) const PAUSE: Page = acting("/system/api/schedule/{}/pause", |asking| {
    let name = asking.argument.to_owned();
    let by = Some(asking.who.to_owned());
    act(asking, "paused", Asked::Pause { name, by })
});
/// Ticks again, from the next one on.
pub(super) const RESUME: Page = acting("/system/api/schedule/{}/resume", |asking| {
    let name = asking.argument.to_owned();
    act(asking, "resumed", Asked::Resume { name, catch_up: false })
});
/// A job that waits begins at once, and one that is dead has all its attempts again.
pub(super) const RETRY: Page =
    acting("/system/api/jobs/{}/retry", |asking| job(asking, "retried", |id| Asked::Retry { id }));
/// A job that waits or runs is dropped.
pub(super) const CANCEL: Page =
    acting("/system/api/jobs/{}/cancel", |asking| job(asking, "cancelled", |id| Asked::Cancel { id }));
/// A dead job is forgotten.
pub(super) const DISCARD: Page =
    acting("/system/api/jobs/{}/discard", |asking| job(asking, "discarded", |id| Asked::Discard { id }));

/// What was done, in a sentence.
#[derive(Debug, Serialize)]
struct Done {
    said: String,
}

fn job<'a>(asking: Asking<'a>, done: &'static str, asked: fn(i64) -> Asked) -> Answering<'a> {
    match asking.argument.parse() {
        Ok(id) => act(asking, done, asked(id)),
        Err(_) => Box::pin(async move { Err(Error::not_found(format_args!("job {}", asking.argument))) }),
    }
}

/// Whether anything runs at times or is stored.
fn has_some(asking: &Asking<'_>) -> bool {
    let manifest = asking.shown.inside.manifest();
    manifest.schedules().next().is_some() || manifest.jobs().next().is_some()
}

fn act<'a>(asking: Asking<'a>, done: &'static str, asked: Asked) -> Answering<'a> {
    Box::pin(async move {
        let inside = &asking.shown.inside;
        let parts = inside.parts().ok_or_else(|| Error::not_found("a scheduler"))?;
        let about = asking.argument;
        if !has_some(&asking) {
            return Err(Error::not_found("a scheduler"));
        }
        let is_known = matches!(asked, Asked::Retry { .. } | Asked::Cancel { .. } | Asked::Discard { .. })
            || inside.manifest().schedules().any(|(plugin, facts)| facts.name_in(&plugin.identity) == about);
        if !is_known {
            return Err(Error::not_found(format_args!("a schedule `{about}`")));
        }
        let said = parts.administer(inside.environment().clone(), asked).await?;
        tracing::info!(who = asking.who, about, "system action: {done}");
        told(&Done { said: said.text.trim().to_owned() })
    })
}
