//! Tools: set up side by side, each with a deadline; a failure marks that tool dead and no other.

use std::future::Future;
use std::time::Duration;

use super::Boot;
use crate::manifest::Manifest;
use crate::plugin::{Down, Slot};
use crate::settings::{Environment, Problems, Settings};
use crate::tool::Tool;

/// How long a tool's `setup` may take.
const SETUP_DEADLINE: Duration = Duration::from_secs(30);
/// How long a tool's `shutdown` may take.
const SHUTDOWN_DEADLINE: Duration = Duration::from_secs(10);

/// Reads a tool's settings, where the tool is needed: an unused default never asks for its own.
pub fn check_settings<T: Tool>(name: &str, manifest: &Manifest, environment: &Environment, problems: &mut Problems) {
    if manifest.needs_tool(name) {
        // The values are read again when the tool is set up.
        let _ = T::Settings::read(environment, problems);
    }
}

/// Reads the settings of every plugin.
pub fn check_plugin_settings(manifest: &Manifest, environment: &Environment, problems: &mut Problems) {
    manifest.plugins.iter().for_each(|plugin| (plugin.check_settings)(environment, problems));
}

/// Starts the set-up of a tool; the future gives the tool or why there is none.
pub fn set_up<T: Tool>(name: &'static str, boot: &Boot) -> impl Future<Output = Slot<T>> + Send + use<T> {
    let started = boot.manifest.needs_tool(name).then(|| {
        let boot = boot.clone();
        tokio::spawn(async move {
            let settings = T::Settings::load(&boot.environment).map_err(|problems| problems.to_string())?;
            match tokio::time::timeout(SETUP_DEADLINE, T::setup(settings, &boot)).await {
                Ok(Ok(tool)) => Ok(tool),
                Ok(Err(error)) => Err(error.chain()),
                Err(_) => Err(format!("not set up within {SETUP_DEADLINE:?}")),
            }
        })
    });
    async move {
        let off = |reason| Down { what: format!("tool {name}"), reason };
        let Some(started) = started else {
            return Slot::new(Err(off("no plugin names it".to_owned())));
        };
        let set_up = started.await.unwrap_or_else(|panic| Err(panic.to_string())).map_err(off);
        if let Err(down) = &set_up {
            tracing::error!(tool = name, reason = %down.reason, "tool is off");
        }
        Slot::new(set_up)
    }
}

/// Runs a tool's `on_boot_complete`; a failure takes it out of service.
pub async fn complete<T: Tool>(name: &'static str, slot: &Slot<T>) {
    let Ok(tool) = slot.running() else { return };
    if let Err(error) = tool.on_boot_complete().await {
        let reason = error.chain();
        tracing::error!(tool = name, reason, "on_boot_complete failed");
        slot.turn_off(Down { what: format!("tool {name}"), reason });
    }
}

/// Runs a tool's `shutdown`, with a deadline.
pub async fn shut_down<T: Tool>(name: &'static str, slot: &Slot<T>) {
    let Some(tool) = slot.built() else { return };
    match tokio::time::timeout(SHUTDOWN_DEADLINE, tool.shutdown()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(tool = name, error = %error.chain(), "shutdown failed"),
        Err(_) => tracing::error!(tool = name, "shutdown took longer than {SHUTDOWN_DEADLINE:?}"),
    }
}
