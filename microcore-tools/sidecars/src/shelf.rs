//! What all parts of the tool share: the table of guests, the application's tools, who is on the way out.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};
use std::time::Duration;

use microcore::error::{Error, Result};
use microcore::settings::Environment;
use microcore_runtime::guest::{CompiledGuest, GuestRoute, GuestStatus, GuestTools};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::delivery::Readers;
use crate::guest::Guest;
use crate::places::Places;
use crate::settings::SidecarsSettings;
use crate::socket::Sockets;
use crate::status::{of_failed, of_guest};
use crate::table::{Found, Table};

/// How often it is looked whether the last call of an old generation has ended.
const LOOK: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(crate) struct Shelf {
    settings: SidecarsSettings,
    environment: Environment,
    /// Made when the first guest comes.
    sockets: OnceLock<Arc<Sockets>>,
    tools: RwLock<Option<GuestTools>>,
    table: RwLock<Arc<Table>>,
    has_routes: AtomicBool,
    /// Whether anything is heard at all.
    hears: AtomicBool,
    /// Held while the table is replaced.
    changes: Mutex<Changes>,
    /// Events that wait for guests.
    on_their_way: Places,
    leaving: TaskTracker,
    /// Cancelled when the guests that the boot has found are loaded, or have failed.
    loaded: CancellationToken,
    stop: CancellationToken,
    watcher: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Default)]
struct Changes {
    generations: BTreeMap<&'static str, u64>,
    /// Why the folder as it is now is not what runs, by name.
    failed: BTreeMap<String, String>,
}

impl Shelf {
    pub(crate) fn new(settings: SidecarsSettings, environment: Environment) -> Result<Arc<Self>> {
        if let Some(folder) = settings.folder.as_ref().filter(|folder| !folder.is_dir()) {
            let mut problems = microcore::settings::Problems::default();
            problems.add("SIDECARS_DIR", format!("must name a folder, and `{}` is none", folder.display()));
            return Err(Error::from(problems));
        }
        Ok(Arc::new(Self {
            settings,
            environment,
            sockets: OnceLock::new(),
            tools: RwLock::default(),
            table: RwLock::default(),
            has_routes: AtomicBool::new(false),
            hears: AtomicBool::new(false),
            changes: Mutex::default(),
            on_their_way: Places::default(),
            leaving: TaskTracker::new(),
            loaded: CancellationToken::new(),
            stop: CancellationToken::new(),
            watcher: Mutex::default(),
        }))
    }

    pub(crate) fn settings(&self) -> &SidecarsSettings {
        &self.settings
    }

    pub(crate) fn environment(&self) -> &Environment {
        &self.environment
    }

    pub(crate) fn sockets(&self) -> Result<Arc<Sockets>> {
        let _one_at_a_time = self.changes();
        if let Some(sockets) = self.sockets.get() {
            return Ok(Arc::clone(sockets));
        }
        let made = Arc::new(Sockets::new()?);
        Ok(Arc::clone(self.sockets.get_or_init(|| made)))
    }

