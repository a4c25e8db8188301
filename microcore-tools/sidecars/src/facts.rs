//! Who a guest is: what all of its parts know.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use microcore::plugin::Identity;
use microcore::settings::Environment;
use microcore_runtime::guest::GuestTools;
use microcore_sidecars_manifest::Manifest;

use crate::schema::Schema;

/// One generation of a guest, before it runs and while it does.
#[derive(Debug)]
pub(crate) struct Facts {
    /// Domain and folder.
    pub(crate) identity: &'static Identity,
    pub(crate) manifest: Manifest,
    pub(crate) folder: PathBuf,
    /// Whether its manifest is part of the application: its routes and events come by the wiring.
    pub(crate) compiled: bool,
    /// The JSON Schemas that its manifest names, by their files.
    pub(crate) schemas: BTreeMap<String, Schema>,
    /// How often it was loaded, from 1.
    pub(crate) generation: u64,
    pub(crate) tools: GuestTools,
    pub(crate) environment: Environment,
    /// How long it may take to say hello.
    pub(crate) start: Duration,
}

impl Facts {
    pub(crate) fn name(&self) -> &'static str {
        self.identity.name
    }
}

/// The identity of a guest. It is kept for the life of the process, once per name: a plugin's is a static, and whoever
/// asks for one need not know which of both it is.
pub(crate) fn identity(domain: &str, plugin: &str) -> &'static Identity {
    static KNOWN: Mutex<BTreeMap<String, &'static Identity>> = Mutex::new(BTreeMap::new());
    let name = format!("{domain}.{plugin}");
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(name).or_insert_with_key(|name| {
        let kept = |text: &str| -> &'static str { Box::leak(text.to_owned().into_boxed_str()) };
        Box::leak(Box::new(Identity { domain: kept(domain), plugin: kept(plugin), name: kept(name) }))
    })
}
