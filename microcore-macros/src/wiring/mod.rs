//! Declarations → graph: who is there, under which name, and what belongs to whom.
//!
//! In: the tokens that the chain collected. Out: [`Wiring`], which the checks read and the code is written from.

mod collected;
mod files;
mod graph;
mod notices;
mod standing;
mod subscriber;

pub(crate) use self::collected::{Collected, Declared, Group};
pub(crate) use self::files::{File, FileKind, Head, MigrationFile, Sql, ToolEntry};
pub(crate) use self::graph::{ByEvent, EventNode, PluginNode, Wiring};
pub(crate) use self::standing::Standing;
pub(crate) use self::subscriber::SubscriberNode;
