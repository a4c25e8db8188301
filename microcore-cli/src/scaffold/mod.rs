//! New files for a project: a plugin, an event, a tool, a domain, a migration.
//!
//! In: the project and what was asked for. Out: changes that are not made yet, and the command that comes next. What is
//! written compiles, has a test, and is an example to be edited.

mod domain;
mod event;
mod migration;
mod plugin;
mod sample;
mod tool;

pub(crate) use self::domain::domain;
pub(crate) use self::event::{EventAsked, event};
pub(crate) use self::migration::migration;
pub(crate) use self::plugin::{PluginAsked, plugin};
pub(crate) use self::tool::tool;
use crate::change::Changes;

/// What would be written.
#[derive(Debug)]
pub(crate) struct Scaffold {
    pub(crate) changes: Changes,
    pub(crate) next: Vec<String>,
}

#[cfg(test)]
mod tests;
