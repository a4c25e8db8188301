//! Failures in groups: of one plugin and handler, with one code, whose chains differ in numbers and quotes only.
//!
//! In: requests that were answered with 500 or more, deliveries that failed for good, and runs that failed. Out: up to 256 groups, each with
//! how often, since when, and three samples that lead to their traces.

use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, Once, PoisonError};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::request::{Last, route};
use super::{aside, known};
use crate::context::{Context, Id, look};
use crate::error::{Error, Kind};
use crate::event::wall_clock;

/// So many groups are kept: where there is no room, the one that was quiet for longest goes.
const GROUPS: usize = 256;
const SAMPLES: usize = 3;
/// More of a chain is left out, in characters.
const LONGEST: usize = 1000;

static KEPT: Mutex<Vec<ErrorGroup>> = Mutex::new(Vec::new());
static LOST: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// Where the last panic of this thread was.
    static PANICKED: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Failures of one kind.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemErrorGroup")]
#[non_exhaustive]
pub struct ErrorGroup {
    /// `users.create_user`; nothing where no plugin was asked.
    pub plugin: Option<String>,
    /// Its handler.
    pub handler: Option<String>,
    /// The code that clients compare.
    pub code: String,
    /// The chain, with `#` for numbers and `…` for what is quoted.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// The first: milliseconds since 1970.
    pub first: u64,
    /// The latest.
    pub last: u64,
    /// The latest few, the newest first.
    pub samples: Vec<ErrorSample>,
}

/// One failure.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "SystemErrorSample")]
#[non_exhaustive]
pub struct ErrorSample {
    /// The request or event.
    pub id: String,
    /// The first of its chain.
    pub origin: String,
    /// Its trace, as 32 hexadecimal digits.
    pub trace: String,
    /// Milliseconds since 1970.
    pub time: u64,
    /// What went wrong, with its causes.
    pub chain: String,
}

/// A request fails with this error. Noted at its end, when it is known whose it is.
pub(crate) fn failed(error: &Error) {
    if error.status() >= 500 && error.kind() != Kind::NotImplemented && cfg!(feature = "observe") {
        look(|handled| {
            if handled.is_some_and(|context| context.kept_aside) {
                aside::fails(error.code(), error.to_string());
            }
        });
    }
}

/// A delivery of this subscriber failed for good.
pub fn buried(subscriber: &str, id: &Id, origin: &Id, code: &'static str, chain: &str) {
    let (plugin, handler) = subscriber.rsplit_once('.').unwrap_or((subscriber, ""));
    note([Some(plugin), Some(handler).filter(|handler| !handler.is_empty())], id, origin, code, chain);
}

/// A request has ended that failed.
pub(super) fn of_request(context: &Context, last: Option<&Last>, code: &'static str, chain: String) {
    let route = last.and_then(|last| route(&known(), last.meter));
    let (plugin, handler) = route.map_or((None, None), |route| (route.plugin, route.handler));
    note([plugin, handler], &context.id, &context.origin, code, &chain);
}

/// A run of a schedule or a job failed.
pub(super) fn of_run(context: &Context, whose: [&str; 2], error: &Error) {
    note(whose.map(Some), &context.id, &context.origin, error.code(), &error.to_string());
}

fn note([plugin, handler]: [Option<&str>; 2], id: &Id, origin: &Id, code: &str, chain: &str) {
    let chain: String = chain.chars().take(LONGEST).collect();
    let (kind, now, [high, low]) = (kind_of(&chain), wall_clock(), origin.trace());
    let trace = format!("{high:016x}{low:016x}");
    let sample = ErrorSample { id: id.to_string(), origin: origin.to_string(), trace, time: now, chain };
    let mut groups = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    let is_it = |group: &&mut ErrorGroup| {
        group.kind == kind
            && group.code == code
            && group.plugin.as_deref() == plugin
            && group.handler.as_deref() == handler
    };
    if let Some(group) = groups.iter_mut().find(is_it) {
        (group.count, group.last) = (group.count + 1, now);
        group.samples.insert(0, sample);
        group.samples.truncate(SAMPLES);
        return;
    }
    if groups.len() == GROUPS {
        let quiet = (0..GROUPS).min_by_key(|place| groups[*place].last).unwrap_or_default();
        groups.swap_remove(quiet);
        LOST.fetch_add(1, Ordering::Relaxed);
    }
    let [plugin, handler] = [plugin, handler].map(|name| name.map(ToOwned::to_owned));
    let code = code.to_owned();
    groups.push(ErrorGroup { plugin, handler, code, kind, count: 1, first: now, last: now, samples: vec![sample] });
}

/// The groups, the latest first.
pub(crate) fn groups() -> Vec<ErrorGroup> {
    let mut groups = KEPT.lock().unwrap_or_else(PoisonError::into_inner).clone();
    groups.sort_by_key(|group| std::cmp::Reverse(group.last));
    groups
}

/// Groups that had no room any more.
pub(super) fn lost() -> u64 {
    LOST.load(Ordering::Relaxed)
}

/// What tells two errors of one kind apart is taken out: numbers, and what is quoted.
pub(crate) fn kind_of(error: &str) -> String {
    let mut kind = String::with_capacity(error.len());
    let mut quote = None;
    for character in error.chars() {
        match (quote, character) {
            (Some(end), _) if character == end => {
                quote = None;
                kind.push('…');
                kind.push(end);
            }
            (Some(_), _) => {}
            (None, '"' | '`') => {
                quote = Some(character);
                kind.push(character);
            }
            (None, _) if character.is_ascii_digit() => {
                if !kind.ends_with('#') {
                    kind.push('#');
                }
            }
            (None, _) => kind.push(character),
        }
    }
    kind
}

/// From now on it is known where a panic was; whoever is told of panics is told of them still.
pub(super) fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info: &PanicHookInfo<'_>| {
            let place = info.location().map(|place| format!("{}:{}", place.file(), place.line()));
            // A thread that is ending has no room for it any more.
            let _ = PANICKED.try_with(|panicked| *panicked.borrow_mut() = place);
            before(info);
        }));
    });
}

/// What a panic on this thread said, which was caught just now, and where it was.
pub(crate) fn panicked(said: &str) -> String {
    match PANICKED.with(|panicked| panicked.borrow_mut().take()) {
        None => format!("panicked: {said}"),
        Some(place) => format!("panicked at {place}: {said}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_quotes_are_taken_out() {
        for (error, kind) in [
            ("order 17 of \"Ana\" is late by 3.5 s", "order # of \"…\" is late by #.# s"),
            ("no `x", "no `"),
            ("away", "away"),
        ] {
            assert_eq!(kind_of(error), kind);
        }
    }

    #[test]
    fn the_quietest_group_makes_room() {
        let id = Id::make();
        for number in 0..=GROUPS {
            let kind = format!("{}{}", "x".repeat(number / 20 + 1), ["a", "b"][number % 2].repeat(number % 20 + 1));
            buried("room.maker.hear", &id, &id, "internal", &kind);
            buried("room.maker.hear", &id, &id, "internal", &kind);
        }
        let groups = groups();
        assert_eq!((groups.len(), lost() > 0), (GROUPS, true));
        let ours = groups.iter().find(|group| group.plugin.as_deref() == Some("room.maker")).unwrap();
        assert_eq!((ours.count, ours.handler.as_deref(), ours.samples.len()), (2, Some("hear"), 2));
    }
}
