//! The commands of every application: one list, from which the command line and the documents are made.

/// A command of the application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommandFacts {
    /// `routes`.
    pub name: &'static str,
    /// Its options: `[--check] [--stdout]`.
    pub options: &'static str,
    /// What it does.
    pub doc: &'static str,
}

/// Every command, in the order of `--help`.
pub const COMMANDS: &[CommandFacts] = &[
    CommandFacts { name: "serve", options: "", doc: "Boots the application and serves; the default" },
    CommandFacts { name: "routes", options: "", doc: "Prints every route with its handler" },
    CommandFacts { name: "settings", options: "", doc: "Prints every setting with its default" },
    CommandFacts { name: "openapi", options: "", doc: "Prints the OpenAPI document" },
    CommandFacts {
        name: "graph",
        options: "[--format mermaid|dot|json]",
        doc: "Prints plugins, tools and events and what connects them",
    },
    CommandFacts {
        name: "context",
        options: "[name] [--check] [--stdout]",
        doc: "Writes AI_CONTEXT.md, the facts about this application, or prints those of a domain or a tool",
    },
    CommandFacts {
        name: "events",
        options: "schema | status | dead list|show|replay|discard",
        doc: "Shows what events look like and what their store holds",
    },
    CommandFacts {
        name: "trace",
        options: "[id]",
        doc: "Draws what a request or an event led to, in the running application",
    },
    CommandFacts {
        name: "migrate",
        options: "[--status] [new <domain> <name>]",
        doc: "Applies the pending migrations, lists all of them, or begins a new one",
    },
    CommandFacts { name: "schema", options: "", doc: "Prints the tables of the live database" },
    CommandFacts {
        name: "db",
        options: "backup <file>|check",
        doc: "Copies the live database to a new file, or looks for damage in it",
    },
    CommandFacts {
        name: "check",
        options: "[--database] [--deny-warnings]",
        doc: "Reports wrong settings, unused tools, events that go nowhere and events that changed",
    },
];
