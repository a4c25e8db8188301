//! The transport within the process: a queue per subscriber in memory, and plain calls of the inline ones.

use std::sync::Arc;
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{
    Broadcast, DeadLetter, Dispatch, Envelope, Event, Keeps, Limits, Priority, Published, Reserved, Sent,
    SubscriberStatus, Subscribers,
};
use microcore_runtime::lifecycle::Boot;

use super::settings::BusSettings;
use super::{Accepting, BusError, Link, Transport};

/// The name under which what waits is handed on.
#[cfg(unix)]
const LUGGAGE: &str = "bus";

/// Delivers within the process: a direct call per inline subscriber, a task per delivery of the others. Nothing is kept
/// across a restart; a process that takes over goes on with what waits for a time, and has the dead letters.
///
/// Each subscriber has a queue of `BUS_CAPACITY` deliveries. Where it is full, publishers wait, up to
/// `BUS_PUBLISH_WAIT`; then the event is refused, for all its subscribers.
#[derive(Debug, Clone, Copy)]
pub struct InProcess;

impl Keeps<Priority> for InProcess {}
impl Keeps<Broadcast> for InProcess {}

impl crate::sealed::Sealed for InProcess {}

impl Transport for InProcess {
    type Settings = BusSettings;
    type Open = ();
    const OUTLIVES_ITS_PROCESS: bool = false;
    const DOC: &'static str = "Events, from one plugin to all that subscribe, within the process.";

    fn limits(settings: &BusSettings) -> Limits {
        settings.limits()
    }

    async fn open(_settings: BusSettings, _boot: &Boot) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn accept<'l, A: Dispatch<E> + Subscribers, E: Event>(
        link: &'l Link<A, Self>,
        app: &'static A,
        published: Published<E>,
    ) -> Accepting<'l> {
        let subscribers = <A as Dispatch<E>>::SUBSCRIBERS;
        if subscribers.is_empty() {
            published.inline_at_once(move |published| app.inline(published));
            return Accepting::Done(Ok(()));
        }
        // Room first, and everywhere: an event is accepted whole or not at all.
        if let Some(room) = link.deliveries.reserve_now(subscribers) {
            begin(app, &published, room);
            return Accepting::Done(Ok(()));
        }
        Accepting::later(async move {
            match link.deliveries.reserve(subscribers).await {
                Ok(room) => {
                    begin(app, &published, room);
                    Ok(())
                }
                Err(subscriber) => Err(BusError::full(E::NAME, subscriber.name)),
            }
        })
    }

    async fn hand_on<A: Subscribers>(
        link: &Link<A, Self>,
        app: &'static A,
        envelope: &Envelope,
        payload: &str,
    ) -> Result<(), BusError> {
        let of = A::ALL.iter().filter(|subscriber| subscriber.event == envelope.event);
        let running: Vec<_> = of.filter(|subscriber| app.is_running(subscriber.number)).copied().collect();
        let Some(event) = running.first().map(|subscriber| subscriber.event) else { return Ok(()) };
        let sent = Sent::restored(envelope, event);
        link.deliveries.restart_all(app, &running, &sent, payload).await.map_err(BusError::Refused)
    }

    fn start<A: Subscribers>(link: &Arc<Link<A, Self>>, app: &'static A) {
        #[cfg(unix)]
        {
            let deliveries = link.deliveries;
            microcore_runtime::handover::when_taken(LUGGAGE, move |left| deliveries.resume(app, &left));
        }
        #[cfg(not(unix))]
        let _ = (link, app);
    }

    async fn settled<A: Subscribers>(link: &Link<A, Self>) {
        link.deliveries.settled().await;
    }

    async fn drain<A: Subscribers>(link: &Link<A, Self>, deadline: Duration) -> usize {
        link.deliveries.drain(deadline).await
    }

    async fn close<A: Subscribers>(link: &Link<A, Self>) {
        #[cfg(unix)]
        microcore_runtime::handover::give_to_any(LUGGAGE, || link.deliveries.left());
        #[cfg(not(unix))]
        let _ = link;
    }

    async fn check<A: Subscribers>(_link: &Link<A, Self>) -> Result<()> {
        Ok(())
    }

    async fn status<A: Subscribers>(link: &Link<A, Self>) -> Result<Vec<SubscriberStatus>, BusError> {
        Ok(link.deliveries.status())
    }

    async fn dead_letters<A: Subscribers>(link: &Link<A, Self>, limit: usize) -> Result<Vec<DeadLetter>, BusError> {
        Ok(link.deliveries.dead_letters().list(limit))
    }

    async fn dead_letter<A: Subscribers>(link: &Link<A, Self>, id: u64) -> Result<Option<DeadLetter>, BusError> {
        Ok(link.deliveries.dead_letters().list(usize::MAX).into_iter().find(|letter| letter.id == id))
    }

    async fn replay<A: Subscribers>(link: &Link<A, Self>, id: u64) -> Result<bool, BusError> {
        let app = link.app.get().ok_or(BusError::NotOnline)?;
        let Some(letter) = link.deliveries.dead_letters().take(id) else { return Ok(false) };
        match link.deliveries.again(*app, &letter).await {
            Ok(()) => Ok(true),
            Err(refused) => {
                // It stays what it was, but for its number.
                link.deliveries.dead_letters().add(letter);
                Err(BusError::Refused(refused))
            }
        }
    }

    async fn discard<A: Subscribers>(link: &Link<A, Self>, id: u64) -> Result<bool, BusError> {
        Ok(link.deliveries.dead_letters().take(id).is_some())
    }
}

fn begin<A: Dispatch<E> + Subscribers, E: Event>(app: &'static A, published: &Published<E>, room: Reserved<'_>) {
    published.inline_when_due(move |published| app.inline(published));
    app.start(published);
    room.used();
}
