//! The rules for a guest that is dropped in: the same that `app!` has for plugins, over the constants of its manifest.
//!
//! In: what a guest's manifest says, and the application. Out: everything that is wrong, with file and line.

use std::collections::BTreeMap;
use std::sync::Arc;

use microcore_runtime::guest::GuestDatabase;
use microcore_runtime::manifest::{Manifest as Application, TableFacts};
use microcore_runtime::router::Segments;
use microcore_sidecars_manifest::{Ask, Named, Part, Problems, Route, Segment};

use crate::facts::Facts;
use crate::guest::Guest;

/// Checks everything that needs no other guest; what was found before is among it.
pub(crate) async fn alone(facts: &Facts, mut problems: Problems) -> Result<(), Problems> {
    let application = facts.tools.manifest;
    // What is compiled in was checked against all the others then.
    if !facts.compiled {
        for route in &facts.manifest.routes {
            if let Some(said) = shadowed(application, route) {
                problems.add(Part::Route, route.line, said);
            }
            if route.protected && facts.tools.auth.is_none() {
                let said = "is protected, and needs the tool `auth`, which is off: no plugin asks for it, or it failed";
                problems.add(Part::Route, route.line, format!("{} {} {said}", route.ask, route.path));
            }
        }
        events(facts, &mut problems);
        if let Some(named) = facts.manifest.tools.iter().find(|_| facts.tools.state.is_none()) {
            let said = format!("the tool `{}` is off: no plugin names it, or it failed", named.name);
            problems.add(Part::Tools, named.line, said);
        }
    }
    settings(facts, &mut problems);
    statements(facts, &mut problems).await;
    problems.into_result()
}

/// Checks the routes against those of the guests that run.
pub(crate) fn beside(facts: &Facts, file: &str, others: &BTreeMap<&'static str, Arc<Guest>>) -> Result<(), Problems> {
    let mut problems = Problems::new(file);
    if facts.compiled {
        return Ok(());
    }
    let is_asked_after = |other: &&Arc<Guest>| !other.facts.compiled && other.facts.name() != facts.name();
    for other in others.values().filter(is_asked_after) {
        for route in &facts.manifest.routes {
            if other.facts.manifest.routes.iter().any(|theirs| theirs.clashes(route)) {
                problems.add(
                    Part::Route,
                    route.line,
                    format!("{} {} is a route of the guest {}", route.ask, route.path, other.facts.name()),
                );
            }
        }
    }
    problems.into_result()
}

/// Why a route would never be asked.
fn shadowed(application: &Application, route: &Route) -> Option<String> {
    if route.is_of_the_framework() {
        return Some(format!("{} {} is below a path of the framework", route.ask, route.path));
    }
    let routes = application.plugins.iter().flat_map(|plugin| plugin.routes.iter().map(move |route| (plugin, route)));
    for (plugin, theirs) in routes {
        let asks_the_same = match theirs.method {
            "SSE" | "WS" => route.ask == Ask::Get,
            // A folder answers whatever it is asked.
            "MOUNT" => true,
            method => route.ask.to_string() == method,
        };
        if asks_the_same && covers(theirs.path, &route.segments) {
            let (method, path, plugin) = (theirs.method, theirs.path, plugin.identity.name);
            return Some(format!("{} {} is answered by {method} {path} of the plugin {plugin}", route.ask, route.path));
        }
    }
    None
}

/// Whether a pattern of a plugin takes every path that the segments can stand for.
fn covers(pattern: &str, segments: &[Segment]) -> bool {
    let mut left = Segments::of(pattern);
    let mut segments = segments.iter();
    while let Some((theirs, rest)) = left.split() {
        if theirs.starts_with("{*") {
            return true;
        }
        let Some(ours) = segments.next() else { return false };
        let takes = match ours {
            _ if theirs.starts_with('{') => true,
            Segment::Literal(literal) => literal == theirs,
            Segment::Parameter { .. } => false,
        };
        if !takes {
            return false;
        }
        left = rest;
    }
    segments.next().is_none()
}

