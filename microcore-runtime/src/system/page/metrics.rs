//! `/metrics`: the meters, in the format that the client asks for, gzipped where it reads that.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{ACCEPT, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue};

use super::{Answering, Asking, Page};
use crate::event::EventStatus;
use crate::metrics::{Format, Seen, text};
use crate::request::AcceptedCodings;
use crate::response::{Media, reply};
use crate::system::parts::Parts;
use crate::system::{Inside, Shown};

pub(super) const PAGE: Page = Page::shows("/metrics", answer);

fn answer(asking: Asking<'_>) -> Answering<'_> {
    Box::pin(async move {
        let format = Format::wanted(&accepted(&asking.head.headers));
        let text = text(asking.shown.inside.manifest(), &seen(asking.shown).await, format);
        let packed = AcceptedCodings::of(&asking.head.headers).weight("gzip").and_then(|_| gzip(&text));
        let is_packed = packed.is_some();
        let mut response = reply(200, Media::new(format.media_type(), packed.unwrap_or_else(|| text.into_bytes())));
        let headers = response.headers_mut();
        headers.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
        if is_packed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        Ok(response)
    })
}

async fn seen(shown: &Shown) -> Seen {
    let queues = shown.queues().await;
    standing(&shown.inside, queues.iter().flat_map(|events| events.iter()))
}

/// How things stand in an application that nobody looks at by its pages.
#[cfg(feature = "otlp")]
pub(crate) async fn seen_inside(inside: &Inside) -> Seen {
    let topology = match inside.bus() {
        Ok(bus) => bus.topology().await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    standing(inside, topology.iter())
}

fn standing<'e>(inside: &Inside, events: impl Iterator<Item = &'e EventStatus>) -> Seen {
    let trace = inside.bus().ok().map(|bus| ("trace", bus.deliveries().trace().passed_over()));
    let lost = trace.into_iter().chain(crate::record::lost());
    #[cfg(feature = "otlp")]
    let lost = lost.chain([("export", crate::otlp::lost())]);
    Seen {
        subscribers: events.flat_map(|event| event.subscribers.iter().cloned()).collect(),
        down: inside.parts().map(Parts::down).unwrap_or_default(),
        lost: lost.collect(),
    }
}

fn accepted(headers: &HeaderMap) -> String {
    let lines = headers.get_all(ACCEPT).into_iter().filter_map(|line| line.to_str().ok());
    lines.collect::<Vec<_>>().join(",")
}

fn gzip(text: &str) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(text.len() / 8), Compression::fast());
    encoder.write_all(text.as_bytes()).ok()?;
    encoder.finish().ok()
}
