//! What only the whole application shows of a guest: each rule in prose on top of its function. What is wrong is
//! reported with file and line, and left out, so that no rule for plugins says it once more.

use std::path::Path;

use microcore_sidecars_manifest::{Named, Route, schema_mistake};
use proc_macro2::Span;

use super::{Guest, declared};
use crate::decl::PathPattern;
use crate::errors::{Errors, listed, nearest};
use crate::wiring::{EventNode, Wiring};

/// Where mistakes of one guest go.
struct Told<'e> {
    errors: &'e mut Errors,
    place: Span,
    file: String,
}

impl Told<'_> {
    fn add(&mut self, line: usize, code: &str, wrong: impl std::fmt::Display, help: impl std::fmt::Display) {
        self.errors.add_at(self.place, code, format!("{}:{line}: {wrong}", self.file), help);
    }
}

pub(super) fn check(guest: &mut Guest, earlier: &[Guest], wiring: &Wiring, errors: &mut Errors) {
    let mut told = Told { errors, place: wiring.place(), file: format!("{}/plugin.toml", guest.shown) };
    let mut manifest = std::mem::take(&mut guest.manifest.routes);
    manifest.retain(|route| {
        is_free(route, earlier, wiring, &mut told)
            && is_guarded(route, wiring, &mut told)
            && has_schemas(route, guest, &mut told)
    });
    guest.manifest.routes = manifest;
    let mut heard = std::mem::take(&mut guest.manifest.heard);
    heard.retain(|on| find(&on.event, on.line, wiring, &mut told).is_some());
    guest.manifest.heard = heard;
    let mut published = std::mem::take(&mut guest.manifest.publishes);
    published.retain(|Named { name, line }| is_published(name, *line, wiring, &mut told));
    guest.manifest.publishes = published;
    if let Some(first) = guest.manifest.statements.first().filter(|_| wiring.sql.engine == "other") {
        told.add(
            first.line,
            "MC0905",
            "`[sql]` needs a database of the framework, and `db` is a tool of your own",
            "write `db: Sqlite` or `db: Postgres`, or leave `[sql]` out",
        );
        guest.manifest.statements.clear();
    }
}

/// Two handlers never answer one method on the same paths, whatever they are written in; and what is below a path of the
/// framework is never asked.
fn is_free(route: &Route, earlier: &[Guest], wiring: &Wiring, told: &mut Told<'_>) -> bool {
    let (ask, path) = (route.ask, &route.path);
    if route.is_of_the_framework() {
        let wrong = format!("route `{ask} {path}` is below a path of the framework");
        told.add(route.line, "MC0903", wrong, "give it another first segment");
        return false;
    }
    let pattern = declared::pattern(route);
    let shape = |pattern: &PathPattern| pattern.segments.iter().map(|one| one.shape().to_owned()).collect::<Vec<_>>();
    let ours = pattern.as_ref().map(shape);
    let plugins = wiring.plugins.iter().flat_map(|plugin| {
        let routes = plugin.decl.routes.iter().filter(|route| !route.is_mount());
        routes.map(move |route| (plugin.name(), route.verb(), route.path.literal.value(), shape(&route.path)))
    });
    let guests = earlier.iter().flat_map(|guest| {
        guest.manifest.routes.iter().filter_map(move |route| {
            let shape = shape(&declared::pattern(route)?);
            Some((declared::name(guest), route.ask.to_string(), route.path.clone(), shape))
        })
    });
    let taken =
        plugins.chain(guests).find(|(_, verb, _, theirs)| *verb == ask.to_string() && Some(theirs) == ours.as_ref());
    let Some((owner, _, their_path, _)) = taken else { return ours.is_some() };
    let same = if their_path == *path { String::new() } else { format!(", as `{their_path}`") };
    told.add(
        route.line,
        "MC0307",
        format!("route `{ask} {path}` is already served by `{owner}`{same}"),
        "give one of the two another path, or delete one",
    );
    false
}

/// A handler that needs a token needs the tool that checks tokens.
fn is_guarded(route: &Route, wiring: &Wiring, told: &mut Told<'_>) -> bool {
    let good = !route.protected || wiring.tools.iter().any(|tool| tool.name == "auth");
    if !good {
        told.add(
            route.line,
            "MC0703",
            format!("`{}` is protected, and no tool `auth` checks its tokens", route.name),
            "write `microcore::app! { auth: Jwt }`, with the feature `auth` of `microcore`",
        );
    }
    good
}

/// A schema is a file of JSON in the guest's folder.
fn has_schemas(route: &Route, guest: &Guest, told: &mut Told<'_>) -> bool {
    let mut good = true;
    for Named { name, line } in route.body.iter().chain(&route.answer) {
        match std::fs::read_to_string(Path::new(&guest.absolute).join(name)) {
            Err(_) => {
                let wrong = format!("`{name}` is no file of the folder `{}`", guest.shown);
                told.add(*line, "MC0903", wrong, "put the JSON Schema there, or leave the key out");
                good = false;
            }
            Ok(text) => {
                if let Some((at, wrong)) = schema_mistake(&text) {
                    let wrong = format!("{}/{name}:{at}: {wrong}", guest.shown);
                    told.errors.add_at(told.place, "MC0903", wrong, "write a JSON Schema: an object of JSON");
                    good = false;
                }
            }
        }
    }
    good
}

/// Whoever hears or publishes an event names one that is declared, and none that asks for an answer.
fn find<'w>(name: &str, line: usize, wiring: &'w Wiring, told: &mut Told<'_>) -> Option<&'w EventNode> {
    match wiring.every_event().find(|event| event.decl.name.value() == name) {
        Some(event) if event.decl.replied => {
            let help = "let a plugin in Rust answer it, or ask it";
            told.add(line, "MC0904", format!("event `{name}` asks for an answer, which guests don't give"), help);
            None
        }
        Some(event) => Some(event),
        // What is wrong with it is said where it stands.
        None if !wiring.broken_events.is_empty() => None,
        None => {
            let names: Vec<String> = wiring.events.iter().map(|event| event.decl.name.value()).collect();
            let names = || names.iter().map(String::as_str);
            let help = match nearest(name, names()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if wiring.events.is_empty() => {
                    "declare it: `#[event(\"…\")]` in src/domains/<domain>/events/<event>.rs".to_owned()
                }
                None => format!("the declared events are {}", listed(names())),
            };
            told.add(line, "MC0408", format!("event `{name}` is not declared"), help);
            None
        }
    }
}

/// What the bus says of itself, nobody else says.
fn is_published(name: &str, line: usize, wiring: &Wiring, told: &mut Told<'_>) -> bool {
    let Some(event) = find(name, line, wiring, told) else { return false };
    if !event.own {
        let help = "publish an event of the application";
        told.add(line, "MC0904", format!("event `{name}` is published by the bus itself"), help);
    }
    event.own
}
