//! The tool `sidecars`: plugins in other languages, as processes beside the application.
//!
//! In: folders with a `plugin.toml`, requests that no compiled route has, events. Out: what a guest answers, within its
//! limits. `watch` sees folders come, change and go; `load` checks a manifest by the rules that `app!` has for plugins
//! and starts a generation; `table` says who is asked; `process` runs the guest, `host` is what it speaks to.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;
use microcore_runtime::guest::{GuestOperation, GuestRoute, GuestStatus, GuestTools, Guests, Heard};
use microcore_runtime::request::{Body, Head};
use microcore_runtime::response::{Response, failure};
use microcore_runtime::router::{Methods, no_route};

mod answer;
mod breaker;
mod call;
mod check;
mod delivery;
mod document;
mod facts;
#[allow(
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unused_qualifications,
    elided_lifetimes_in_paths,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes_without_reason,
    reason = "generated from proto/sidecar.proto"
)]
mod generated;
mod guest;
mod host;
mod link;
mod load;
mod memory;
mod output;
mod places;
mod process;
mod schema;
mod settings;
mod shelf;
pub mod slot;
mod socket;
mod status;
mod table;
mod tools;
mod watch;

pub use self::settings::SidecarsSettings;
use self::shelf::Shelf;

/// Which kinds of guests an application runs.
pub trait Kinds: Send + Sync + 'static {}

/// Guests that are processes of their own.
#[derive(Debug, Clone, Copy)]
pub struct Process;

impl Kinds for Process {}

/// The tool `sidecars`. Cheap to clone.
///
/// Plugins have no need to name it: guests are there for whoever asks from outside.
pub struct Sidecars<K: Kinds = Process> {
    shelf: Arc<Shelf>,
    kinds: PhantomData<fn() -> K>,
}

/// Plugins in other languages.
#[tool(notes = "TOOL.md")]
impl<K: Kinds> Sidecars<K> {
    /// Makes the place for guests; none is started before the other tools are there.
    pub async fn setup(settings: SidecarsSettings, boot: &Boot) -> Result<Self> {
        Ok(Self { shelf: Shelf::new(settings, boot.environment.clone())?, kinds: PhantomData })
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    /// Starts the guests that are there, and watches for others.
    pub async fn on_boot_complete(&self) -> Result<()> {
        watch::begin(&self.shelf).await;
        Ok(())
    }

    /// Ends every guest.
    pub async fn shutdown(&self) -> Result<()> {
        self.shelf.close().await;
        Ok(())
    }

    /// How every guest is.
    pub fn status(&self) -> Vec<GuestStatus> {
        self.shelf.status()
    }
}

impl<K: Kinds> Guests for Sidecars<K> {
    fn connect(&self, tools: GuestTools) {
        self.shelf.connect(tools);
    }

    fn has_routes(&self) -> bool {
        self.shelf.has_routes()
    }

    async fn answer(&self, head: &Head, body: Body, allowed: Methods, response: &mut Response) {
        match self.shelf.table().find(&head.method, head.uri.path(), allowed) {
            Ok(found) => {
                let claims = answer::admitted(&found, head);
                *response = match claims {
                    Ok(claims) => answer::request(found, head, body, claims).await,
                    Err(error) => failure(error),
                };
            }
            Err(allowed) => *response = no_route(head, allowed),
        }
    }

    async fn route(&self, asked: GuestRoute<'_>, head: &Head, body: Body, response: &mut Response) {
        *response = match self.shelf.found(&asked) {
            Ok(found) => answer::request(found, head, body, asked.claims).await,
            Err(error) => failure(error),
        };
    }

    async fn deliver(&self, guest: &'static Identity, event: &'static str, json: Vec<u8>) -> Result<()> {
        delivery::once_for(&self.shelf, guest.name, event, json).await
    }

    fn status(&self) -> Vec<GuestStatus> {
        self.shelf.status()
    }

    fn operations(&self) -> Vec<GuestOperation> {
        self.shelf.table().guests().values().flat_map(|guest| document::operations(&guest.facts)).collect()
    }

    fn hears(&self, event: &str) -> bool {
        self.shelf.hears(event)
    }

    fn hear(&self, heard: Heard) {
        delivery::begin(&self.shelf, &heard);
    }
}

impl<K: Kinds> Clone for Sidecars<K> {
    fn clone(&self) -> Self {
        Self { shelf: Arc::clone(&self.shelf), kinds: PhantomData }
    }
}

impl<K: Kinds> fmt::Debug for Sidecars<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sidecars")
    }
}
