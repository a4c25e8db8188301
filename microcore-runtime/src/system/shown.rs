//! What the pages are made of: the inside of the application, and what the settings say of the pages themselves.

use std::fmt;
use std::sync::Arc;

use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

use super::Inside;
use super::fleet::Replica;
use super::wellbeing::Kept;
use crate::event::EventStatus;

/// Each stream is looked after for as long as a page is open.
const STREAMS: usize = 16;
/// How old a look at the queues may be, however many look: with a bus on a database it is a question to that.
const FRESH: Duration = Duration::from_secs(1);

/// As long-lived as the server: streams look at it after the request for them is answered.
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own")]
pub(super) struct Shown {
    pub(super) inside: Inside,
    /// `SYSTEM_ACTIONS`.
    pub(super) acts: bool,
    /// Whether the values of events' fields are shown, and not only their types: `SYSTEM_PAYLOADS`.
    pub(super) payloads: bool,
    /// Whether there is the OpenAPI document.
    pub(super) openapi: bool,
    /// Whether browsers come in by a form.
    pub(super) session: bool,
    /// What is odd about the settings of the pages.
    pub(super) findings: Vec<String>,
    /// When it was made: milliseconds since 1970.
    pub(super) started: u64,
    /// The streams that may be open at once.
    pub(super) streams: Arc<Semaphore>,
    /// The end of the server.
    pub(super) stop: CancellationToken,
    pub(super) queues: Mutex<Option<(Instant, Arc<[EventStatus]>)>>,
    /// How the tools were when they were asked last.
    pub(super) wellbeing: Kept,
    /// What this process said of itself last.
    pub(super) told: std::sync::Mutex<Option<Replica>>,
    /// How often it does: `SYSTEM_FLEET_EVERY`.
    pub(super) fleet_every: Duration,
    /// How many replicas there should be: `SYSTEM_REPLICAS`.
    pub(super) replicas: Option<u64>,
}

impl Shown {
    pub(super) fn new(inside: Inside, started: u64, stop: CancellationToken) -> Self {
        Self {
            inside,
            acts: false,
            payloads: false,
            openapi: false,
            session: false,
            findings: Vec::new(),
            started,
            streams: Arc::new(Semaphore::new(STREAMS)),
            stop,
            queues: Mutex::default(),
            wellbeing: Kept::default(),
            told: std::sync::Mutex::default(),
            fleet_every: Duration::ZERO,
            replicas: None,
        }
    }

    /// How every subscriber stands, as of a second ago at most; `None` where the bus can't tell.
    pub(super) async fn queues(&self) -> Option<Arc<[EventStatus]>> {
        let mut last = self.queues.lock().await;
        if let Some((at, queues)) = &*last
            && at.elapsed() < FRESH
        {
            return Some(queues.clone());
        }
        let queues: Arc<[EventStatus]> = self.inside.bus().ok()?.topology().await.ok()?.into();
        *last = Some((Instant::now(), queues.clone()));
        Some(queues)
    }
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shown").field("inside", &self.inside).finish_non_exhaustive()
    }
}
