//! Tools: set up side by side, each with a deadline; a failure marks that tool dead and no other. [`Problems`] are
//! none of an outage: no waiting makes them better, so they end the boot.

use std::future::Future;
use std::time::Duration;

use tokio::time::timeout;

use super::Boot;
use super::guard::guarded;
use super::stop::Stop;
use crate::error::Error;
use crate::manifest::Manifest;
use crate::plugin::{Down, Slot};
use crate::settings::{Environment, Problems, Settings};
use crate::tool::Tool;

/// How long a tool's `setup` may take.
const SETUP_DEADLINE: Duration = Duration::from_secs(30);
/// How long a tool's `shutdown` may take where the boot ends.
const GIVE_UP_DEADLINE: Duration = Duration::from_secs(5);

/// Reads a tool's settings, where the tool is needed: an unused default never asks for its own.
pub fn check_settings<T: Tool>(name: &str, manifest: &Manifest, environment: &Environment, problems: &mut Problems) {
    if manifest.needs_tool(name) {
        let environment = match manifest.instance_of(name) {
            "" => environment.clone(),
            tool => environment.of_instance(tool, name),
        };
        let mut own = Problems::default();
        // The values are read again when the tool is set up.
        let _ = T::Settings::read(&environment, &mut own);
        let own = own.called(&environment, T::Settings::KEYS);
        own.iter().for_each(|problem| problems.add(&problem.name, &problem.message));
    }
}

/// Reads the settings of every plugin.
pub fn check_plugin_settings(manifest: &Manifest, environment: &Environment, problems: &mut Problems) {
    manifest.plugins.iter().for_each(|plugin| (plugin.check_settings)(environment, problems));
}

/// What a tool is set up in: one of several instances reads settings of its own.
pub(crate) fn circumstances(name: &str, boot: &Boot) -> Boot {
    match Manifest::of(boot).instance_of(name) {
        "" => boot.clone(),
        tool => boot.of_instance(tool, name),
    }
}

/// Why a tool is not there.
pub(super) enum Unset {
    /// What it needs is away, or it failed.
    Down(String),
    /// Somebody configured it wrongly.
    Wrong(Problems),
}

impl Unset {
    fn of(error: &Error) -> Self {
        error.find::<Problems>().map_or_else(|| Self::Down(error.to_string()), |problems| Self::Wrong(problems.clone()))
    }
}

/// One try to set a tool up. A panic, and a set-up that never ends, are an outage of this tool.
pub(super) async fn attempt<T: Tool>(name: &'static str, boot: Boot) -> Result<T, Unset> {
    let boot = circumstances(name, &boot);
    let started = tokio::spawn(async move {
        let made = async {
            if opens_fake::<T>(name, &boot) {
                return T::fake(&boot).await;
            }
            T::setup(T::Settings::load(&boot.environment)?, &boot).await
        };
        let made = async { made.await.map_err(|error| called::<T>(error, &boot)) };
        match timeout(SETUP_DEADLINE, made).await {
            Ok(Ok(tool)) => Ok(tool),
            Ok(Err(error)) => Err(Unset::of(&error)),
            Err(_) => Err(Unset::Down(format!("not set up within {SETUP_DEADLINE:?}"))),
        }
    });
    started.await.unwrap_or_else(|panic| Err(Unset::Down(panic.to_string())))
}

/// The error with the names that the settings of this instance have.
fn called<T: Tool>(error: Error, boot: &Boot) -> Error {
    match error.find::<Problems>() {
        Some(problems) if boot.is_instance() => problems.clone().called(&boot.environment, T::Settings::KEYS).into(),
        _ => error,
    }
}

/// Whether a test gets the fake of this tool, which reads no settings.
pub(crate) fn opens_fake<T: Tool>(name: &str, boot: &Boot) -> bool {
    T::HAS_FAKE && boot.opens_fake_of(name)
}

/// Starts the set-up of a tool; the future gives the tool, or why there is none, or [`Problems`].
pub fn set_up<T: Tool>(
    name: &'static str,
    boot: &Boot,
) -> impl Future<Output = Result<Slot<T>, Problems>> + Send + use<T> {
    let started = Manifest::of(boot).needs_tool(name).then(|| tokio::spawn(attempt::<T>(name, boot.clone())));
    async move {
        let Some(started) = started else {
            let slot = Slot::empty();
            slot.turn_off(Down::tool(name, "no plugin names it".to_owned()));
            return Ok(slot);
        };
        match started.await.unwrap_or_else(|panic| Err(Unset::Down(panic.to_string()))) {
            Ok(tool) => Ok(Slot::new(Ok(tool))),
            Err(Unset::Wrong(problems)) => Err(problems),
            Err(Unset::Down(reason)) => {
                tracing::error!(tool = name, reason, "tool is off");
                Ok(Slot::new(Err(Down::tool(name, reason))))
            }
        }
    }
}

/// The tool's place in the application. What is configured wrongly is collected, so that all of it is told at once.
pub fn settle<T>(set_up: Result<Slot<T>, Problems>, all: &mut Problems) -> Slot<T> {
    set_up.unwrap_or_else(|problems| {
        problems.iter().for_each(|problem| all.add(&problem.name, &problem.message));
        Slot::new(Err(Down { what: "a tool".to_owned(), reason: problems.to_string() }))
    })
}

/// Runs a tool's `on_boot_complete`; a failure, a panic included, takes it out of service.
pub async fn complete<T: Tool>(name: &'static str, slot: &Slot<T>) {
    let Ok(tool) = slot.running() else { return };
    if let Err(reason) = guarded(SETUP_DEADLINE, tool.on_boot_complete()).await {
        tracing::error!(tool = name, reason, "on_boot_complete failed");
        slot.turn_off(Down::tool(name, reason));
    }
}

/// Runs a tool's `shutdown`, as long as the stop lets it.
pub async fn shut_down<T: Tool>(name: &'static str, slot: &Slot<T>, stop: &Stop) {
    let Some(tool) = slot.built() else { return };
    stop.works_on(format!("shutdown of the tool {name}"));
    if let Err(reason) = guarded(stop.tools(), tool.shutdown()).await {
        tracing::error!(tool = name, reason, "shutdown failed");
    }
}

/// Ends the tools of a boot that does not go on.
pub async fn give_up<T: Tool>(name: &'static str, slot: &Slot<T>) {
    let Some(tool) = slot.built() else { return };
    if let Err(reason) = guarded(GIVE_UP_DEADLINE, tool.shutdown()).await {
        tracing::error!(tool = name, reason, "shutdown failed");
    }
}
