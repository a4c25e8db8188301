//! The command line as clap sees it, made from the list of commands.

use std::path::PathBuf;

use clap::{Arg, ArgAction, Command, value_parser};

use super::{Exit, Surroundings};
use crate::manifest::{COMMANDS, Manifest};

/// Every command with its options.
pub(super) fn command_line(manifest: &Manifest) -> Command {
    let line = Command::new(manifest.name).version(manifest.version).about("A MicroCore application").subcommands(
        COMMANDS.iter().map(|command| with_options(Command::new(command.name).about(command.doc), command.name)),
    );
    // The folder of the package is how users know the program, whatever it is called in the file system.
    line.bin_name(manifest.name)
}

fn with_options(command: Command, name: &str) -> Command {
    match name {
        "graph" => command.arg(
            Arg::new("format")
                .long("format")
                .value_parser(["mermaid", "dot", "json"])
                .default_value("mermaid")
                .help("The language of the graph"),
        ),
        "context" => command
            .arg(Arg::new("name").help("A domain, a tool, `interceptors` or `grammar`: prints what is known of it"))
            .arg(flag("check").conflicts_with("stdout").help("Fail where AI_CONTEXT.md is stale, and write nothing"))
            .arg(flag("stdout").help("Print the document, and write nothing")),
        "events" => events(command),
        "trace" => {
            command.arg(Arg::new("id").help("The id of a request or an event; without it, everything that is known"))
        }
        "migrate" => command
            .arg(flag("status").help("List every migration and whether it is applied, and apply nothing"))
            .args_conflicts_with_subcommands(true)
            .subcommand(
                Command::new("new")
                    .about("Begins a new migration of a domain")
                    .arg(Arg::new("domain").required(true).help("The folder in src/domains"))
                    .arg(Arg::new("name").required(true).help("What it does, as in add_phone")),
            ),
        "db" => command
            .subcommand_required(true)
            .subcommand(
                Command::new("backup")
                    .about("Copies the database to a new file while the application runs")
                    .arg(Arg::new("file").required(true).value_parser(value_parser!(PathBuf)).help("Must not exist")),
            )
            .subcommand(Command::new("check").about("Looks for damage, and fails where there is any")),
        "check" => command
            .arg(flag("database").help("Prepare the SQL of every plugin on the live database too, and run none of it"))
            .arg(flag("deny-warnings").help("Fail on warnings too")),
        _ => command,
    }
}

fn events(command: Command) -> Command {
    let number =
        || Arg::new("number").required(true).value_parser(clap::value_parser!(u64)).help("As `dead list` shows it");
    let dead = Command::new("dead").about("Deliveries that failed for good").subcommand_required(true).subcommands([
        Command::new("list").about("Lists them, the oldest first"),
        Command::new("show").about("Prints one with its envelope and its fields").arg(number()),
        Command::new("replay").about("Delivers one again, with all its attempts").arg(number()),
        Command::new("discard").about("Deletes one").arg(number()),
    ]);
    let event = || Arg::new("event").required(true).help("The event's name, as `orphans list` shows it");
    let subscriber = || Arg::new("subscriber").required(true).help("The subscriber's name, as `orphans list` shows it");
    let orphans = Command::new("orphans")
        .about("Deliveries to subscribers that this application does not have: renamed or deleted")
        .subcommand_required(true)
        .subcommands([
            Command::new("list").about("Lists how many there are of each"),
            Command::new("move")
                .about("Hands those of one to a subscriber of another name, in order")
                .args([event(), subscriber()])
                .arg(Arg::new("to").required(true).help("The name of a subscriber of this application")),
            Command::new("discard").about("Deletes those of one").args([event(), subscriber()]),
        ]);
    let write = flag("write").help("Write events.schema.json, which `check` compares with");
    command.subcommand_required(true).subcommands([
        Command::new("schema").about("Prints the JSON Schema of every event").arg(write),
        Command::new("status").about("Prints lag, flight, delay and death per subscriber"),
        dead,
        orphans,
    ])
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// Prints what clap says: help and version are results, the rest is a problem.
pub(super) fn refuse(error: &clap::Error, surroundings: &mut Surroundings<'_>) -> Exit {
    let text = error.render().to_string();
    if error.use_stderr() {
        // Nobody is left to be told that stderr is closed.
        let _ = surroundings.err.write_all(text.as_bytes());
        return Exit::Refused;
    }
    surroundings.result(&text)
}