    /// The guests whose manifests are compiled in.
    pub(crate) fn compiled(&self) -> &'static [CompiledGuest] {
        self.tools().map_or(&[], |tools| tools.compiled)
    }

    /// The guest of the source tree for a request that the application's router has matched.
    pub(crate) fn found(&self, asked: &GuestRoute<'_>) -> Result<Found> {
        let guest = self.of_the_tree(asked.guest.name)?;
        Found::of(guest, asked.name, asked.parameters)
            .ok_or_else(|| Error::internal(format!("the guest {} has no route `{}`", asked.guest.name, asked.name)))
    }

    /// A guest of the source tree; why it is not there, where it is not.
    pub(crate) fn of_the_tree(&self, name: &'static str) -> Result<Arc<Guest>> {
        self.table().guests().get(name).cloned().ok_or_else(|| {
            let why = self.changes().failed.get(name).cloned();
            Error::unavailable(format!("guest {name}: {}", why.unwrap_or_else(|| "it is not loaded yet".to_owned())))
        })
    }

    pub(crate) fn connect(self: &Arc<Self>, tools: GuestTools) {
        let deliveries = tools.deliveries;
        *self.tools.write().unwrap_or_else(PoisonError::into_inner) = Some(tools);
        if let Some(deliveries) = deliveries {
            deliveries.visited_by(Arc::new(Readers(Arc::downgrade(self))));
        }
    }

    /// The application's event of this name.
    pub(crate) fn event(&self, name: &str) -> Option<&'static str> {
        let tools = self.tools()?;
        tools.manifest.events.iter().find(|event| event.name == name).map(|event| event.name)
    }

    pub(crate) fn tools(&self) -> Option<GuestTools> {
        self.tools.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn table(&self) -> Arc<Table> {
        Arc::clone(&self.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn has_routes(&self) -> bool {
        self.has_routes.load(Ordering::Acquire)
    }

    pub(crate) fn hears(&self, event: &str) -> bool {
        self.hears.load(Ordering::Acquire) && self.table().guests().values().any(|guest| guest.hears(event))
    }

    pub(crate) fn on_their_way(&self) -> &Places {
        &self.on_their_way
    }

    /// The guests that the boot has found are loaded, or have failed.
    pub(crate) fn is_loaded(&self) {
        self.loaded.cancel();
    }

    /// Waits for that.
    pub(crate) async fn loaded(&self) {
        self.loaded.cancelled().await;
    }

    pub(crate) fn generation(&self, name: &str) -> u64 {
        self.changes().generations.get(name).copied().unwrap_or_default()
    }

    /// Puts a guest into the table, in the place of the one that has its name, unless `check` says no.
    pub(crate) fn put(
        &self,
        guest: Arc<Guest>,
        check: impl FnOnce(&BTreeMap<&'static str, Arc<Guest>>) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut changes = self.changes();
        if self.stop.is_cancelled() {
            return Err("the application stops".to_owned());
        }
        let mut guests = self.table().guests().clone();
        check(&guests)?;
        changes.generations.insert(guest.facts.name(), guest.facts.generation);
        changes.failed.remove(guest.facts.name());
        let old = guests.insert(guest.facts.name(), guest);
        self.publish(guests);
        drop(changes);
        self.leave(old);
        Ok(())
    }

    /// The folder has gone.
    pub(crate) fn remove(&self, name: &str) {
        let mut changes = self.changes();
        changes.failed.remove(name);
        let mut guests = self.table().guests().clone();
        let Some(old) = guests.remove(name) else { return };
        self.publish(guests);
        drop(changes);
        tracing::info!(plugin = old.facts.name(), "the guest is removed");
        self.leave(Some(old));
    }

    /// The folder is not what runs, for this reason.
    pub(crate) fn failed(&self, name: &str, why: &str) {
        tracing::error!(plugin = name, "the guest is not loaded: {why}");
        self.changes().failed.insert(name.to_owned(), why.to_owned());
    }

    fn publish(&self, guests: BTreeMap<&'static str, Arc<Guest>>) {
        let hears = guests.values().any(|guest| !guest.facts.compiled && !guest.facts.manifest.heard.is_empty());
        let table = Arc::new(Table::new(guests));
        self.has_routes.store(table.has_routes(), Ordering::Release);
        self.hears.store(hears, Ordering::Release);
        *self.table.write().unwrap_or_else(PoisonError::into_inner) = table;
    }

    /// An old generation ends its calls, then itself. Whoever asks it holds on to it.
    fn leave(&self, old: Option<Arc<Guest>>) {
        let Some(old) = old else { return };
        self.leaving.spawn(async move {
            // A call that has a place ends within its time, and one that waits for a place waits no longer than that.
            let longest = old.facts.manifest.limits.time * 2;
            let alone = async {
                while Arc::strong_count(&old) > 1 {
                    sleep(LOOK).await;
                }
            };
            let _ = timeout(longest, alone).await;
            old.process.end().await;
        });
    }

    pub(crate) async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    pub(crate) fn watched_by(&self, watcher: JoinHandle<()>) {
        *self.watcher.lock().unwrap_or_else(PoisonError::into_inner) = Some(watcher);
    }

    /// Ends every guest, side by side.
    pub(crate) async fn close(&self) {
        self.stop.cancel();
        let watcher = self.watcher.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(watcher) = watcher {
            let _ = watcher.await;
        }
        let guests: Vec<_> = {
            let _changes = self.changes();
            let guests = self.table().guests().values().cloned().collect();
            self.publish(BTreeMap::new());
            guests
        };
        for guest in guests {
            self.leaving.spawn(async move { guest.process.end().await });
        }
        self.leaving.close();
        self.leaving.wait().await;
    }

    pub(crate) fn status(&self) -> Vec<GuestStatus> {
        let failed = self.changes().failed.clone();
        let table = self.table();
        let running = table.guests().iter().map(|(name, guest)| of_guest(guest, failed.get(*name)));
        let absent = failed.iter().filter(|(name, _)| !table.guests().contains_key(name.as_str()));
        running.chain(absent.map(|(name, why)| of_failed(name, why))).collect()
    }

    fn changes(&self) -> MutexGuard<'_, Changes> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
