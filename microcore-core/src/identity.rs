//! Who a plugin is.

/// The name of a plugin, as logs, events and the manifest show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The domain's folder: `users`.
    pub domain: &'static str,
    /// The file's stem: `create_user`.
    pub plugin: &'static str,
    /// Both: `users.create_user`.
    pub name: &'static str,
}
