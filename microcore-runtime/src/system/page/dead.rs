//! `/system/api/dead…`: the deliveries that failed for good, in groups of one subscriber and one kind of error, and what is
//! done with them: one, or all that match. Each action is a line of the log: who did what.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{Asking, Page, told};
use crate::error::{Error, Result};
use crate::event::DeadLetter;
use crate::manifest::{Manifest, types_of};
use crate::record::kind_of;
use crate::request::{Body, Inputs};
use crate::response::{NoContent, Response, reply};
use crate::system::{Looked, Watched};

/// Lists them: `subscriber`, `event` and `kind` choose, `after` is the number of the last one that was seen.
pub(super) const LIST: Page = Page::about_events("/system/api/dead", |asking| Box::pin(list(asking)));
/// Delivers one again, with all its attempts.
pub(super) const REPLAY: Page = Page {
    acts: true,
    ..Page::about_events("/system/api/dead/{}/replay", |asking| {
        Box::pin(act(asking, "replayed", |bus, number| bus.replay(number)))
    })
};
/// Forgets one.
pub(super) const DISCARD: Page = Page {
    acts: true,
    ..Page::about_events("/system/api/dead/{}/discard", |asking| {
        Box::pin(act(asking, "discarded", |bus, number| bus.discard(number)))
    })
};
/// The same with those that match, up to [`AT_ONCE`]: who wants all of them asks until none are left.
pub(super) const REPLAY_ALL: Page = Page {
    acts: true,
    ..Page::about_events("/system/api/dead/replay", |asking| {
        Box::pin(act_on_all(asking, "replayed", |bus, number| bus.replay(number)))
    })
};
pub(super) const DISCARD_ALL: Page = Page {
    acts: true,
    ..Page::about_events("/system/api/dead/discard", |asking| {
        Box::pin(act_on_all(asking, "discarded", |bus, number| bus.discard(number)))
    })
};

/// Letters beyond are not read: the answer says that there are more.
const READ: usize = 10_000;
/// Letters of one list.
const LISTED: usize = 50;
/// Letters that one request acts on.
const AT_ONCE: usize = 100;

/// What is dead.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemDead")]
pub(in crate::system) struct Dead {
    /// How many there are in all, up to 10,000.
    total: usize,
    /// Whether there are more than were counted.
    more: bool,
    /// How many match.
    matching: usize,
    /// Every group, the largest first, whatever was asked for.
    groups: Vec<Group>,
    /// Up to 50 that match, the oldest first.
    letters: Vec<Letter>,
    /// The highest number, for actions on all that there are now.
    last: u64,
}

/// Dead letters of one subscriber with one kind of error.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemGroup")]
struct Group {
    subscriber: String,
    event: String,
    /// The error without its numbers and names.
    kind: String,
    count: usize,
    /// When the first and the last of them were given up: milliseconds since 1970.
    first: u64,
    last: u64,
}

/// A dead letter as it is shown.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "SystemLetter")]
struct Letter {
    id: u64,
    subscriber: String,
    event: String,
    /// The event's own id, and the first of its chain.
    event_id: String,
    origin: String,
    emitter: Option<String>,
    published: u64,
    failed: u64,
    attempts: u32,
    error: String,
    kind: String,
    /// The fields of the event; their types where values are not shown.
    payload: String,
    /// Whether the values are shown.
    values: bool,
}

/// Which letters are meant.
struct Filter {
    subscriber: Option<String>,
    event: Option<String>,
    kind: Option<String>,
    /// No letter with a higher number: what comes back meanwhile is not acted on again.
    through: Option<u64>,
}

impl Filter {
    fn read(inputs: &mut Inputs<'_>) -> Option<Self> {
        let (subscriber, event) = (inputs.query("subscriber"), inputs.query("event"));
        let (kind, through) = (inputs.query("kind"), inputs.query("through"));
        Some(Self { subscriber: subscriber?, event: event?, kind: kind?, through: through? })
    }

    fn takes(&self, letter: &DeadLetter) -> bool {
        let is = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
        is(&self.subscriber, &letter.subscriber)
            && is(&self.event, &letter.envelope.event)
            && self.kind.as_deref().is_none_or(|kind| kind == kind_of(&letter.error))
            && self.through.is_none_or(|through| letter.id <= through)
    }
}

