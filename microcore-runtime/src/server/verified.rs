//! Settings that work, with what was opened to find that out: a server has no other way to its certificate or its folders.

use std::ops::Deref;

use super::ServerSettings;
use super::folders::Folders;
#[cfg(feature = "tls")]
use super::tls::Tls;

/// Server settings that a server can be run with; [`ServerSettings::verify`] makes them.
///
/// The certificate and the folders that the settings name are open in here. They are not looked up again, so what becomes
/// of their files between the check and the start changes nothing: a server with a certificate never speaks plaintext.
#[derive(Debug)]
pub struct Verified {
    pub(super) settings: ServerSettings,
    pub(super) folders: Option<Folders>,
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
    /// The same, where a stop has no more than so much time for its requests.
    pub(crate) fn draining_within(mut self, limit: std::time::Duration) -> Self {
        self.settings.drain_timeout = self.settings.drain_timeout.min(limit);
        self
    }
}
