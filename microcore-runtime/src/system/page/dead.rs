//! `/system/api/dead/{number}/…`: what is done with one dead letter. Each action is a line of the log: who did what.

use super::{Asking, Page};
use crate::error::{Error, Result};
use crate::response::{NoContent, Response, reply};
use crate::system::{Looked, Watched};

/// Delivers it again, with all its attempts.
pub(super) const REPLAY: Page = Page {
    path: "/system/api/dead/{}/replay",
    needs_bus: true,
    acts: true,
    answer: |asking| Box::pin(act(asking, "replayed", |bus, number| bus.replay(number))),
};
/// Forgets it.
pub(super) const DISCARD: Page = Page {
    path: "/system/api/dead/{}/discard",
    needs_bus: true,
    acts: true,
    answer: |asking| Box::pin(act(asking, "discarded", |bus, number| bus.discard(number))),
};

async fn act(
    asking: Asking<'_>,
    done: &'static str,
    act: fn(&'static dyn Watched, u64) -> Looked<'static, bool>,
) -> Result<Response> {
    let missing = || Error::not_found(format_args!("dead letter {}", asking.argument));
    let number = asking.argument.parse().map_err(|_| missing())?;
    if !act(asking.inside.bus()?, number).await? {
        return Err(missing());
    }
    tracing::info!(who = asking.who, dead_letter = number, "system action: {done}");
    Ok(reply(204, NoContent))
}
