//! Every command with its options.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgGroup, Command, value_parser};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// What the application itself can do: its words are handed on to it.
pub(crate) const FORWARDED: &[(&str, &str)] = &[
    ("serve", "Boots the application and serves"),
    ("dev", "Serves while one edits: what is saved is built, and answers the next request; debug builds only"),
    ("routes", "Prints every route with its handler"),
    ("settings", "Prints every setting with its default"),
    ("openapi", "Prints the OpenAPI document"),
    ("graph", "Prints plugins, tools and events and what connects them"),
    ("context", "Writes AI_CONTEXT.md, the facts about this application, or prints those of a domain or a tool"),
    ("events", "Shows what events look like and what their store holds"),
    ("jobs", "Lists what runs at times, and looks at its runs or orders one"),
    ("trace", "Draws what a request or an event led to, in the running application"),
    ("errors", "Lists what fails in the running application, in groups that lead to traces"),
    ("metrics", "Prints every name that /metrics tells, with its labels and its series"),
    ("top", "Shows what the running application does now: requests, times, queues"),
    ("fleet", "Shows the replicas of the running application, as they see each other through the bus"),
    ("sidecars", "Shows how the plugins in other languages are, in the running application"),
    ("migrate", "Applies the pending migrations, or lists all of them"),
    ("schema", "Prints the tables of the live database"),
    ("db", "Copies the live database to a new file, or looks for damage in it"),
    ("check", "Reports wrong settings, unused tools, events that go nowhere and events that changed"),
];

/// The whole line.
pub(crate) fn command_line() -> Command {
    let forwarded: String = FORWARDED.iter().map(|(name, about)| format!("  {name:<11}  {about}\n")).collect();
    Command::new("microcore")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Begins applications on MicroCore and adds to them")
        .arg_required_else_help(true)
        .allow_external_subcommands(true)
        .after_help(format!(
            "The application's own commands, handed on to it (`cargo run -q -- …`):\n{}",
            forwarded.trim_end()
        ))
        .subcommand(new())
        .subcommand(add())
        .subcommand(remove())
        .subcommand(
            Command::new("upgrade")
                .about("Brings what is new in the template; without --apply, tells what that would be")
                .arg(flag("apply").help("Write it; where you changed a file too, to <file>.new"))
                .arg(flag("no-check").help("Without `cargo update` and `cargo check` behind it"))
                .arg(
                    flag("dry-run")
                        .conflicts_with("apply")
                        .help("Tell what would be written: what it does without --apply"),
                ),
        )
        .subcommand(
            Command::new("doctor")
                .about("Says what keeps a project from running, and what to do")
                .arg(flag("no-build").help("Without what needs the application compiled")),
        )
        .subcommand(
            Command::new("tool").about("For authors of tools").subcommand_required(true).subcommand(
                Command::new("check").about("Says whether a tool crate is what `microcore add` expects").arg(
                    Arg::new("folder")
                        .value_parser(value_parser!(PathBuf))
                        .default_value(".")
                        .help("The folder of the crate"),
                ),
            ),
        )
        .subcommand(
            Command::new("explain")
                .about("Prints the page of an error, such as MC0307")
                .arg(Arg::new("code").required(true)),
        )
        .subcommand(
            Command::new("mcp")
                .about("Serves assistants by the Model Context Protocol, on stdin and stdout (feature `mcp`)"),
        )
        .subcommand(
            Command::new("man")
                .about("Prints a page for `man`: of this program, or of one of its commands")
                .arg(Arg::new("command").num_args(0..).help("For example add plugin")),
        )
        .subcommand(
            Command::new("completions")
                .about("Prints a script that completes these words in a shell")
                .arg(Arg::new("shell").required(true).value_parser(value_parser!(clap_complete::Shell))),
        )
}

fn new() -> Command {
    Command::new("new")
        .about("Makes a project in a new folder, without a network")
        .arg(
            Arg::new("folder")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help("The folder; its name is the project's"),
        )
        .arg(
            Arg::new("db").long("db").value_parser(["sqlite", "postgres"]).default_value("sqlite").help("The database"),
        )
        .arg(
            Arg::new("bus")
                .long("bus")
                .value_parser(["memory", "durable", "redis", "stored"])
                .default_value("memory")
                .help("Where events are kept: in the process, in a file, in Redis, in the database"),
        )
        .arg(flag("auth").help("Accounts with passwords and tokens"))
        .arg(flag("minimal").help("Health checks only, no example"))
        .arg(
            flag("tool")
                .conflicts_with_all(["db", "bus", "auth", "minimal"])
                .help("A tool for others, as a crate: its shape, a backend, a fake, a battery"),
        )
        .arg(
            Arg::new("source")
                .long("source")
                .default_value("registry")
                .help("Where the framework is from: registry, path:../microcore, git:URL#revision"),
        )
        .arg(dry_run())
}

