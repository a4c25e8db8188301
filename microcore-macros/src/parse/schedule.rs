//! `#[cron("0 3 * * *", …)]` and `#[every("5m", …)]` on a handler.
//!
//! In: the attribute and the function. Out: the declaration, and what stands in the manifest. Whether an expression can be
//! read, and whether there is such a zone, is `microcore-cron`'s to say: the crate that reads them is not waited for here.

use std::time::Duration;

use syn::{Attribute, Ident, ImplItemFn, LitStr, Type};

use super::duration::duration;
use super::feature;
use super::options::{self, ScheduleOptions};
use crate::decl::ScheduleDecl;
use crate::errors::Errors;

/// The attributes.
const KINDS: [&str; 2] = ["cron", "every"];

/// Whether an attribute of this name is one of them.
pub(super) fn is_kind(name: &Ident) -> bool {
    KINDS.iter().any(|kind| name == kind)
}

/// When a handler runs, and what becomes of ticks that can't be run as they come.
#[derive(Debug)]
pub(crate) struct ScheduleItem {
    pub(crate) when: When,
    /// `Once`, `Skip`, `All`.
    pub(crate) missed: Ident,
    /// `Skip`, `Wait`, `Allow`.
    pub(crate) overlap: Ident,
    /// In milliseconds.
    pub(crate) late: Option<u64>,
    pub(crate) jitter: u64,
    pub(crate) retries: u32,
    pub(crate) backoff: u64,
    /// 0 where there is none.
    pub(crate) timeout: u64,
    pub(crate) takes_tick: bool,
}

#[derive(Debug)]
pub(crate) enum When {
    Cron { expression: LitStr, zone: Option<LitStr>, days: Option<LitStr> },
    Every { interval: u64, from_end: bool },
}

pub(super) fn parse(
    attribute: &Attribute,
    function: &ImplItemFn,
    parameters: &[(Ident, Type)],
    errors: &mut Errors,
) -> Option<(ScheduleDecl, ScheduleItem)> {
    let kind = attribute.path().get_ident()?;
    let handler = &function.sig.ident;
    if !feature::JOBS.serves(handler, kind, errors) {
        return None;
    }
    let before = errors.len();
    let (first, options) = options::schedule(attribute, errors)?;
    let takes_tick = takes_tick(handler, parameters, errors);
    exclusive(kind, handler, &options, errors);
    let when = if kind == "cron" {
        When::Cron { expression: first, zone: options.zone.clone(), days: options.days.clone() }
    } else {
        When::Every { interval: interval(&first, errors), from_end: from_end(&options, errors) }
    };
    if function.sig.asyncness.is_none()
        && let Some(timeout) = &options.timeout
    {
        errors.add(
            timeout,
            "MC0814",
            format!("`{handler}` must not have a timeout: it is a plain `fn`, which can't be stopped"),
            "make it an `async fn`, or remove `timeout`",
        );
    }
    let item = ScheduleItem {
        when,
        missed: word(options.missed.as_ref(), &["once", "skip", "all"], errors),
        overlap: word(options.overlap.as_ref(), &["skip", "wait", "allow"], errors),
        late: options.late.as_ref().map(|text| millis(text, errors)),
        jitter: options.jitter.as_ref().map_or(0, |text| millis(text, errors)),
        retries: options.retries.as_ref().map_or(0, |retries| **retries),
        backoff: options.backoff.as_ref().map_or(500, |text| millis(text, errors)),
        timeout: match &options.timeout {
            Some(text) => millis(text, errors),
            None if function.sig.asyncness.is_none() => 0,
            None => 60 * 60 * 1000,
        },
        takes_tick,
    };
    if let Some(name) = options.name.as_ref().filter(|name| !is_name(&name.value())) {
        errors.add(
            name,
            "MC0807",
            format!("`{}` is no name of a schedule", name.value()),
            "write words of a-z, 0-9 and `_`, joined by dots, as in \"purge.nightly\"",
        );
    }
    let broadcast = options.broadcast.is_present();
    (errors.len() == before).then(|| (ScheduleDecl { handler: handler.clone(), name: options.name, broadcast }, item))
}

