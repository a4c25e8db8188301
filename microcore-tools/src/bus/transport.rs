//! What a transport implements to stand behind [`EventBus`](crate::bus::EventBus).
//!
//! In: a published event. Out: deliveries to the application's subscribers, through `Dispatch` where the event never
//! leaves the process, through `Subscribers::receive` where it was stored. A transport is a name only; what it holds
//! open is its `Open`.

use std::future::Future;
use std::sync::{Arc, OnceLock};

use microcore_runtime::error::Result;
use microcore_runtime::event::{
    DeadLetter, Deliveries, Dispatch, Envelope, Event, Limits, Orphan, Published, SubscriberStatus, Subscribers,
};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::Manifest;
use microcore_runtime::settings::Settings;

use super::outbox::Kept;
use super::recorder::Recorder;
use super::{Accepting, BusError};

/// A transport. Its contract:
///
/// - `publish` returns after [`Transport::accept`]: from then on the event is as safe as the transport keeps it, and one
///   that was not accepted was delivered to nobody who runs as a task.
/// - Each subscriber of [`Subscribers::ALL`] gets each event at least once over all processes; a broadcast one once per
///   process.
/// - Deliveries of one key never overlap at a subscriber and keep the order of publishing, through repetitions too.
/// - A delayed or failing delivery holds back no other, but those of its key behind it.
/// - An attempt counts when it begins. A delivery that used up its attempts is a dead letter, and so is one that can't
///   be read.
/// - What a transport can't keep (see [`Keeps`](microcore_runtime::event::Keeps)) does not compile.
///
/// Sealed: a new version may ask more of it.
pub trait Transport: crate::sealed::Sealed + Sized + Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// What it holds while it is open.
    type Open: Send + Sync + 'static;
    /// One sentence for the manifest.
    const DOC: &'static str;

    /// What bounds the deliveries.
    fn limits(settings: &Self::Settings) -> Limits;

    /// Opens it. Nothing is delivered yet.
    fn open(settings: Self::Settings, boot: &Boot) -> impl Future<Output = Result<Self::Open>> + Send;

    /// Makes the tables that it needs, where they are in the application's database.
    fn migrate(_settings: Self::Settings, _boot: &Boot) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Takes an event over, and calls the inline subscribers. What takes no waiting is done when this returns.
    fn accept<'l, A: Dispatch<E> + Subscribers, E: Event>(
        link: &'l Link<A, Self>,
        app: &'static A,
        published: Published<E>,
    ) -> Accepting<'l>;

    /// Takes an event over that was kept in a database. There is no publisher's task: inline subscribers are delivered to
    /// as the others are.
    fn hand_on<A: Subscribers>(
        link: &Link<A, Self>,
        app: &'static A,
        envelope: &Envelope,
        payload: &str,
    ) -> impl Future<Output = Result<(), BusError>> + Send;

    /// Takes over events that were kept in the database in which the transport itself keeps its own: a few, whose envelopes
    /// it gives, or `None` within where nothing waits. `None` where they are to be handed on.
    fn take_outbox<A: Subscribers>(
        _link: &Link<A, Self>,
    ) -> impl Future<Output = Option<Result<Option<Vec<Envelope>>, BusError>>> + Send {
        async { None }
    }

    /// Starts to deliver: the application is wired.
    fn start<A: Subscribers>(link: &Arc<Link<A, Self>>, app: &'static A);

    /// Waits until nothing is under way and nothing is stored that is or will be due.
    fn settled<A: Subscribers>(link: &Link<A, Self>) -> impl Future<Output = ()> + Send;

    /// Stops taking events over; gives how many deliveries were cut at the deadline.
    fn drain<A: Subscribers>(link: &Link<A, Self>, deadline: std::time::Duration)
    -> impl Future<Output = usize> + Send;

    /// Releases what it holds: nobody publishes any more.
    fn close<A: Subscribers>(link: &Link<A, Self>) -> impl Future<Output = ()> + Send;

    /// Whether it works now.
    fn check<A: Subscribers>(link: &Link<A, Self>) -> impl Future<Output = Result<()>> + Send;

    /// Whether what it holds can be looked at from outside of the running application.
    const OUTLIVES_ITS_PROCESS: bool;

    /// How every subscriber stands.
    fn status<A: Subscribers>(
        link: &Link<A, Self>,
    ) -> impl Future<Output = Result<Vec<SubscriberStatus>, BusError>> + Send;

    /// Up to `limit` dead letters, the oldest first.
    fn dead_letters<A: Subscribers>(
        link: &Link<A, Self>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DeadLetter>, BusError>> + Send;

    /// The dead letter of this number.
    fn dead_letter<A: Subscribers>(
        link: &Link<A, Self>,
        id: u64,
    ) -> impl Future<Output = Result<Option<DeadLetter>, BusError>> + Send;

    /// Delivers a dead letter again, with all its attempts; `false` where there is none of this number.
    fn replay<A: Subscribers>(link: &Link<A, Self>, id: u64) -> impl Future<Output = Result<bool, BusError>> + Send;

    /// Forgets a dead letter; `false` where there is none of this number.
    fn discard<A: Subscribers>(link: &Link<A, Self>, id: u64) -> impl Future<Output = Result<bool, BusError>> + Send;

    /// Tells every process of the application that listens now how this one does; where events stay in their process,
    /// there is nobody to tell.
    fn tell_others<A: Subscribers>(
        _link: &Link<A, Self>,
        _said: String,
    ) -> impl Future<Output = Result<(), BusError>> + Send {
        async { Ok(()) }
    }

    /// What is kept for subscribers that the application does not have: nothing where nothing outlives the process.
    fn orphans<A: Subscribers>(_link: &Link<A, Self>) -> impl Future<Output = Result<Vec<Orphan>, BusError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Hands what is kept for such a subscriber to the subscriber `by`, or deletes it; gives how many there were.
    fn settle_orphan<A: Subscribers>(
        _link: &Link<A, Self>,
        _event: &str,
        _subscriber: &str,
        _by: Option<&str>,
    ) -> impl Future<Output = Result<u64, BusError>> + Send {
        async { Ok(0) }
    }
}

/// An application's bus, shared by all handles.
pub struct Link<A: 'static, T: Transport> {
    /// The application, once it is wired.
    pub app: OnceLock<&'static A>,
    /// The deliveries under way in this process.
    pub deliveries: Deliveries,
    /// What the transport holds open.
    pub open: T::Open,
    /// The application's facts.
    pub(super) manifest: &'static Manifest,
    /// What wakes the relay of the outbox.
    pub(super) kept: Kept,
    /// In tests only.
    pub(super) recorder: Option<Recorder>,
}

impl<A, T: Transport> std::fmt::Debug for Link<A, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("deliveries", &self.deliveries).finish_non_exhaustive()
    }
}
