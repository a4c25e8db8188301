//! `EventBus<A, T>` as a tool, and its place in the lifecycle.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use microcore_runtime::application::{Administered, Asked, Found};
use microcore_runtime::context;
use microcore_runtime::error::{Error, Result};
use microcore_runtime::event::{DeadLetter, Deliveries, Envelope, EventStatus, Notice, Subscribers};
use microcore_runtime::guest::StaysHere;
use microcore_runtime::lifecycle::{Boot, Connect};
use microcore_runtime::manifest::{Manifest, ToolFacts};
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::Settings;
use microcore_runtime::system::{Looked, Watched};
use microcore_runtime::tool::Tool;
use tokio::time::{Instant, timeout};

use super::outbox::Kept;
use super::recorder::Recorder;
use super::{EventBus, Link, Transport};

impl<A: Subscribers, T: Transport> Tool for EventBus<A, T> {
    type Settings = T::Settings;

    const FACTS: ToolFacts = ToolFacts {
        name: "bus",
        doc: T::DOC,
        methods: Self::METHODS,
        settings: <T::Settings as Settings>::KEYS,
        ..ToolFacts::EMPTY
    };

    async fn setup(settings: T::Settings, boot: &Boot) -> Result<Self> {
        let deliveries = Deliveries::new(T::limits(&settings));
        let open = T::open(settings, boot).await?;
        let recorder = boot.test.then(Recorder::default);
        let (app, kept, manifest) = (OnceLock::new(), Kept::default(), Manifest::of(boot));
        let link = Link { app, deliveries, open, manifest, kept, recorder };
        Ok(Self { link: Arc::new(link), emitter: None })
    }

    fn bind(&self, plugin: &'static Identity) -> Self {
        Self { emitter: Some(plugin), ..self.clone() }
    }

    async fn on_boot_complete(&self) -> Result<()> {
        self.link.deliveries.booted();
        Ok(())
    }

    async fn health_check(&self) -> Result<()> {
        T::check(&self.link).await
    }

    async fn shutdown(&self) -> Result<()> {
        T::close(&self.link).await;
        Ok(())
    }
}

impl<A: Subscribers, T: Transport> Administered for EventBus<A, T> {
    async fn administer(boot: Boot, asked: Asked) -> Result<Found> {
        if !T::OUTLIVES_ITS_PROCESS {
            return Err(Error::internal(
                "this bus keeps its events in the running process; ask the application itself",
            ));
        }
        let bus = Self::setup(T::Settings::load(&boot.environment)?, &boot).await?;
        let found = match asked {
            Asked::Status => match bus.status().await {
                Ok(status) => T::orphans(&bus.link).await.map(|orphans| Found::Status(status, orphans)),
                Err(error) => Err(error),
            },
            Asked::Orphans => T::orphans(&bus.link).await.map(Found::Orphans),
            Asked::Adopt { event, subscriber, by } => {
                T::settle_orphan(&bus.link, &event, &subscriber, Some(&by)).await.map(Found::Counted)
            }
            Asked::DropOrphan { event, subscriber } => {
                T::settle_orphan(&bus.link, &event, &subscriber, None).await.map(Found::Counted)
            }
            Asked::Dead(limit) => bus.dead_letters(limit).await.map(Found::Dead),
            Asked::Letter(id) => {
                T::dead_letter(&bus.link, id).await.map(|found| Found::Dead(found.into_iter().collect()))
            }
            Asked::Replay(id) => bus.replay(id).await.map(Found::Done),
            Asked::Discard(id) => bus.discard(id).await.map(Found::Done),
        };
        T::close(&bus.link).await;
        Ok(found?)
    }

    async fn migrate(boot: &Boot) -> Result<()> {
        T::migrate(T::Settings::load(&boot.environment)?, boot).await
    }
}

impl<A: Subscribers, T: Transport> Connect<A> for EventBus<A, T> {
    fn connect(&self, app: &'static A) {
        // One bus belongs to one application: a second call would be a bug in the wiring, and the first stays.
        let Some(mut told) = self.link.deliveries.open::<A>() else { return };
        let _ = self.link.app.set(app);
        T::start(&self.link, app);
        let bus = self.clone();
        // What deliveries have to tell is published here, so that no delivery waits for its own subscriber.
        tokio::spawn(async move {
            while let Some(told) = told.recv().await {
                let published = context::scope(told.context.clone(), async {
                    match told.notice.clone() {
                        Notice::Failed(event) => bus.publish(event).await,
                        Notice::Paused(event) => bus.publish(event).await,
                        Notice::Resumed(event) => bus.publish(event).await,
                    }
                });
                if let Err(error) = published.await {
                    tracing::error!(%error, notice = ?told.notice, "a notice was not published");
                }
            }
        });
    }

    async fn hand_on(&self, app: &'static A, envelope: Envelope, payload: String) -> Result<()> {
        Ok(T::hand_on(&self.link, app, &envelope, &payload).await?)
    }

    async fn drain(&self, deadline: Duration) -> usize {
        let started = Instant::now();
        if timeout(deadline, self.link.kept.stop()).await.is_err() {
            tracing::error!("the relay of the outbox did not end: what it hands on may be handed on again");
        }
        T::drain(&self.link, deadline.saturating_sub(started.elapsed())).await
    }
}

impl<A: Subscribers, T: Transport> Watched for EventBus<A, T> {
    fn deliveries(&self) -> Deliveries {
        self.link.deliveries
    }

    fn topology(&self) -> Looked<'_, Vec<EventStatus>> {
        Box::pin(async { Ok(EventBus::topology(self).await?) })
    }

    fn dead(&self, limit: usize) -> Looked<'_, Vec<DeadLetter>> {
        Box::pin(async move { Ok(self.dead_letters(limit).await?) })
    }

    fn replay(&self, dead_letter: u64) -> Looked<'_, bool> {
        Box::pin(async move { Ok(EventBus::replay(self, dead_letter).await?) })
    }

    fn discard(&self, dead_letter: u64) -> Looked<'_, bool> {
        Box::pin(async move { Ok(EventBus::discard(self, dead_letter).await?) })
    }

    fn reaches_others(&self) -> bool {
        T::OUTLIVES_ITS_PROCESS
    }

    fn tell_others(&self, said: String) -> Looked<'_, ()> {
        Box::pin(async move { Ok(T::tell_others(&self.link, said).await?) })
    }
}

impl<A, T: Transport> StaysHere for EventBus<A, T> {
    const STAYS_HERE: bool = !T::OUTLIVES_ITS_PROCESS;

    fn deliveries(&self) -> Deliveries {
        self.link.deliveries
    }
}
