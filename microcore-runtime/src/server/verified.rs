//! Settings that work, with what was opened to find that out: a server has no other way to its certificate or its folders.

use std::ops::Deref;

use super::folders::Folders;
#[cfg(feature = "tls")]
use super::tls::Tls;
use super::{Kept, ServerSettings};
use crate::settings::Environment;

/// Server settings that a server can be run with; [`ServerSettings::verify`] makes them.
///
/// The certificate and the folders that the settings name are open in here. They are not looked up again, so what becomes
/// of their files between the check and the start changes nothing: a server with a certificate never speaks plaintext.
#[derive(Debug)]
pub struct Verified {
    pub(super) settings: ServerSettings,
    pub(super) folders: Option<Folders>,
    /// Where all settings of the application come from, for the page that shows them.
    pub(super) environment: Environment,
    /// The sockets that another process may take over.
    pub(super) kept: Kept,
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
}

impl Verified {
    /// The same for the listener of the system pages, which has no folders.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self {
            settings: self.settings.clone(),
            folders: None,
            environment: self.environment.clone(),
            kept: self.kept.clone(),
            #[cfg(feature = "tls")]
            tls: self.tls.clone(),
        }
    }
}

impl Deref for Verified {
    type Target = ServerSettings;

    fn deref(&self) -> &ServerSettings {
        &self.settings
    }
}

impl Verified {
    /// The same, with where the application's settings come from.
    pub(crate) fn out_of(self, environment: Environment) -> Self {
        Self { environment, ..self }
    }

    /// The sockets that another process may take over.
    #[cfg(unix)]
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The same, with sockets that another process may take over.
    pub(crate) fn keeping(self, kept: Kept) -> Self {
        Self { kept, ..self }
    }

    /// The same, where a stop has no more than so much time for its requests.
    pub(crate) fn draining_within(mut self, limit: std::time::Duration) -> Self {
        self.settings.drain_timeout = self.settings.drain_timeout.min(limit);
        self
    }
}
