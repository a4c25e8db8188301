//! The command line as clap sees it, made from the list of commands.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, Command, value_parser};

use super::{Exit, Surroundings};
use crate::manifest::{COMMANDS, Manifest};
use crate::settings::FromSetting as _;

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
        "dev" => command
            .arg(
                Arg::new("hold")
                    .long("hold")
                    .value_parser(duration)
                    .default_value("30s")
                    .help("How long a request waits for new code"),
            )
            .arg(flag("no-hold").conflicts_with("hold").help("Answer from the old code while the new one is built"))
            .arg(
                Arg::new("port")
                    .long("port")
                    .value_parser(value_parser!(u16))
                    .help("Where to listen, instead of HTTP_PORT; 0 lets the system choose"),
            )
            .arg(
                Arg::new("cargo").num_args(0..).last(true).help("What `cargo build` gets besides: --features durable"),
            ),
        "graph" => command.arg(
            Arg::new("format")
                .long("format")
                .value_parser(["mermaid", "dot", "json", "svg"])
                .default_value("mermaid")
                .help("The language of the graph"),
        ),
        "context" => command
            .arg(Arg::new("name").help("A domain, a tool, `interceptors` or `grammar`: prints what is known of it"))
            .arg(flag("check").conflicts_with("stdout").help("Fail where AI_CONTEXT.md is stale, and write nothing"))
            .arg(flag("stdout").help("Print the document, and write nothing")),
        "events" => events(command),
        "jobs" => jobs(command),
        "trace" => command
            .arg(Arg::new("id").help("The id of a request or an event; without it, everything that is known"))
            .arg(flag("sql").help("With statements; without an id, of the latest request"))
            .arg(flag("logs").help("With lines of the log; without an id, of the latest request")),
        "top" => command.arg(flag("json").help("Print JSON, with everything")).arg(
            Arg::new("seconds")
                .long("seconds")
                .value_parser(value_parser!(u64).range(1..=60))
                .default_value("1")
                .help("How long it is looked at"),
        ),
        "upgrade" => command
            .arg(
                Arg::new("timeout")
                    .long("timeout")
                    .value_parser(duration)
                    .default_value("30s")
                    .help("How long the new process has to boot"),
            )
            .arg(
                Arg::new("pid-file")
                    .long("pid-file")
                    .value_parser(value_parser!(PathBuf))
                    .help("Where the number of the process that serves then is written"),
            )
            .arg(flag("allow-breaking").help("Also with a migration that drops, renames or tightens")),
        "errors" | "fleet" | "sidecars" => command.arg(flag("json").help("Print JSON, with everything")),
        "migrate" => {
            command.arg(flag("status").help("List every migration and whether it is applied, and apply nothing"))
        }
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

fn jobs(command: Command) -> Command {
    let schedule = || Arg::new("schedule").required(true).help("Its name, as `jobs` shows it");
    let count = |default: &'static str| {
        Arg::new("count").long("count").value_parser(value_parser!(usize)).default_value(default).help("How many")
    };
    let id = || Arg::new("id").required(true).value_parser(value_parser!(i64)).help("Its id, as `jobs list` shows it");
    let name = || Arg::new("name").long("name").help("Of jobs of this event only, such as report.wanted");
    let dead = Command::new("dead").about("Looks at jobs that failed for good").subcommands([
        Command::new("list").about("Prints them, the last first").arg(name()).arg(count("100")),
        Command::new("show").about("Prints one with its payload").arg(id()),
        Command::new("replay").about("Gives it all its attempts again").arg(id()),
        Command::new("discard").about("Forgets it").arg(id()),
    ]);
    command.subcommands([
        Command::new("list").about("Prints jobs that wait or run, the last first").arg(name()).arg(count("100")),
        Command::new("show").about("Prints a job with its payload").arg(id()),
        Command::new("cancel").about("Drops a job that waits or runs").arg(id()),
        Command::new("retry").about("Lets a job begin at once that waits, or is dead").arg(id()),
        dead,
        Command::new("next").about("Prints the next times of a schedule").arg(schedule()).arg(count("5")),
        Command::new("run")
            .about("Orders one run, now, of the processes that serve")
            .arg(schedule())
            .arg(flag("wait").help("Wait for its end, and fail where it fails"))
            .arg(flag("here").help("Run it in this process, once, and fail where it fails").conflicts_with("wait")),
        Command::new("history").about("Prints the last runs of a schedule").arg(schedule()).arg(count("20")),
        Command::new("pause").about("Lets a schedule tick no more").arg(schedule()),
        Command::new("resume")
            .about("Lets it tick again")
            .arg(schedule())
            .arg(flag("catch-up").help("As after a downtime, and not from the next tick on")),
        Command::new("status").about("Prints how many runs and jobs wait, run, hang and are dead, and who works"),
    ])
}

fn duration(text: &str) -> Result<Duration, String> {
    Duration::from_setting(text).ok_or_else(|| format!("must be {}", Duration::EXPECTS))
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
