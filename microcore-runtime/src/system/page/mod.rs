//! The pages, one file each. A page is a path, whether it acts or shows, and what answers; a new one is a line in
//! [`PAGES`], and has the rule, the headers and the methods of all others.
//!
//! What they answer with is JSON in the envelope `{"success":true,"data":…}`, whatever shape the application's own replies
//! have: the dashboard and the commands read it.

mod database;
mod dead;
mod errors;
mod events;
mod findings;
mod fleet;
mod graph;
mod health;
mod index;
mod logs;
mod meters;
mod metrics;
mod own_meters;
mod plugins;
mod queues;
mod requests;
mod schedule;
mod schemas;
mod settings;
mod sidecars;
mod status;
mod stream;
mod traces;
mod words;

use std::pin::Pin;

use bytes::Bytes;
use serde::Serialize;

pub(super) use self::database::Database;
pub(super) use self::dead::Dead;
pub(super) use self::graph::GraphView;
pub(super) use self::logs::LEVELS;
pub(super) use self::meters::{MetersView, Pulse};
#[cfg(feature = "otlp")]
pub(crate) use self::metrics::seen_inside;
pub(super) use self::plugins::PluginView;
pub(super) use self::requests::STATUSES;
pub(super) use self::settings::SettingView;
pub(super) use self::status::{Status, memory, parts, process};
pub(super) use self::words::{TopicWords, ViewWord};
use super::{Inside, Shown};
use crate::error::{Error, Result};
use crate::request::Head;
use crate::response::{Enveloped, Media, Replies as _, Response, reply};

/// Every page.
pub(super) const PAGES: &[Page] = &[
    index::PAGE,
    index::BARE,
    status::PAGE,
    health::PAGE,
    metrics::PAGE,
    plugins::PAGE,
    graph::PAGE,
    meters::PAGE,
    events::PAGE,
    queues::PAGE,
    traces::TREE,
    traces::FLAT,
    requests::LIST,
    requests::ONE,
    errors::PAGE,
    logs::PAGE,
    dead::LIST,
    dead::REPLAY,
    dead::DISCARD,
    dead::REPLAY_ALL,
    dead::DISCARD_ALL,
    schedule::PAGE,
    schedule::RUN,
    schedule::PAUSE,
    schedule::RESUME,
    schedule::RETRY,
    schedule::CANCEL,
    schedule::DISCARD,
    logs::LEVEL,
    database::PAGE,
    settings::PAGE,
    findings::PAGE,
    schemas::PAGE,
    sidecars::PAGE,
    fleet::PAGE,
    stream::PAGE,
];

/// One page.
pub(super) struct Page {
    /// Below `/system`; `{}` stands for one segment, which the page is told.
    pub(super) path: &'static str,
    /// Whether it needs a bus: without one there is no such page.
    needs_bus: bool,
    /// Whether it changes something: POST then, with all that guards it; else GET.
    pub(super) acts: bool,
    pub(super) answer: fn(Asking<'_>) -> Answering<'_>,
}

impl Page {
    /// A page that shows something of any application.
    const fn shows(path: &'static str, answer: fn(Asking<'_>) -> Answering<'_>) -> Self {
        Self { path, needs_bus: false, acts: false, answer }
    }

    /// The same of applications that have a bus.
    const fn about_events(path: &'static str, answer: fn(Asking<'_>) -> Answering<'_>) -> Self {
        Self { path, needs_bus: true, acts: false, answer }
    }
}

/// What a page is told.
pub(super) struct Asking<'a> {
    pub(super) shown: &'static Shown,
    pub(super) head: &'a Head,
    /// What stands in place of `{}`.
    pub(super) argument: &'a str,
    /// Who asks, in words for the log.
    pub(super) who: &'a str,
}

/// In a box: pages are not opened as often as handlers run.
pub(super) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>>;

/// 200 with a value in the envelope.
fn told<T: Serialize>(value: &T) -> Result<Response> {
    let json: Bytes =
        Enveloped::json(value).map_err(|error| Error::internal("a page can't be serialised").with_source(error))?;
    Ok(reply(200, Media::new("application/json", json)))
}

/// The page of a path, with what stands in place of its `{}`.
pub(super) fn find<'p>(path: &'p str, inside: &Inside) -> Option<(&'static Page, &'p str)> {
    let mut pages = PAGES.iter().filter(|page| !page.needs_bus || inside.has_bus());
    pages.find_map(|page| Some((page, page.argument(path)?)))
}

impl Page {
    /// What stands in place of `{}`, nothing where there is none; `None` where the path is another.
    fn argument<'p>(&self, path: &'p str) -> Option<&'p str> {
        match self.path.split_once("{}") {
            None => (path == self.path).then_some(""),
            Some((before, after)) => {
                let argument = path.strip_prefix(before)?.strip_suffix(after)?;
                (!argument.is_empty() && !argument.contains('/')).then_some(argument)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::System;

    #[test]
    fn every_page_is_below_the_guarded_path() {
        assert!(PAGES.len() > 5);
        for page in PAGES {
            assert!(System::guards(page.path), "{}", page.path);
        }
        for guarded in ["/system", "/system/", "/system/x/y", "/docs", "/docs/", "/openapi.json", "/metrics"] {
            assert!(System::guards(guarded), "{guarded}");
        }
        for other in ["/systems", "/syste", "/", "/openapi.json5", "/docsx", "//system", "/a/system"] {
            assert!(!System::guards(other), "{other}");
        }
    }

    #[test]
    fn one_segment_stands_in_its_place() {
        let page = Page { path: "/system/api/dead/{}/replay", ..dead::REPLAY };
        assert_eq!(page.argument("/system/api/dead/7/replay"), Some("7"));
        for other in
            ["/system/api/dead//replay", "/system/api/dead/7/8/replay", "/system/api/dead/7", "/system/api/dead/replay"]
        {
            assert_eq!(page.argument(other), None, "{other}");
        }
    }

    #[test]
    fn no_path_is_two_pages() {
        for (place, page) in PAGES.iter().enumerate() {
            let path = page.path.replace("{}", "7");
            let first = PAGES.iter().position(|other| other.argument(&path).is_some());
            assert_eq!(first, Some(place), "{path}");
        }
    }
}
