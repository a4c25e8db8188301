//! Events: what is published, who hears it, how a delivery runs.
//!
//! `publish` → [`Dispatch`], which the wiring writes → one adapter per subscriber → [`Published::deliver`] or
//! [`Published::inline`]. A transport that stores events comes back through [`Subscribers::receive`], a `match` over
//! numbers. No map, no boxed function and no name is looked up on the way.

mod answering;
mod dead_letter;
mod deliveries;
mod delivery;
mod dispatch;
mod envelope;
mod lane;
mod moment;
mod notice;
mod options;
mod orphan;
mod outbox;
mod outcome;
mod published;
mod retry;
mod schedule;
mod sent;
mod status;
mod stored;
mod subscriber;
mod topology;
mod trace;
mod trace_stream;
mod tree;
mod waiting;

pub use self::dead_letter::{DeadLetter, DeadLetters};
pub use self::deliveries::{Deliveries, Limits, Reserved, Told};
pub use self::dispatch::{Answered, Dispatch, Event, Request, Subscribers};
#[cfg(feature = "otlp")]
pub(crate) use self::envelope::wall_clock_nanos;
pub use self::envelope::{Envelope, millis, wall_clock};
pub use self::moment::Moment;
pub use self::notice::{DeliveryFailed, JobFailed, Notice, SubscriberPaused, SubscriberResumed};
pub use self::options::{Broadcast, CrashSafe, Extras, Keeps, KeepsAll, Priority, PublishOptions};
pub use self::orphan::Orphan;
pub use self::outbox::{Outbox, OutboxListener, Outgoing, Place, Transactional, Turn};
pub use self::outcome::Answer;
pub use self::published::Published;
pub use self::retry::Retry;
pub use self::schedule::{Begins, Key, Schedule};
pub use self::sent::Sent;
pub use self::status::SubscriberStatus;
pub use self::stored::{Turns, Undelivered, member, read_event, receive};
pub use self::subscriber::Subscriber;
pub use self::topology::{EventStatus, topology};
pub use self::trace::{Ending, Trace, TraceRecord};
pub use self::trace_stream::trace_stream;
pub use self::tree::{TraceDelivery, TraceNode, trace_tree};
pub use self::waiting::{Visitors, Waiting};
pub use microcore_core::Outcome;
use microcore_core::breaker;
pub use microcore_core::breaker::{Breaker, Change};
