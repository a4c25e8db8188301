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
    CommandFacts {
        name: "dev",
        options: "[--hold 30s] [--no-hold] [--port n] [-- cargo's options]",
        doc: "Serves while one edits: what is saved is built, and answers the next request; debug builds only",
    },
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
        name: "jobs",
        options: "next|run|history|pause|resume <schedule> | status | list|show|cancel|retry <id> | dead list|show|replay|discard <id>",
        doc: "Lists what runs at times, and looks at its runs or orders one",
    },
    CommandFacts {
        name: "trace",
        options: "[id] [--sql] [--logs]",
        doc: "Draws what a request or an event led to, in the running application",
    },
    CommandFacts {
        name: "errors",
        options: "[--json]",
        doc: "Lists what fails in the running application, in groups that lead to traces",
    },
    CommandFacts {
        name: "metrics",
        options: "",
        doc: "Prints every name that /metrics tells, with its labels and its series",
    },
    CommandFacts {
        name: "top",
        options: "[--seconds n] [--json]",
        doc: "Shows what the running application does now: requests, times, queues",
    },
    CommandFacts {
        name: "fleet",
        options: "[--json]",
        doc: "Shows the replicas of the running application, as they see each other through the bus",
    },
    CommandFacts {
        name: "sidecars",
        options: "[--json]",
        doc: "Shows how the plugins in other languages are, in the running application",
    },
    CommandFacts {
        name: "upgrade",
        options: "[--timeout 30s] [--pid-file …] [--allow-breaking]",
        doc: "Lets the running application hand over to the program that is at its path now",
    },
    CommandFacts {
        name: "migrate",
        options: "[--status]",
        doc: "Applies the pending migrations, or lists all of them",
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
