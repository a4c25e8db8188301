//! `events schema | status | dead list|show|replay|discard | orphans list|move|discard`: what the store of events holds, without the application.

use std::fmt::Write as _;
use std::fs;
use std::io::ErrorKind;

use clap::ArgMatches;
use serde_json::Value;

use super::{Exit, Surroundings};
use crate::application::{Administered, Application, Asked, Found};
use crate::database::Migrated;
use crate::error::Result;
use crate::event::{DeadLetter, Orphan, SubscriberStatus};
use crate::lifecycle::Boot;
use crate::manifest::{Manifest, event_schemas, incompatible};
use crate::settings::{Environment, Settings};
use crate::tool::Tool;

/// The document that is kept beside the sources.
const SNAPSHOT: &str = "events.schema.json";
/// How many dead letters are listed.
const LISTED: usize = 1000;

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let number = |options: &ArgMatches| options.get_one::<u64>("number").copied().unwrap_or_default();
    let (asked, shown) = match options.subcommand() {
        Some(("schema", options)) => {
            return schema(const { &A::MANIFEST }, options.get_flag("write"), surroundings);
        }
        Some(("dead", options)) => match options.subcommand() {
            Some(("show", options)) => (Asked::Letter(number(options)), Some(number(options))),
            Some(("replay", options)) => (Asked::Replay(number(options)), None),
            Some(("discard", options)) => (Asked::Discard(number(options)), None),
            _ => (Asked::Dead(LISTED), None),
        },
        Some(("orphans", options)) => match options.subcommand() {
            Some(("move", options)) => {
                let (event, subscriber, by) =
                    (text(options, "event"), text(options, "subscriber"), text(options, "to"));
                (Asked::Adopt { event, subscriber, by }, None)
            }
            Some(("discard", options)) => {
                let (event, subscriber) = (text(options, "event"), text(options, "subscriber"));
                (Asked::DropOrphan { event, subscriber }, None)
            }
            _ => (Asked::Orphans, None),
        },
        _ => (Asked::Status, None),
    };
    let environment = match (surroundings.environment)() {
        Ok(environment) => environment,
        Err(problems) => {
            surroundings.settings(&problems);
            return Exit::Refused;
        }
    };
    match ask_both::<A>(environment, asked) {
        Ok(Found::Status(status, orphans)) => surroundings.result(&status_table(&status, &orphans)),
        Ok(Found::Orphans(orphans)) => surroundings.result(&orphan_table(&orphans)),
        Ok(Found::Counted(0)) => {
            surroundings.error("nothing is kept for such a subscriber, or a process handles all of it now");
            Exit::Failed
        }
        Ok(Found::Counted(count)) => surroundings.result(&format!("{count} done\n")),
        Ok(Found::Dead(letters)) => match shown {
            None => surroundings.result(&dead_table(&letters)),
            Some(id) => match letters.iter().find(|letter| letter.id == id) {
                Some(letter) => {
                    let manifest = const { &A::MANIFEST };
                    let payload = manifest.public_part(&letter.envelope.event, &letter.payload);
                    let shown = DeadLetter { payload, ..letter.clone() };
                    surroundings.result(&pretty(&serde_json::to_value(shown).unwrap_or_default()))
                }
                None => missing(surroundings),
            },
        },
        Ok(Found::Done(true)) => surroundings.result("done\n"),
        Ok(Found::Done(false)) => missing(surroundings),
        Err(error) => {
            surroundings.error(error.to_string());
            Exit::Failed
        }
    }
}

/// Dead letters are in the store of events, and in the outbox of the database where events could not be handed on.
fn ask_both<A: Application>(environment: Environment, asked: Asked) -> Result<Found> {
    let found = ask::<A>(environment.clone(), asked.clone());
    match (asked, found) {
        (Asked::Dead(_), Ok(Found::Dead(mut letters))) => {
            letters.extend(outbox::<A>(environment)?);
            Ok(Found::Dead(letters))
        }
        // A bus within the process keeps none, and the outbox may have some.
        (Asked::Dead(_), Err(error)) => match outbox::<A>(environment) {
            Ok(letters) if !letters.is_empty() => Ok(Found::Dead(letters)),
            _ => Err(error),
        },
        (Asked::Replay(number), found) => or_settle::<A>(found, environment, number, true),
        (Asked::Discard(number), found) => or_settle::<A>(found, environment, number, false),
        (_, found) => found,
    }
}

