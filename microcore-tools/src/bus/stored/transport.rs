//! What a transport on a queue says of itself; all that it does is the same for every queue.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{
    DeadLetter, Dispatch, Envelope, Event, Limits, Orphan, Published, SubscriberStatus, Subscribers,
};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::settings::Settings;

use super::{Queue, Stored};
use crate::bus::{Accepting, BusError, Link, Transport};

/// A transport that is a [`Queue`].
pub trait OnQueue: crate::sealed::Sealed + Sized + Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The store.
    type Queue: Queue;
    /// One sentence for the manifest.
    const DOC: &'static str;

    /// Whether the store is in the application's own database, whose tables the command `migrate` makes.
    const IN_THE_DATABASE: bool = false;

    /// What bounds the deliveries.
    fn limits(settings: &Self::Settings) -> Limits;

    /// Opens the store.
    fn open(settings: Self::Settings, boot: &Boot) -> impl Future<Output = Result<Self::Queue>> + Send;
}

impl<T: OnQueue> Transport for T {
    type Settings = <T as OnQueue>::Settings;
    type Open = Stored<T::Queue>;
    const DOC: &'static str = <T as OnQueue>::DOC;
    const OUTLIVES_ITS_PROCESS: bool = true;

    fn limits(settings: &<T as OnQueue>::Settings) -> Limits {
        <T as OnQueue>::limits(settings)
    }

    async fn open(settings: <T as OnQueue>::Settings, boot: &Boot) -> Result<Self::Open> {
        Ok(Stored::new(<T as OnQueue>::open(settings, boot).await?))
    }

    async fn migrate(settings: <T as OnQueue>::Settings, boot: &Boot) -> Result<()> {
        if T::IN_THE_DATABASE {
            // Whoever opens it makes what is missing.
            <T as OnQueue>::open(settings, boot).await?.close().await;
        }
        Ok(())
    }

    fn accept<'l, A: Dispatch<E> + Subscribers, E: Event>(
        link: &'l Link<A, Self>,
        app: &'static A,
        published: Published<E>,
    ) -> Accepting<'l> {
        super::accept(link, app, published)
    }

    async fn hand_on<A: Subscribers>(
        link: &Link<A, Self>,
        _app: &'static A,
        envelope: &Envelope,
        payload: &str,
    ) -> Result<(), BusError> {
        super::hand_on(link, envelope, payload).await
    }

    async fn take_outbox<A: Subscribers>(link: &Link<A, Self>) -> Option<Result<Option<Vec<Envelope>>, BusError>> {
        super::take_outbox(link).await
    }

    fn start<A: Subscribers>(link: &Arc<Link<A, Self>>, app: &'static A) {
        super::start(link, app);
    }

    async fn settled<A: Subscribers>(link: &Link<A, Self>) {
        super::settled(link).await;
    }

    async fn drain<A: Subscribers>(link: &Link<A, Self>, deadline: Duration) -> usize {
        super::drain(link, deadline).await
    }

    async fn close<A: Subscribers>(link: &Link<A, Self>) {
        super::close(link).await;
    }

    async fn check<A: Subscribers>(link: &Link<A, Self>) -> Result<()> {
        super::check(link).await
    }

    async fn status<A: Subscribers>(link: &Link<A, Self>) -> Result<Vec<SubscriberStatus>, BusError> {
        super::status(link).await
    }

    async fn dead_letters<A: Subscribers>(link: &Link<A, Self>, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        super::dead_letters(link, limit).await
    }

    async fn dead_letter<A: Subscribers>(link: &Link<A, Self>, id: u64) -> Result<Option<DeadLetter>, BusError> {
        super::dead_letter(link, id).await
    }

    async fn replay<A: Subscribers>(link: &Link<A, Self>, id: u64) -> Result<bool, BusError> {
        super::replay(link, id).await
    }

    async fn discard<A: Subscribers>(link: &Link<A, Self>, id: u64) -> Result<bool, BusError> {
        super::discard(link, id).await
    }

    async fn tell_others<A: Subscribers>(link: &Link<A, Self>, said: String) -> Result<(), BusError> {
        super::tell_others(link, &said).await
    }

    async fn orphans<A: Subscribers>(link: &Link<A, Self>) -> Result<Vec<Orphan>, BusError> {
        super::orphans(link).await
    }

    async fn settle_orphan<A: Subscribers>(
        link: &Link<A, Self>,
        event: &str,
        subscriber: &str,
        by: Option<&str>,
    ) -> Result<u64, BusError> {
        super::settle_orphan(link, event, subscriber, by).await
    }
}
