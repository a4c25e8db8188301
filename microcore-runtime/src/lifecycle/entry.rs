//! How this process came to be: started by a person or a supervisor, with sockets or without, or by the process that it
//! takes over from.
//!
//! In: the environment and the standard input. Out: the sockets, and what is done around the boot and the stop for those
//! who wait for them.

use std::fmt::Display;

use super::Boot;
use super::serve::Booted;
use super::signals::Upgrading;
use crate::application::Application;
use crate::error::Result;
#[cfg(unix)]
use crate::handover::{self, Draining, Predecessor, Program, Upgrades};
use crate::manifest::Manifest;
use crate::server::Inherited;

/// What the process was started with.
#[derive(Debug)]
pub(super) struct Entry {
    sockets: Option<Inherited>,
    #[cfg(unix)]
    program: Program,
    #[cfg(unix)]
    before: Option<Predecessor>,
}

/// A process that may accept.
pub(super) struct Begun<L> {
    pub(super) upgrades: Option<Upgrading>,
    /// Whether it is behind another one that says where it serves.
    pub(super) is_behind: bool,
    /// To be waited for at the very end.
    pub(super) leaves: L,
}

#[cfg(unix)]
impl Entry {
    /// To be called before there is a thread.
    pub(super) fn of_this_process(manifest: &Manifest) -> Result<Self> {
        let program = Program::of_this_process()?;
        let sockets = crate::server::inherited();
        let before = Predecessor::greet(manifest)?;
        match sockets {
            Ok(sockets) => Ok(Self { sockets, program, before }),
            Err(problems) => {
                if let Some(before) = before {
                    before.refuse(&problems.to_string());
                }
                Err(problems.into())
            }
        }
    }

    /// Once.
    pub(super) fn sockets(&mut self) -> Option<Inherited> {
        self.sockets.take()
    }

    /// Tells why there will be no server.
    pub(super) fn refuse(&self, reason: &impl Display) {
        if let Some(before) = &self.before {
            before.refuse(&reason.to_string());
        }
    }

    /// While another process still serves, its tables stay as it knows them.
    pub(super) async fn check<A: Application>(&self, boot: &Boot) -> Result<()> {
        match &self.before {
            Some(before) if !before.welcomed.allow_breaking && !before.welcomed.stays => {
                handover::breaking::refuse::<A>(boot).await
            }
            _ => Ok(()),
        }
    }

    /// Waits until this process may accept, and tells those who want to know; `None` where it may not.
    pub(super) async fn begin<A: Application>(
        &mut self,
        booted: &Booted<A>,
        boot: &Boot,
    ) -> Option<Begun<impl Future<Output = ()> + use<A>>> {
        let (server, mut draining) = (booted.handle.clone(), Draining::default());
        let is_alone = self.before.is_none();
        let mut stays = false;
        let watched = match self.before.take() {
            None => None,
            Some(mut before) => {
                draining = before.ready().await.ok()?;
                stays = before.welcomed.stays;
                Some(tokio::spawn(before.watch(draining.clone(), server.clone())))
            }
        };
        if is_alone {
            handover::notify::notify("READY=1");
        }
        let upgrades = Upgrades {
            application: A::MANIFEST.name,
            program: self.program.clone(),
            kept: booted.kept().clone(),
            server,
            drains: booted.time_to_stop(),
            before: draining,
            is_busy: false.into(),
        };
        // One that is under somebody's hand is not handed over by another.
        let upgrades = (!stays).then(|| Upgrading::open(upgrades, booted.control(boot)));
        let leaves = async move {
            if let Some(watched) = watched.filter(|_| stays)
                && let Ok(before) = watched.await
            {
                before.leave();
            }
            handover::leave();
        };
        Some(Begun { upgrades, is_behind: stays, leaves })
    }
}

#[cfg(not(unix))]
impl Entry {
    pub(super) fn of_this_process(_: &Manifest) -> Result<Self> {
        Ok(Self { sockets: None })
    }

    pub(super) fn sockets(&mut self) -> Option<Inherited> {
        self.sockets.take()
    }

    pub(super) fn refuse(&self, _: &impl Display) {}

    pub(super) async fn check<A: Application>(&self, _: &Boot) -> Result<()> {
        Ok(())
    }

    pub(super) async fn begin<A: Application>(
        &mut self,
        _: &Booted<A>,
        _: &Boot,
    ) -> Option<Begun<std::future::Ready<()>>> {
        Some(Begun { upgrades: None, is_behind: false, leaves: std::future::ready(()) })
    }
}