/// What the store of events does not know may be the outbox's.
fn or_settle<A: Application>(
    found: Result<Found>,
    environment: Environment,
    number: u64,
    again: bool,
) -> Result<Found> {
    match found {
        Ok(Found::Done(false)) => settle::<A>(environment, number, again),
        Err(error) => match settle::<A>(environment, number, again) {
            Ok(Found::Done(true)) => Ok(Found::Done(true)),
            _ => Err(error),
        },
        found => found,
    }
}

fn outbox<A: Application>(environment: Environment) -> Result<Vec<DeadLetter>> {
    let Ok(settings) = <A::Database as Tool>::Settings::load(&environment) else { return Ok(Vec::new()) };
    let boot = Boot::new(environment).of(const { &A::MANIFEST });
    runtime()?.block_on(A::Database::outbox_letters(settings, &boot))
}

fn settle<A: Application>(environment: Environment, number: u64, again: bool) -> Result<Found> {
    let settings = <A::Database as Tool>::Settings::load(&environment)?;
    let boot = Boot::new(environment).of(const { &A::MANIFEST });
    runtime()?.block_on(A::Database::settle_outbox_letter(settings, &boot, number, again)).map(Found::Done)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?)
}

fn ask<A: Application>(environment: Environment, asked: Asked) -> Result<Found> {
    let boot = Boot::new(environment).of(const { &A::MANIFEST });
    runtime()?.block_on(<A::Bus as Administered>::administer(boot, asked))
}

fn text(options: &ArgMatches, name: &str) -> String {
    options.get_one::<String>(name).cloned().unwrap_or_default()
}

fn missing(surroundings: &mut Surroundings<'_>) -> Exit {
    surroundings.error("there is no dead letter of this number");
    Exit::Failed
}

fn schema(manifest: &Manifest, write: bool, surroundings: &mut Surroundings<'_>) -> Exit {
    let text = pretty(&event_schemas(manifest));
    if !write {
        return surroundings.result(&text);
    }
    let path = surroundings.folder.join(SNAPSHOT);
    match fs::write(&path, text) {
        Ok(()) => surroundings.result(&format!("wrote {}\n", path.display())),
        Err(error) => {
            surroundings.error(format_args!("{}: {error}", path.display()));
            Exit::Failed
        }
    }
}

/// What the snapshot has, and the events of now have not: one sentence each. No snapshot, nothing to keep to.
pub(super) fn broken_promises(manifest: &Manifest, surroundings: &Surroundings<'_>) -> Vec<String> {
    let path = surroundings.folder.join(SNAPSHOT);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => return vec![format!("`{SNAPSHOT}` can't be read: {error}")],
    };
    match serde_json::from_str::<Value>(&text) {
        Ok(earlier) => incompatible(&earlier, &event_schemas(manifest)),
        Err(error) => vec![format!("`{SNAPSHOT}` can't be read: {error}")],
    }
}

fn pretty(value: &Value) -> String {
    // A value is always to be written.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

fn status_table(status: &[SubscriberStatus], orphans: &[Orphan]) -> String {
    let mut text = format!("{:<48} {:>8} {:>9} {:>8} {:>6}\n", "subscriber", "lag", "in flight", "delayed", "dead");
    for status in status {
        let name = format!("{} ← {}", status.subscriber, status.event);
        let SubscriberStatus { lag, in_flight, delayed, dead, .. } = status;
        let _ = writeln!(text, "{name:<48} {lag:>8} {in_flight:>9} {delayed:>8} {dead:>6}");
    }
    for Orphan { event, subscriber, waiting, dead } in orphans {
        let name = format!("{subscriber} ← {event}");
        let _ = writeln!(text, "{name:<48} {waiting:>8} {:>9} {:>8} {dead:>6}  not in this application", "", "");
    }
    text
}

fn orphan_table(orphans: &[Orphan]) -> String {
    if orphans.is_empty() {
        return "nothing is kept for a subscriber that is not there\n".to_owned();
    }
    let mut text = String::new();
    for Orphan { event, subscriber, waiting, dead } in orphans {
        let _ = writeln!(text, "{event} → {subscriber}: {waiting} wait, {dead} dead letters");
    }
    text
}

fn dead_table(letters: &[DeadLetter]) -> String {
    if letters.is_empty() {
        return "no dead letters\n".to_owned();
    }
    let mut text = String::new();
    for DeadLetter { id, subscriber, envelope, error, attempts, .. } in letters {
        let _ = writeln!(text, "{id} {} → {subscriber} after {attempts} attempts: {error}", envelope.event);
    }
    text
}
