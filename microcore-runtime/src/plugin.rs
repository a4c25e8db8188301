//! Who a plugin is, and whether it runs.
//!
//! The wiring keeps each plugin and each tool in a [`Slot`]: the way to a handler is two loads and one branch.

use std::fmt;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{LazyLock, OnceLock};

pub use microcore_core::Identity;

use crate::error::Error;

/// Why a plugin or a tool is off. The reason goes to the log, never to a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Down {
    /// What is off: `tool db`, `plugin users.create_user`.
    pub what: String,
    /// Why.
    pub reason: String,
}

impl fmt::Display for Down {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is off: {}", self.what, self.reason)
    }
}

impl std::error::Error for Down {}

impl Down {
    /// What the name of a tool begins with in [`Down::what`].
    const TOOL: &'static str = "tool ";

    /// A tool is off.
    pub(crate) fn tool(name: &str, reason: String) -> Self {
        Self { what: format!("{}{name}", Self::TOOL), reason }
    }

    /// Whether it is a tool that is off: then a plugin that names it may still come up, when the tool does.
    pub(crate) fn is_tool(&self) -> bool {
        self.what.starts_with(Self::TOOL)
    }

    /// The same for those who miss it. The log has the reason already, once.
    pub(crate) fn missed(&self) -> Self {
        Self { what: self.what.clone(), reason: "the log says why, in a line of its own".to_owned() }
    }

    /// What a client gets when it asks for something that needs this: 503, with the reason in the log only.
    pub fn to_error(&self) -> Error {
        Error::unavailable(self.to_string())
    }
}

/// How far a slot has got. It goes up only, and `RUNNING` is the one stage in which requests are let in.
const MISSING: u8 = 0;
const BOOTS: u8 = 1;
const RUNNING: u8 = 2;
const OFF: u8 = 3;

/// A plugin or a tool that runs, or is off for a reason. One that is missing may be filled later: a database that was
/// away at the boot comes back, and the plugins that need it with it.
#[derive(Debug)]
pub struct Slot<T> {
    value: OnceLock<T>,
    stage: AtomicU8,
    /// Why it was not there at first.
    missing: OnceLock<Down>,
    /// Why it is out of service for good.
    off: OnceLock<Down>,
}

impl<T> Slot<T> {
    /// Nothing yet.
    pub const fn empty() -> Self {
        Self { value: OnceLock::new(), stage: AtomicU8::new(MISSING), missing: OnceLock::new(), off: OnceLock::new() }
    }

    /// Holds what was built, or why it is missing.
    pub fn new(built: Result<T, Down>) -> Self {
        let slot = Self::empty();
        match built {
            Ok(value) => {
                slot.fill(value);
                slot.open();
            }
            Err(reason) => {
                slot.misses(reason);
            }
        }
        slot
    }

    /// The value, where it serves requests; or why there is none.
    #[inline]
    pub fn running(&self) -> Result<&T, &Down> {
        match (self.stage.load(Ordering::Acquire), self.value.get()) {
            (RUNNING, Some(value)) => Ok(value),
            _ => Err(self.why()),
        }
    }

    /// The same from the beginning of `on_boot` on: what plugins publish there is heard by those that boot beside them.
    #[inline]
    pub fn hearing(&self) -> Result<&T, &Down> {
        match (self.stage.load(Ordering::Acquire), self.value.get()) {
            (BOOTS | RUNNING, Some(value)) => Ok(value),
            _ => Err(self.why()),
        }
    }

    #[cold]
    fn why(&self) -> &Down {
        static NOT_YET: LazyLock<Down> =
            LazyLock::new(|| Down { what: "a part of the application".to_owned(), reason: "it boots".to_owned() });
        self.off.get().or_else(|| self.missing.get()).unwrap_or(&NOT_YET)
    }

    /// Whether it was not built, and may be.
    pub fn is_missing(&self) -> bool {
        self.stage.load(Ordering::Acquire) == MISSING
    }

    /// Puts in what was built. It serves no requests before [`Slot::open`].
    pub(crate) fn fill(&self, value: T) {
        // A slot is filled once, by the boot or by the one task that goes on with it.
        if self.value.set(value).is_ok() {
            self.moves(MISSING, BOOTS);
        }
    }

    /// From now on it serves, where it was built and nothing has turned it off; whether this changed something.
    pub(crate) fn open(&self) -> bool {
        self.moves(BOOTS, RUNNING)
    }

    /// Whether it was not there at first.
    pub(crate) fn was_missing(&self) -> bool {
        self.missing.get().is_some()
    }

    /// Why it is missing. The first reason stays; whether there was one.
    pub(crate) fn misses(&self, down: Down) -> bool {
        self.missing.set(down).is_err()
    }

    /// Takes it out of service. The first reason stays.
    pub fn turn_off(&self, down: Down) {
        // A second reason is a consequence of the first.
        let _ = self.off.set(down);
        self.stage.store(OFF, Ordering::Release);
    }

    /// What was built, running or not: a plugin whose `on_boot` failed still owes its `on_shutdown`.
    pub fn built(&self) -> Option<&T> {
        self.value.get()
    }

    /// The value between its construction and [`Slot::open`].
    pub(crate) fn booting(&self) -> Option<&T> {
        self.value.get().filter(|_| self.stage.load(Ordering::Acquire) == BOOTS)
    }

    /// One that was turned off in the meantime stays off.
    fn moves(&self, from: u8, to: u8) -> bool {
        self.stage.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down(reason: &str) -> Down {
        Down { what: "plugin shop.pay".to_owned(), reason: reason.to_owned() }
    }

    #[test]
    fn what_was_missing_hears_events_while_it_boots_and_serves_when_it_is_open() {
        let slot = Slot::new(Err(down("no database")));
        assert_eq!(slot.running(), Err(&down("no database")));
        assert!(slot.is_missing());
        slot.fill(7);
        assert_eq!((slot.running(), slot.hearing()), (Err(&down("no database")), Ok(&7)));
        slot.open();
        assert_eq!((slot.running(), slot.hearing()), (Ok(&7), Ok(&7)));
    }

    #[test]
    fn what_was_turned_off_while_it_boots_is_not_opened() {
        let slot = Slot::empty();
        slot.fill(7);
        slot.turn_off(down("on_boot failed"));
        slot.turn_off(down("a consequence"));
        slot.open();
        assert_eq!(slot.running(), Err(&down("on_boot failed")));
        assert_eq!(slot.hearing(), Err(&down("on_boot failed")));
        assert_eq!(slot.built(), Some(&7), "it still owes its `on_shutdown`");
        assert!(!slot.is_missing());
    }
}