fn add() -> Command {
    let domain = || Arg::new("domain").required(true).help("The folder in src/domains");
    let plugin = Command::new("plugin")
        .about("A feature: a route, what it hears, or both")
        .arg(Arg::new("place").required(true).value_name("DOMAIN/NAME").help("For example users/export_users"))
        .args(METHODS.map(|method| Arg::new(method).long(method).value_name("PATH").help_heading("Route")))
        .group(ArgGroup::new("route").args(METHODS).multiple(false))
        .arg(
            Arg::new("publishes")
                .long("publishes")
                .value_name("EVENT")
                .help("An event that it tells, as in user.exported"),
        )
        .arg(Arg::new("on").long("on").value_name("EVENT").help("An event that it hears, as in user.created"))
        .arg(flag("auth").help("The route wants a token"))
        .arg(
            Arg::new("tool")
                .long("tool")
                .action(ArgAction::Append)
                .help("A tool that it uses, as in db; may be repeated"),
        )
        .arg(dry_run());
    let event = Command::new("event")
        .about("What a domain tells the others")
        .arg(Arg::new("place").required(true).value_name("DOMAIN/EVENT").help("For example users/user.exported"))
        .arg(Arg::new("fields").num_args(0..).value_name("FIELD:TYPE").help("For example id:i64 email:String"))
        .arg(dry_run());
    let tool = Command::new("tool")
        .about("Infrastructure behind a name, for every plugin")
        .arg(Arg::new("name").required(true).help("The word in constructors, as in geo"))
        .arg(dry_run());
    let new_domain = Command::new("domain")
        .about("A domain with a table and a plugin that lists it")
        .arg(Arg::new("domain").required(true).help("The folder in src/domains, as in billing"))
        .arg(dry_run());
    let migration = Command::new("migration")
        .about("The next SQL script of a domain")
        .arg(domain())
        .arg(Arg::new("name").required(true).help("What it does, as in add_phone"))
        .arg(dry_run());
    Command::new("add")
        .about("Adds a plugin, an event, a tool, a domain, a migration or a pack")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .allow_external_subcommands(true)
        .override_usage(
            "microcore add <COMMAND>\n       microcore add <PACK> [WORD] [--copy | --as NAME] [--no-check] [--dry-run]",
        )
        .after_help(PACKS)
        .subcommands([plugin, event, tool, new_domain, migration])
}

const PACKS: &str = "Packs are tools that drop in: auth, bus, db, mail and others of the framework, a crate (acme-geo), a \
    folder (../geo) or a repository (git:URL#revision). WORD is the backend, as in `microcore add mail Smtp`. users and \
    webhooks are domains, whose files are yours from then on.";

/// What stands behind `add` where it is none of its words.
pub(crate) fn pack() -> Command {
    Command::new("microcore add")
        .no_binary_name(true)
        .arg(Arg::new("name").required(true).value_name("PACK").help("A tool, a crate, a folder or git:URL#revision"))
        .arg(Arg::new("word").help("The backend, as in Smtp; without it, the tool's default"))
        .arg(flag("copy").help("The tool's files go into src/tools and are yours, in place of a dependency"))
        .arg(
            Arg::new("as")
                .long("as")
                .value_name("NAME")
                .help("One more instance of a tool that is there, under this name"),
        )
        .arg(flag("no-check").help("Without the closing `cargo check`"))
        .arg(dry_run())
}

/// The same behind `remove`.
pub(crate) fn unpack() -> Command {
    Command::new("microcore remove")
        .no_binary_name(true)
        .arg(Arg::new("name").required(true).value_name("PACK").help("The word in `app!`"))
        .arg(flag("no-check").help("Without the closing `cargo check`"))
        .arg(dry_run())
}

fn remove() -> Command {
    let kinds = [
        ("plugin", "DOMAIN/NAME", "A feature"),
        ("event", "DOMAIN/EVENT", "An event that nobody names"),
        ("tool", "NAME", "A tool of src/tools that nobody names"),
        ("migration", "DOMAIN/NAME", "The last SQL script of a domain"),
    ];
    Command::new("remove")
        .about("Takes away what `add` put there; refuses while something names it")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .allow_external_subcommands(true)
        .override_usage("microcore remove <COMMAND>\n       microcore remove <PACK> [--no-check] [--dry-run]")
        .after_help("A pack is named by its word in `app!`, as in `microcore remove mail`.")
        .subcommands(kinds.map(|(kind, place, about)| {
            Command::new(kind)
                .about(about)
                .arg(Arg::new("place").required(true).value_name(place))
                .arg(flag("force").help("Also what git does not have as it is"))
                .arg(dry_run())
        }))
}

fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn dry_run() -> Arg {
    flag("dry-run").help("Tell what would be written, and write nothing")
}
