//! The tool `bus`: plugins meet here and nowhere else.
//!
//! `publish` → the application's `Dispatch`, which the wiring writes, → one delivery per subscriber.

mod error;
mod in_process;
mod recorder;

use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use microcore_runtime::error::Result;
use microcore_runtime::event::{Answers, Deliveries, Dispatch, Event, Published, Request};
use microcore_runtime::lifecycle::{Boot, Connect};
use microcore_runtime::plugin::Identity;

pub use self::error::BusError;
pub use self::in_process::InProcess;
use self::recorder::Recorder;

/// The bus of the application `A` on a transport.
///
/// ```ignore
/// self.bus.publish(UserCreated { id, email }).await?;
/// ```
pub struct EventBus<A: 'static, Transport = InProcess> {
    shared: Arc<Shared<A>>,
    emitter: Option<&'static Identity>,
    transport: PhantomData<Transport>,
}

struct Shared<A: 'static> {
    app: OnceLock<&'static A>,
    deliveries: Deliveries,
    /// In tests only.
    recorder: Option<Recorder>,
}

/// Events, from one plugin to all that subscribe.
#[microcore_macros::tool]
impl<A: Send + Sync + 'static> EventBus<A, InProcess> {
    async fn setup(boot: &Boot) -> Result<Self> {
        let recorder = boot.test.then(Recorder::default);
        let shared = Shared { app: OnceLock::new(), deliveries: Deliveries::default(), recorder };
        Ok(Self { shared: Arc::new(shared), emitter: None, transport: PhantomData })
    }

    fn bind(&self, plugin: &'static Identity) -> Self {
        Self { emitter: Some(plugin), ..self.clone() }
    }

    /// Hands an event to every subscriber: inline ones have run when it returns, the others are on their way.
    pub async fn publish<E: Event>(&self, event: E) -> Result<(), BusError>
    where
        A: Dispatch<E>,
    {
        let published = Published::new(Arc::new(event), self.emitter, self.shared.deliveries.clone());
        if let Some(recorder) = &self.shared.recorder {
            recorder.record(published.event());
        }
        match self.shared.app.get() {
            Some(app) => app.dispatch(&published),
            // A test that asked for a bus alone has no subscribers.
            None if self.shared.recorder.is_some() => {}
            None => return Err(BusError::NotOnline),
        }
        Ok(())
    }

    /// Asks the one plugin that answers `E`; fails with `Timeout` after 5 seconds, or with the responder's own error.
    pub async fn request<E: Request>(&self, request: E) -> Result<E::Reply>
    where
        A: Answers<E>,
    {
        self.request_within(request, Duration::from_secs(5)).await
    }

    /// `request` with a deadline of one's own.
    pub async fn request_within<E: Request>(&self, request: E, deadline: Duration) -> Result<E::Reply>
    where
        A: Answers<E>,
    {
        let request = Published::new(Arc::new(request), self.emitter, self.shared.deliveries.clone());
        if let Some(recorder) = &self.shared.recorder {
            recorder.record(request.event());
        }
        let app = self.shared.app.get().ok_or(BusError::NotOnline)?;
        match tokio::time::timeout(deadline, app.answer(&request)).await {
            Ok(answer) => answer,
            Err(_) => Err(BusError::Timeout { event: E::NAME, deadline }.into()),
        }
    }

    /// Waits until every delivery is done, those included that others cause.
    pub async fn settled(&self) {
        self.shared.deliveries.settled().await;
    }

    /// How many deliveries are under way.
    pub fn in_flight(&self) -> usize {
        self.shared.deliveries.len()
    }

    /// In tests: the events of type `E` published so far, oldest first.
    ///
    /// # Panics
    ///
    /// Outside of tests, where nothing is kept.
    pub fn published<E: Event>(&self) -> Vec<Arc<E>> {
        let recorder = self.shared.recorder.as_ref();
        recorder.expect("`published` is for tests: only the bus of a `#[microcore::test]` keeps events").of::<E>()
    }
}

impl<A: Send + Sync + 'static> Connect<A> for EventBus<A, InProcess> {
    fn connect(&self, app: &'static A) {
        // One bus belongs to one application: a second call would be a bug in the wiring, and the first stays.
        let _ = self.shared.app.set(app);
    }

    async fn drain(&self, deadline: Duration) -> usize {
        self.shared.deliveries.drain(deadline).await
    }
}

impl<A, Transport> Clone for EventBus<A, Transport> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), emitter: self.emitter, transport: PhantomData }
    }
}

impl<A, Transport> fmt::Debug for EventBus<A, Transport> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("EventBus");
        debug
            .field("emitter", &self.emitter.map(|plugin| plugin.name))
            .field("in_flight", &self.shared.deliveries.len())
            .finish()
    }
}
