//! One line of the log per request: who asked for what, and what became of it.
//!
//! In: the head of a request, and its response. Out: the line, once the response is known; of a body that streams, once
//! the stream has ended. What stands behind `?` in a target is nobody's business and in no line.

use std::net::IpAddr;
use std::time::Instant;

use hyper::body::Body as _;

use crate::context::Id;
use crate::prefix::prefix;
use crate::request::Head;
use crate::response::Response;
use crate::server::ServerSettings;

/// The target of the lines: `LOG_LEVEL=info,access=off` leaves them out.
const TARGET: &str = "access";

/// More of a path is left out.
const LONGEST_PATH: usize = 1024;

/// What a line is made of, from the arrival of the request on. Few carry it, so it is in a box.
#[derive(Debug)]
pub(in crate::server) struct Arrived(Option<Box<Line>>);

#[derive(Debug)]
struct Line {
    method: http::Method,
    path: String,
    client: IpAddr,
    id: Id,
    at: Instant,
    /// 0 where the request was given up before there was an answer.
    status: u16,
    bytes: u64,
}

/// The log, where it is kept.
#[derive(Debug)]
pub(super) struct AccessLog;

impl AccessLog {
    /// In debug builds unless the setting says otherwise.
    pub(super) fn of(settings: &ServerSettings) -> Option<Self> {
        settings.access_log.unwrap_or(cfg!(debug_assertions)).then_some(Self)
    }
}

/// A copy writes no line of its own.
impl Clone for Arrived {
    fn clone(&self) -> Self {
        Self(None)
    }
}

impl Arrived {
    /// Where no line is wanted.
    pub(in crate::server) const UNSEEN: Self = Self(None);

    #[cold]
    pub(super) fn now(head: &Head, client: IpAddr, id: &Id) -> Self {
        if !tracing::enabled!(target: TARGET, tracing::Level::INFO) {
            return Self::UNSEEN;
        }
        let path = prefix(head.uri.path(), LONGEST_PATH).to_owned();
        let (method, id) = (head.method.clone(), id.clone());
        Self(Some(Box::new(Line { method, path, client, id, at: Instant::now(), status: 0, bytes: 0 })))
    }

    /// Writes the line, or leaves that to the end of the stream.
    #[inline]
    pub(in crate::server) fn answered(&mut self, response: &mut Response) {
        if let Some(line) = self.0.take() {
            answered(line, response);
        }
    }
}

#[cold]
fn answered(mut line: Box<Line>, response: &mut Response) {
    line.status = response.status().as_u16();
    if response.body().is_flowing() && line.method != http::Method::HEAD {
        response.body_mut().count(move |sent| {
            line.bytes = sent;
            drop(line);
        });
    } else if line.method != http::Method::HEAD {
        line.bytes = response.body().size_hint().exact().unwrap_or_default();
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let micros = u64::try_from(self.at.elapsed().as_micros()).unwrap_or(u64::MAX);
        tracing::info!(
            target: TARGET,
            method = self.method.as_str(),
            path = self.path.as_str(),
            status = self.status,
            bytes = self.bytes,
            micros,
            client = %self.client,
            request = %self.id,
            "{}",
            if self.status == 0 { "given up" } else { "answered" }
        );
    }
}
