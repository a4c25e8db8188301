//! The pages, one file each. A page is a path, whether it acts or shows, and what answers; a new one is a line in
//! [`PAGES`], and has the rule, the headers and the methods of all others.

mod dead;
mod events;
mod index;
mod traces;

use std::pin::Pin;

use tokio_util::sync::CancellationToken;

use super::Inside;
use crate::error::Result;
use crate::request::Head;
use crate::response::Response;

/// Every page.
pub(super) const PAGES: &[Page] =
    &[index::PAGE, index::BARE, traces::TREE, traces::FLAT, traces::STREAM, events::PAGE, dead::REPLAY, dead::DISCARD];

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

/// What a page is told.
pub(super) struct Asking<'a> {
    pub(super) inside: &'a Inside,
    pub(super) head: &'a Head,
    /// Whether there is the OpenAPI document.
    pub(super) documents: bool,
    /// What stands in place of `{}`.
    pub(super) argument: &'a str,
    /// Who asks, in words for the log.
    pub(super) who: &'a str,
    /// The end of the server.
    pub(super) stop: &'a CancellationToken,
}

/// In a box: pages are not opened as often as handlers run.
pub(super) type Answering<'a> = Pin<Box<dyn Future<Output = Result<Response>> + Send + 'a>>;

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
            assert!(page.path.starts_with("/system") && System::guards(page.path), "{}", page.path);
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
}
