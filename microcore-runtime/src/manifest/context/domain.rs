//! One domain: its tables, routes, events and plugins.

use std::collections::BTreeSet;

use super::input::shapes;
use super::{Manifest, TableFacts, dashed, heading};
use crate::jobs::{JobFacts, ScheduleFacts};
use crate::manifest::event::{event_by_type, meant};
use crate::manifest::routes::sorted_routes;
use crate::manifest::{Access, ColumnFacts, EventFacts, PluginFacts};

/// Every domain that has anything, by name.
pub(super) fn names<'a>(manifest: &'a Manifest, tables: &'a [TableFacts]) -> BTreeSet<&'a str> {
    let plugins = manifest.plugins.iter().map(|plugin| plugin.identity.domain);
    let events = manifest.events.iter().map(|event| event.domain);
    let owners = tables.iter().map(|table| table.domain.as_str());
    // Without tables, a domain's migrations tell of it.
    let migrations = manifest.migrations.iter().filter(|_| tables.is_empty()).map(|migration| migration.domain);
    plugins.chain(events).chain(owners).chain(migrations).collect()
}

pub(super) fn lines(manifest: &Manifest, tables: &[TableFacts], domain: &str) -> Vec<String> {
    let mut plugins: Vec<&PluginFacts> =
        manifest.plugins.iter().filter(|plugin| plugin.identity.domain == domain).collect();
    plugins.sort_by_key(|plugin| plugin.identity.plugin);
    let has_migrations = manifest.migrations.iter().any(|migration| migration.domain == domain);
    // What PostgreSQL makes of them is read while compiling, by the feature `sql-check`, or it is not known here.
    let unknown = (tables.is_empty() && has_migrations)
        .then(|| format!("- tables: in `src/domains/{domain}/migrations/`, which this build has not read"));
    let mut tables: Vec<&TableFacts> = tables.iter().filter(|table| table.domain == domain).collect();
    tables.sort_by_key(|table| &table.name);

    let mut lines = heading(&format!("Domain {domain}")).to_vec();
    lines.extend(unknown);
    lines.extend(tables.into_iter().map(table_line));
    for (plugin, route) in sorted_routes(plugins.iter().copied()) {
        let handler = plugin.identity.name;
        let (who, doc) = (asked_by(route.access), dashed(route.doc));
        lines.push(format!("- `{} {} {} {handler}{who}`{doc}", route.method, route.path, route.status));
        if let Some(shapes) = shapes(route) {
            lines.push(format!("  `{shapes}`"));
        }
    }
    let [emits, asks, hears, answers] = events(manifest, &plugins);
    lines.extend(event_line("emits", emits));
    lines.extend(event_line("asks", asks));
    lines.extend(event_line("hears", hears));
    lines.extend(event_line("answers", answers));
    lines.extend(foreign_line(manifest, &plugins));
    lines.extend(
        plugins.iter().flat_map(|plugin| plugin.schedules.iter().map(|schedule| schedule_line(plugin, schedule))),
    );
    lines.extend(plugins.iter().flat_map(|plugin| plugin.jobs.iter().map(|job| job_line(manifest, plugin, job))));
    for plugin in plugins {
        let tools = plugin.tools.join(", ");
        let (reads, writes) = (tables_text("reads", &plugin.reads()), tables_text("writes", &plugin.writes()));
        let kind = if plugin.is_guest { "guest" } else { "plugin" };
        lines.push(format!("- {kind} {}({tools}){reads}{writes}{}", plugin.identity.plugin, dashed(plugin.doc)));
    }
    for model in manifest.models.iter().filter(|model| model.domain == domain) {
        let (reads, writes) = (tables_text("reads", &model.reads()), tables_text("writes", &model.writes()));
        lines.push(format!("- model {}{reads}{writes}", model.model));
    }
    lines
}

/// Who may ask, where that is not everybody: ` token`, ` token:admin`.
fn asked_by(access: Access) -> String {
    match access {
        Access::Open => String::new(),
        Access::Optional => " token?".to_owned(),
        Access::Protected([]) => " token".to_owned(),
        Access::Protected(roles) => format!(" token:{}", roles.join("|")),
    }
}

/// ` reads users, teams`
fn tables_text(verb: &str, tables: &BTreeSet<&str>) -> String {
    let tables: Vec<&str> = tables.iter().copied().collect();
    if tables.is_empty() { String::new() } else { format!(" {verb} {}", tables.join(", ")) }
}

/// `- table users: id int pk, email text unique, team_id int null → teams.id`
fn table_line(table: &TableFacts) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(|column| column_text(table, column)).collect();
    let together = table.unique.iter().filter(|columns| columns.len() > 1);
    parts.extend(together.map(|columns| format!("unique ({})", columns.join(", "))));
    format!("- table `{}`: {}", table.name, parts.join(", "))
}