fn is_name(text: &str) -> bool {
    let is_word =
        |word: &str| !word.is_empty() && word.bytes().all(|one| matches!(one, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    text.split('.').all(is_word)
}

/// Nothing, or `tick: &Tick`.
fn takes_tick(handler: &Ident, parameters: &[(Ident, Type)], errors: &mut Errors) -> bool {
    let help = format!("write `async fn {handler}(&self)`, or `async fn {handler}(&self, tick: &Tick)`");
    let is_tick = |ty: &Type| {
        let Type::Reference(reference) = ty else { return false };
        let Type::Path(path) = &*reference.elem else { return false };
        reference.mutability.is_none() && path.path.segments.last().is_some_and(|last| last.ident == "Tick")
    };
    match parameters {
        [] => false,
        [(_, ty)] if is_tick(ty) => true,
        [(name, ty)] if name == "tick" => {
            errors.add(ty, "MC0808", format!("`tick` of `{handler}` must be `&Tick`"), help);
            false
        }
        [(name, _), ..] => {
            let name = parameters.iter().find(|(_, ty)| !is_tick(ty)).map_or(name, |(name, _)| name);
            errors.add(
                name,
                "MC0808",
                format!("`{handler}` must take the tick and nothing else: nobody calls it"),
                help,
            );
            false
        }
    }
}

/// Options that say two things at once.
fn exclusive(kind: &Ident, handler: &Ident, options: &ScheduleOptions, errors: &mut Errors) {
    let ScheduleOptions { zone, days, missed, late, overlap, jitter, backoff, name, from, .. } = options;
    let mut refuse = |place: Option<&LitStr>, option: &str, why: &str, help: &str| {
        if let Some(place) = place {
            errors.add(place, "MC0809", format!("`{handler}` must not have `{option}`: {why}"), help);
        }
    };
    if kind == "every" {
        let help = "remove it, or write the times as `#[cron(\"…\")]`";
        refuse(zone.as_ref(), "zone", "an interval goes by elapsed time, which is the same everywhere", help);
        refuse(days.as_ref(), "days", "an interval knows no days", help);
    } else {
        refuse(from.as_ref(), "from", "its times are those of the expression", "remove it, or write `#[every(\"…\")]`");
    }
    if from.is_some() {
        let why = "with `from = \"end\"` there is one tick at a time";
        refuse(missed.as_ref(), "missed", why, "remove one of the two");
        refuse(overlap.as_ref(), "overlap", why, "remove one of the two");
    }
    if options.broadcast.is_present() {
        let why = "it is `broadcast`, of which nothing is stored";
        for (option, place) in [
            ("missed", missed),
            ("late", late),
            ("overlap", overlap),
            ("jitter", jitter),
            ("backoff", backoff),
            ("name", name),
            ("from", from),
        ] {
            refuse(place.as_ref(), option, why, "remove one of the two");
        }
    }
    if let Some(retries) = options.retries.as_ref().filter(|_| options.broadcast.is_present()) {
        errors.add_at(
            retries.span(),
            "MC0809",
            format!("`{handler}` must not have `retries`: it is `broadcast`, and comes again by itself"),
            "remove one of the two",
        );
    } else if options.retries.as_ref().is_none_or(|retries| **retries == 0)
        && let Some(backoff) = backoff.as_ref().filter(|_| !options.broadcast.is_present())
    {
        errors.add(
            backoff,
            "MC0809",
            format!("`{handler}` must not have `backoff` without `retries`: nothing is repeated"),
            "write `retries = 3`, or remove `backoff`",
        );
    }
}

fn from_end(options: &ScheduleOptions, errors: &mut Errors) -> bool {
    let Some(from) = &options.from else { return false };
    if from.value() != "end" {
        errors.add(
            from,
            "MC0809",
            format!("`{}` must be `end`", from.value()),
            "write `from = \"end\"` to count from the end of the last run, or leave it out",
        );
    }
    true
}

/// The interval of `#[every]`, in milliseconds.
fn interval(text: &LitStr, errors: &mut Errors) -> u64 {
    let said = text.value();
    let help = "write \"10s\", \"5m\", \"1h\" or \"7d\"";
    match duration(&said) {
        None if said.bytes().all(|one| one.is_ascii_digit()) && !said.is_empty() => {
            errors.add(
                text,
                "MC0806",
                format!("`{said}` has no unit"),
                format!("write \"{said}s\" for seconds, or \"{said}m\" for minutes"),
            );
            0
        }
        None => {
            errors.add(text, "MC0806", format!("`{said}` is no interval"), help);
            0
        }
        Some(interval) if interval < Duration::from_secs(1) => {
            errors.add(
                text,
                "MC0806",
                format!("`{said}` is shorter than a second"),
                "write a loop with `tokio::time::interval`, started in `on_boot`, for what happens so often",
            );
            0
        }
        Some(interval) if interval > Duration::from_secs(366 * 24 * 60 * 60) => {
            errors.add(
                text,
                "MC0806",
                format!("`{said}` is longer than a year"),
                "write `#[cron(\"0 0 1 1 *\")]` for what happens each year",
            );
            0
        }
        Some(interval) => whole(interval),
    }
}

fn millis(text: &LitStr, errors: &mut Errors) -> u64 {
    let said = text.value();
    duration(&said).map_or_else(
        || {
            errors.add(
                text,
                "MC0806",
                format!("`{said}` is no duration"),
                "write \"500ms\", \"30s\", \"10m\", \"2h\" or \"1d\"",
            );
            0
        },
        whole,
    )
}

fn whole(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// One of some words, as the variant that it is; the first where nothing is said.
fn word(said: Option<&LitStr>, words: &[&str], errors: &mut Errors) -> Ident {
    let text = said.map_or_else(|| words[0].to_owned(), LitStr::value);
    if let Some(literal) = said.filter(|_| !words.contains(&text.as_str())) {
        let listed: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
        errors.add(
            literal,
            "MC0809",
            format!("`{text}` must be one of {}", words.join(", ")),
            format!("write {}", listed.join(" or ")),
        );
        return word(None, words, errors);
    }
    let (first, rest) = text.split_at(1);
    Ident::new(&format!("{}{rest}", first.to_uppercase()), proc_macro2::Span::call_site())
}
