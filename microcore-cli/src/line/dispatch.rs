//! From the words to the part of the program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;

use super::commands::{pack, unpack};
use super::meant;
use crate::new::{NewAsked, Options, Source, new};
use crate::outcome::Outcome;
use crate::pack::PackAsked;
use crate::problem::{Problem, Result};
use crate::project::Project;
use crate::remove::RemoveAsked;
use crate::scaffold::{self, EventAsked, PluginAsked, Scaffold};
use crate::upgrade::Mode;

/// What is printed, and how the program ends.
pub(super) struct Done {
    pub(super) text: String,
    pub(super) exit: ExitCode,
}

impl From<Outcome> for Done {
    fn from(outcome: Outcome) -> Self {
        Self { text: outcome.to_string(), exit: ExitCode::SUCCESS }
    }
}

/// A text, and whether all is well.
impl From<(String, bool)> for Done {
    fn from((text, right): (String, bool)) -> Self {
        Self { text, exit: if right { ExitCode::SUCCESS } else { ExitCode::FAILURE } }
    }
}

/// Why nothing was done.
pub(super) enum Stop {
    /// The words make no sense.
    Line(clap::Error),
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<clap::Error> for Stop {
    fn from(error: clap::Error) -> Self {
        Self::Line(error)
    }
}

/// What `add` takes besides packs.
pub(super) const KINDS: [&str; 5] = ["plugin", "event", "tool", "domain", "migration"];

pub(super) fn run(matches: &ArgMatches, working: &Path) -> std::result::Result<Done, Stop> {
    let outcome = match matches.subcommand() {
        Some(("new", options)) => begin(options, working)?,
        Some(("add", options)) => match options.subcommand() {
            Some((kind, options)) if KINDS.contains(&kind) => add(kind, options, working)?,
            Some((name, rest)) => {
                meant::to_add(name)?;
                let asked = pack_asked(pack(), name, rest)?;
                crate::pack::add(&Project::find_to_change(working)?, &asked, working)?
            }
            None => return Err(Problem::new("nothing to add").help("microcore add --help").into()),
        },
        Some(("remove", options)) => match options.subcommand() {
            Some((kind, options)) if KINDS.contains(&kind) && kind != "domain" => remove(kind, options, working)?,
            Some((name, rest)) => {
                meant::to_remove(name)?;
                let asked = pack_asked(unpack(), name, rest)?;
                crate::pack::remove(&Project::find_to_change(working)?, &asked)?
            }
            None => return Err(Problem::new("nothing to remove").help("microcore remove --help").into()),
        },
        Some(("upgrade", options)) => {
            let mode = match (options.get_flag("apply"), options.get_flag("no-check")) {
                (false, _) => Mode::Tell,
                (true, true) => Mode::Apply,
                (true, false) => Mode::ApplyAndCheck,
            };
            crate::upgrade::upgrade(&Project::find_to_change(working)?, mode)?
        }
        Some(("doctor", options)) => return Ok(crate::doctor::doctor(working, options.get_flag("no-build")).into()),
        Some(("tool", options)) => {
            let folder = options.subcommand().and_then(|(_, options)| options.get_one::<PathBuf>("folder"));
            let folder = folder.filter(|folder| folder.as_os_str() != ".");
            let folder = folder.map_or_else(|| working.to_owned(), |folder| working.join(folder));
            return Ok(crate::tool_check::tool_check(&folder)?.into());
        }
        Some(("explain", options)) => {
            let code = options.get_one::<String>("code").map_or("", String::as_str);
            return Ok((crate::explain::explain(code)?.to_owned(), true).into());
        }
        Some(("mcp", _)) => return Ok(mcp(working)?),
        Some(("man", options)) => {
            let words: Vec<&str> =
                options.get_many::<String>("command").into_iter().flatten().map(String::as_str).collect();
            return Ok((crate::man::page(&words)?, true).into());
        }
        Some(("completions", options)) => {
            let shell = options.get_one::<clap_complete::Shell>("shell").copied();
            let text = shell.map(crate::completions::script).unwrap_or_default();
            return Ok((text, true).into());
        }
        Some((word, rest)) => return Ok(forward(word, rest, working)?),
        None => return Err(Problem::new("no command").help("microcore --help").into()),
    };
    Ok(outcome.into())
}

/// What stands behind `add` or `remove` where it is none of their own words.
fn pack_asked(line: clap::Command, name: &str, rest: &ArgMatches) -> std::result::Result<PackAsked, clap::Error> {
    let words = rest.get_many::<OsString>("").into_iter().flatten().cloned();
    let adds = line.get_arguments().any(|argument| argument.get_id() == "word");
    let options = line.try_get_matches_from(std::iter::once(OsString::from(name)).chain(words))?;
    Ok(PackAsked {
        name: options.get_one::<String>("name").cloned().unwrap_or_default(),
        word: if adds { options.get_one::<String>("word").cloned() } else { None },
        copy: adds && options.get_flag("copy"),
        instance: if adds { options.get_one::<String>("as").cloned() } else { None },
        no_check: options.get_flag("no-check"),
        dry_run: options.get_flag("dry-run"),
    })
}

fn remove(kind: &str, options: &ArgMatches, working: &Path) -> Result<Outcome> {
    let asked = RemoveAsked {
        kind: kind.to_owned(),
        place: options.get_one::<String>("place").cloned().unwrap_or_default(),
        force: options.get_flag("force"),
        dry_run: options.get_flag("dry-run"),
    };
    crate::remove::remove(&Project::find_to_change(working)?, &asked)
}

fn begin(options: &ArgMatches, working: &Path) -> Result<Outcome> {
    let text = |name: &str| options.get_one::<String>(name).map_or("", String::as_str);
    let asked = NewAsked {
        folder: options.get_one::<PathBuf>("folder").cloned().unwrap_or_default(),
        options: Options {
            postgres: text("db") == "postgres",
            bus: Some(text("bus").to_owned()).filter(|bus| bus != "memory"),
            auth: options.get_flag("auth"),
            minimal: options.get_flag("minimal"),
        },
        source: Source::parse(text("source"))?,
        tool: options.get_flag("tool"),
        dry_run: options.get_flag("dry-run"),
    };
    new(&asked, working)
}

fn add(kind: &str, options: &ArgMatches, working: &Path) -> Result<Outcome> {
    let project = Project::find_to_change(working)?;
    let text = |name: &str| options.get_one::<String>(name).cloned();
    let required = |name: &str| text(name).unwrap_or_default();
    let Scaffold { changes, next } = match kind {
        "plugin" => {
            let methods = ["get", "post", "put", "patch", "delete"];
            let route = methods.iter().find_map(|method| Some(((*method).to_owned(), text(method)?)));
            let asked = PluginAsked {
                place: required("place"),
                route,
                publishes: text("publishes"),
                on: text("on"),
                auth: options.get_flag("auth"),
                tools: options.get_many::<String>("tool").into_iter().flatten().cloned().collect(),
            };
            scaffold::plugin(&project, &asked)?
        }
        "event" => {
            let fields = options.get_many::<String>("fields").into_iter().flatten().cloned().collect();
            scaffold::event(&project, &EventAsked { place: required("place"), fields })?
        }
        "tool" => scaffold::tool(&project, &required("name"))?,
        "domain" => scaffold::domain(&project, &required("domain"))?,
        _ => scaffold::migration(&project, &required("domain"), &required("name"))?,
    };
    let mut outcome = changes.carry_out(options.get_flag("dry-run"))?;
    outcome.next = next;
    if kind == "tool" && crate::pack::is_of_framework(&required("name")) {
        let name = required("name");
        outcome.said.push(format!("this one is yours; that of the framework comes by `microcore add {name}`"));
    }
    Ok(outcome)
}

#[cfg(feature = "mcp")]
fn mcp(working: &Path) -> Result<Done> {
    Ok(Done { text: String::new(), exit: crate::mcp::serve(working)? })
}

#[cfg(not(feature = "mcp"))]
fn mcp(_: &Path) -> Result<Done> {
    Err(Problem::new("this program was built without the feature `mcp`")
        .help("cargo install microcore-cli --features mcp"))
}

/// Every other word is the application's.
fn forward(word: &str, rest: &ArgMatches, working: &Path) -> Result<Done> {
    let words: Vec<&OsString> = rest.get_many::<OsString>("").into_iter().flatten().collect();
    if word == "migrate" && words.first().is_some_and(|first| *first == "new") {
        let rest: Vec<_> = words[1..].iter().map(|word| word.to_string_lossy()).collect();
        let help = format!("microcore add migration {}", rest.join(" "));
        return Err(Problem::new("`migrate` applies migrations, and `add` begins one").help(help.trim_end()));
    }
    meant::to_forward(word)?;
    let project = Project::find(working).map_err(|problem| {
        let (said, help) = problem.parts();
        let what =
            if meant::is_forwarded(word) { "is a command of an application" } else { "is no command of `microcore`" };
        let said = format!("`{word}` {what}, and no application is here: {said}");
        Problem::new(said).help(help.unwrap_or_else(|| "go to the folder of an application".to_owned()))
    })?;
    let exit = crate::cargo::run_application(&project.root, std::iter::once(&OsString::from(word)).chain(words))?;
    Ok(Done { text: String::new(), exit })
}