async fn list(asking: Asking<'_>) -> Result<Response> {
    let mut inputs = Inputs::new(asking.head, Body::of(""));
    let (filter, after) = (Filter::read(&mut inputs), inputs.query::<Option<u64>>("after"));
    let (Some(filter), Some(after)) = (filter, after) else { return Ok(inputs.refuse()) };
    let mut letters = asking.shown.inside.bus()?.dead(READ + 1).await?;
    let more = letters.len() > READ;
    letters.truncate(READ);
    let (total, last) = (letters.len(), letters.iter().map(|letter| letter.id).max().unwrap_or_default());
    let groups = groups(&letters);
    letters.retain(|letter| filter.takes(letter));
    let matching = letters.len();
    let shown = letters.into_iter().filter(|letter| after.is_none_or(|after| letter.id > after)).take(LISTED);
    let manifest = asking.shown.inside.manifest();
    let letters = shown.map(|letter| Letter::of(letter, manifest, asking.shown.payloads)).collect();
    told(&Dead { total, more, matching, groups, letters, last })
}

fn groups(letters: &[DeadLetter]) -> Vec<Group> {
    let mut groups: BTreeMap<(&str, &str, String), Group> = BTreeMap::new();
    for letter in letters {
        let (subscriber, event, kind) = (&letter.subscriber, &letter.envelope.event, kind_of(&letter.error));
        let group = groups.entry((subscriber, event, kind.clone())).or_insert_with(|| Group {
            subscriber: subscriber.clone(),
            event: event.clone(),
            kind,
            count: 0,
            first: letter.failed_at,
            last: letter.failed_at,
        });
        group.count += 1;
        group.first = group.first.min(letter.failed_at);
        group.last = group.last.max(letter.failed_at);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.count));
    groups
}

impl Letter {
    fn of(letter: DeadLetter, manifest: &Manifest, values: bool) -> Self {
        let DeadLetter { id, subscriber, envelope, payload, error, attempts, failed_at, .. } = letter;
        let event = envelope.event.clone();
        Self {
            id,
            subscriber,
            event_id: envelope.id.to_string(),
            origin: envelope.origin.to_string(),
            event: event.clone(),
            emitter: envelope.emitter,
            published: envelope.time,
            failed: failed_at,
            attempts,
            kind: kind_of(&error),
            error,
            payload: if values { manifest.public_part(&event, &payload) } else { types_of(&payload) },
            values,
        }
    }
}

type Act = fn(&'static dyn Watched, u64) -> Looked<'static, bool>;

async fn act(asking: Asking<'_>, done: &'static str, act: Act) -> Result<Response> {
    let missing = || Error::not_found(format_args!("dead letter {}", asking.argument));
    let number = asking.argument.parse().map_err(|_| missing())?;
    if !act(asking.shown.inside.bus()?, number).await? {
        return Err(missing());
    }
    tracing::info!(who = asking.who, dead_letter = number, "system action: {done}");
    Ok(reply(204, NoContent))
}

/// What came of an action on many.
#[derive(Debug, Serialize)]
struct Acted {
    /// How many it was done with.
    done: usize,
    /// How many more match.
    left: usize,
    /// Why it ended before.
    problem: Option<String>,
}

async fn act_on_all(asking: Asking<'_>, done: &'static str, act: Act) -> Result<Response> {
    let mut inputs = Inputs::new(asking.head, Body::of(""));
    let Some(filter) = Filter::read(&mut inputs) else { return Ok(inputs.refuse()) };
    if filter.through.is_none() {
        return Err(Error::bad_request(
            "query parameter `through` is required: the number of the last dead letter that is meant",
        ));
    }
    let bus = asking.shown.inside.bus()?;
    let mut letters = bus.dead(READ).await?;
    letters.retain(|letter| filter.takes(letter));
    let (mut count, mut problem) = (0, None);
    for letter in letters.iter().take(AT_ONCE) {
        match act(bus, letter.id).await {
            // Somebody else was faster.
            Ok(_) => count += 1,
            Err(error) => {
                problem = Some(error.to_string());
                break;
            }
        }
    }
    tracing::info!(
        who = asking.who,
        count,
        subscriber = filter.subscriber,
        event = filter.event,
        kind = filter.kind,
        "system action: {done} dead letters"
    );
    told(&Acted { done: count, left: letters.len() - count, problem })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_that_differ_in_numbers_and_names_are_of_one_kind() {
        assert_eq!(
            kind_of("user 17 has no mailbox \"a@b\": timeout after 300ms"),
            "user # has no mailbox \"…\": timeout after #ms"
        );
        assert_eq!(kind_of("`x` and `yy`, 1.25"), "`…` and `…`, #.#");
        assert_eq!(kind_of("plain"), "plain");
        assert_eq!(kind_of("broken \"off"), "broken \"");
    }
}