fn column_text(table: &TableFacts, column: &ColumnFacts) -> String {
    let mut text = format!("{} {}", column.name, column.ty);
    if column.primary_key {
        text.push_str(" pk");
    } else if column.nullable {
        text.push_str(" null");
    }
    if table.unique.iter().any(|columns| columns.as_slice() == [column.name.as_str()]) {
        text.push_str(" unique");
    }
    if let Some(default) = &column.default {
        text.push_str(" default ");
        text.push_str(default);
    }
    for (_, target) in table.foreign_keys.iter().filter(|(from, _)| *from == column.name) {
        text.push_str(" → ");
        text.push_str(target);
    }
    text
}

/// What these plugins emit, ask, hear and answer.
pub(super) fn events<'a>(manifest: &'a Manifest, plugins: &[&'a PluginFacts]) -> [Vec<&'a EventFacts>; 4] {
    let all = || plugins.iter().copied();
    let published = meant(manifest, all(), |plugin| plugin.publishes.iter().copied());
    let (asks, emits) = published.into_iter().partition(|event| event.reply.is_some());
    let hears = meant(manifest, all(), |plugin| plugin.subscriptions.iter().map(|one| one.event));
    let answers = meant(manifest, all(), |plugin| plugin.replies.iter().map(|one| one.event));
    [emits, asks, hears, answers]
}

fn event_line(verb: &str, events: Vec<&EventFacts>) -> Option<String> {
    let events: Vec<String> = events.into_iter().map(with_fields).collect();
    (!events.is_empty()).then(|| format!("- {verb} {}", events.join(", ")))
}

/// `` `UserCreated {id: i64}` ``, and `` `PriceAsked {dish: String} → u32` `` for a request.
fn with_fields(event: &EventFacts) -> String {
    let reply = event.reply.map(|reply| format!(" → {reply}")).unwrap_or_default();
    format!("`{} {}{reply}`", event.ty, fields(event))
}

/// `{id: i64, email: String}`
pub(super) fn fields(event: &EventFacts) -> String {
    let fields: Vec<String> = event.fields.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
    format!("{{{}}}", fields.join(", "))
}

/// `- schedule users.purge.nightly: at 03:00, Europe/Berlin — Deletes users that never confirmed.`
fn schedule_line(plugin: &PluginFacts, schedule: &ScheduleFacts) -> String {
    format!("- schedule {}: {}{}", schedule.name_in(&plugin.identity), schedule.words(), dashed(schedule.doc))
}

/// `- job report.wanted: reports.build_report.build, 5 retries; unique in tenant — Builds a report.`
fn job_line(manifest: &Manifest, plugin: &PluginFacts, job: &JobFacts) -> String {
    let name = event_by_type(manifest, plugin.identity.domain, job.event).map_or(job.event, |event| event.name);
    let words = job.words();
    let words = if words.is_empty() { words } else { format!(", {words}") };
    format!("- job {name}: {}.{}{words}{}", plugin.identity.name, job.handler, dashed(job.doc))
}

/// What is heard of the framework's own events, which no domain declares.
fn foreign_line(manifest: &Manifest, plugins: &[&PluginFacts]) -> Option<String> {
    let types: BTreeSet<String> = plugins
        .iter()
        .flat_map(|plugin| plugin.subscriptions.iter().map(move |subscription| (plugin, subscription.event)))
        .filter(|(plugin, ty)| event_by_type(manifest, plugin.identity.domain, ty).is_none())
        .map(|(_, ty)| format!("`{ty}`"))
        .collect();
    (!types.is_empty())
        .then(|| format!("- hears, of the framework, {}", types.into_iter().collect::<Vec<_>>().join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Migration;

    #[test]
    fn tables_that_nobody_read_are_said_to_be_unknown() {
        let migration = Migration { domain: "shop", file: "001_users.sql", sql: "" };
        let manifest =
            Manifest { name: "shop", version: "1", migrations: Box::leak(Box::new([migration])), ..Manifest::EMPTY };
        let table = |domain: &str| {
            let (name, domain) = ("users".to_owned(), domain.to_owned());
            TableFacts { domain, name, columns: Vec::new(), unique: Vec::new(), foreign_keys: Vec::new() }
        };
        assert_eq!(names(&manifest, &[]), BTreeSet::from(["shop"]));
        let unknown = "- tables: in `src/domains/shop/migrations/`, which this build has not read";
        assert_eq!(lines(&manifest, &[], "shop"), ["", "## Domain shop", unknown]);
        assert_eq!(names(&manifest, &[table("mail")]), BTreeSet::from(["mail"]));
        assert_eq!(lines(&manifest, &[table("shop")], "shop"), ["", "## Domain shop", "- table `users`: "]);
    }
}