fn events(facts: &Facts, problems: &mut Problems) {
    let application = facts.tools.manifest;
    let heard = facts.manifest.heard.iter().map(|on| (&on.event, on.line, true));
    let published = facts.manifest.publishes.iter().map(|Named { name, line }| (name, *line, false));
    for (event, line, hears) in heard.chain(published) {
        match application.events.iter().find(|known| known.name == *event) {
            None => {
                let known: Vec<&str> = application.events.iter().map(|known| known.name).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                problems.add(Part::Events, line, format!("the application has no event `{event}`; it has {known}"));
            }
            Some(known) if known.reply.is_some() => {
                problems.add(
                    Part::Events,
                    line,
                    format!("`{event}` asks for a reply, which plugins do and guests don't"),
                );
            }
            Some(_) if hears && facts.tools.deliveries.is_none() && facts.tools.events.is_some() => {
                let said = "its bus keeps events for readers that it knows, and a guest that is dropped in is none: \
                            only `bus: InProcess` lets it hear";
                problems.add(Part::Events, line, format!("`{event}` can't be heard: {said}"));
            }
            Some(_) if facts.tools.events.is_none() => {
                problems.add(
                    Part::Events,
                    line,
                    format!("`{event}` needs the tool `bus`, which is off: no plugin names it, or it failed"),
                );
            }
            Some(_) => {}
        }
    }
}

fn settings(facts: &Facts, problems: &mut Problems) {
    for Named { name, line } in &facts.manifest.settings {
        if facts.environment.get(name).is_none() {
            problems.add(
                Part::Config,
                *line,
                format!("{name} is not set; where the guest can do without, it stands in `optional`"),
            );
        }
    }
}

async fn statements(facts: &Facts, problems: &mut Problems) {
    let Some(first) = facts.manifest.statements.first() else { return };
    let Some(database) = &facts.tools.database else {
        problems.add(
            Part::Sql,
            first.line,
            "`[sql]` needs the tool `db`, which is off: no plugin names it, or it failed",
        );
        return;
    };
    let tables = match (facts.tools.tables)() {
        Ok(tables) => tables,
        Err(error) => {
            problems.add(Part::Sql, first.line, format!("the tables of the application can't be told: {error}"));
            return;
        }
    };
    for statement in &facts.manifest.statements {
        match database.refusal(&statement.sql).await {
            Ok(None) => {
                if let Some(said) = foreign(facts.identity.domain, &**database, &statement.sql, &tables) {
                    problems.add(Part::Sql, statement.line, format!("the statement `{}` {said}", statement.name));
                }
            }
            Ok(Some(refusal)) => {
                problems.add(
                    Part::Sql,
                    statement.line,
                    format!("the database refuses the statement `{}`: {refusal}", statement.name),
                );
            }
            Err(error) => problems.add(Part::Sql, statement.line, format!("the database can't be asked: {error}")),
        }
    }
}

/// A guest works on the tables of its own domain, as a plugin does.
fn foreign(domain: &str, database: &dyn GuestDatabase, sql: &str, tables: &[TableFacts]) -> Option<String> {
    let words = database.words(sql);
    if let Some(word) = words
        .iter()
        .find(|word| word.starts_with("_microcore") || word.starts_with("sqlite_") || word.starts_with("pg_"))
    {
        return Some(format!("names `{word}`, which is not of the application"));
    }
    let table = tables.iter().find(|table| table.domain != domain && words.contains(&table.name.to_lowercase()))?;
    Some(format!("uses the table `{}` of the domain `{}`, and the guest is of `{domain}`", table.name, table.domain))
}

#[cfg(test)]
mod tests {
    use super::*;
    use microcore_sidecars_manifest::Parameter;

    #[test]
    fn a_route_is_covered_where_a_plugin_answers_all_that_it_could() {
        let literal = |text: &str| Segment::Literal(text.to_owned());
        let parameter = || Segment::Parameter { name: "id".to_owned(), is: Parameter::Text };
        let users = |last: Segment| vec![literal("users"), last];
        for (pattern, segments, covered) in [
            ("/users/{id}", users(parameter()), true),
            ("/users/{id}", users(literal("me")), true),
            ("/users/me", users(parameter()), false),
            ("/users/me", users(literal("me")), true),
            ("/users", users(parameter()), false),
            ("/users/{id}/posts", users(parameter()), false),
            ("/{*rest}", users(parameter()), true),
            ("/static/{*rest}", users(parameter()), false),
        ] {
            assert_eq!(covers(pattern, &segments), covered, "{pattern} {segments:?}");
        }
    }
}
