//! The tools of a guest: what its manifest names, and nothing else. What it does not name is refused and logged as
//! misuse.

use std::sync::Arc;
use std::time::Duration;

use microcore::error::Error;
use microcore_runtime::guest::{GuestDatabase, GuestRows, GuestValue};
use microcore_sidecars_manifest::Named;
use tonic::Status;

use crate::call::Scope;
use crate::facts::Facts;
use crate::generated::{
    Changed, ConfigKey, ConfigValue, Deleted, Done, Line, OfCall, Publication, Row, Rows, StateEntry, StateKey,
    StateValue, Statement, Value, value,
};
use crate::link::Link;

type Answer<T> = Result<T, Status>;

/// Refuses what the manifest does not name.
fn misuse(facts: &Facts, said: String) -> Status {
    tracing::warn!(plugin = facts.name(), "misuse: {said}");
    Status::permission_denied(said)
}

/// What went wrong in a tool: the guest reads it, for it is a part of the application.
fn failed(error: &Error) -> Status {
    let said = error.to_string();
    match error.status() {
        503 => Status::unavailable(said),
        400..500 => Status::invalid_argument(said),
        _ => Status::internal(said),
    }
}

fn scope(facts: &Facts, link: &Link, call: u64) -> Answer<Arc<Scope>> {
    link.scope(call)
        .ok_or_else(|| misuse(facts, format!("a tool is used for the call {call}, which is over or never was")))
}

fn database(facts: &Facts) -> Answer<&dyn GuestDatabase> {
    facts.tools.database.as_deref().ok_or_else(|| Status::unavailable("the tool `db` is off"))
}

fn statement<'f>(facts: &'f Facts, name: &str) -> Answer<&'f str> {
    let known = facts.manifest.statement(name);
    known.ok_or_else(|| misuse(facts, format!("the statement `{name}` is not in `[sql]`")))
}

/// Ends with the call, whatever it waits for: nobody reads what comes later.
async fn in_time<T>(scope: &Scope, work: impl Future<Output = Result<T, Error>>) -> Answer<T> {
    match tokio::time::timeout_at(scope.ends, scope.within(work)).await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(failed(&error)),
        Err(_) => Err(Status::deadline_exceeded("the time for the call is over")),
    }
}

pub(crate) async fn query(facts: &Facts, link: &Link, asked: Statement) -> Answer<Rows> {
    let (scope, sql) = (scope(facts, link, asked.call)?, statement(facts, &asked.name)?);
    let (database, values) = (database(facts)?, asked.values.into_iter().map(of_wire).collect());
    let mut open = scope.transaction.lock().await;
    let rows = match open.as_mut() {
        Some(open) => in_time(&scope, open.query(sql, values)).await,
        None => in_time(&scope, database.query(sql, values)).await,
    };
    drop_if_over(&scope, &mut open);
    rows.map(rows_to_wire)
}

pub(crate) async fn execute(facts: &Facts, link: &Link, asked: Statement) -> Answer<Changed> {
    let (scope, sql) = (scope(facts, link, asked.call)?, statement(facts, &asked.name)?);
    let (database, values) = (database(facts)?, asked.values.into_iter().map(of_wire).collect());
    let mut open = scope.transaction.lock().await;
    let rows = match open.as_mut() {
        Some(open) => in_time(&scope, open.execute(sql, values)).await,
        None => in_time(&scope, database.execute(sql, values)).await,
    };
    drop_if_over(&scope, &mut open);
    Ok(Changed { rows: rows? })
}

pub(crate) async fn begin(facts: &Facts, link: &Link, asked: OfCall) -> Answer<Done> {
    let scope = scope(facts, link, asked.call)?;
    let mut open = scope.transaction.lock().await;
    if open.is_some() {
        return Err(Status::failed_precondition("the call has a transaction already"));
    }
    let begun = in_time(&scope, database(facts)?.begin()).await?;
    *open = Some(begun);
    drop_if_over(&scope, &mut open);
    Ok(Done {})
}

pub(crate) async fn end(facts: &Facts, link: &Link, asked: OfCall, keep: bool) -> Answer<Done> {
    let scope = scope(facts, link, asked.call)?;
    let open = scope.transaction.lock().await.take();
    let open = open.ok_or_else(|| Status::failed_precondition("the call has no transaction"))?;
    if keep {
        in_time(&scope, open.commit()).await?;
    }
    Ok(Done {})
}

/// A call that ended meanwhile keeps no transaction.
fn drop_if_over<T>(scope: &Scope, open: &mut Option<T>) {
    if scope.is_over() {
        open.take();
    }
}

pub(crate) async fn publish(facts: &Facts, link: &Link, asked: Publication) -> Answer<Done> {
    let scope = scope(facts, link, asked.call)?;
    if !facts.manifest.publishes.iter().any(|Named { name, .. }| *name == asked.event) {
        return Err(misuse(facts, format!("the event `{}` is not in `[publishes]`", asked.event)));
    }
    let events = facts.tools.events.ok_or_else(|| Status::unavailable("the tool `bus` is off"))?;
    // In a transaction it is kept beside the rows, and published with them.
    let mut open = scope.transaction.lock().await;
    let transaction = open.as_deref_mut();
    in_time(&scope, events.publish(facts.identity, &asked.event, &asked.json, transaction)).await?;
    drop_if_over(&scope, &mut open);
    Ok(Done {})
}

pub(crate) async fn get_state(facts: &Facts, link: &Link, asked: StateKey) -> Answer<StateValue> {
    let (scope, state) = (scope(facts, link, asked.call)?, state(facts)?);
    Ok(StateValue { json: in_time(&scope, state.get(facts.name(), &asked.key)).await? })
}

pub(crate) async fn set_state(facts: &Facts, link: &Link, asked: StateEntry) -> Answer<Done> {
    let (scope, state) = (scope(facts, link, asked.call)?, state(facts)?);
    let ttl = (asked.milliseconds > 0).then(|| Duration::from_millis(asked.milliseconds));
    in_time(&scope, state.set(facts.name(), &asked.key, &asked.json, ttl)).await?;
    Ok(Done {})
}

pub(crate) async fn delete_state(facts: &Facts, link: &Link, asked: StateKey) -> Answer<Deleted> {
    let (scope, state) = (scope(facts, link, asked.call)?, state(facts)?);
    Ok(Deleted { was_there: in_time(&scope, state.delete(facts.name(), &asked.key)).await? })
}

fn state(facts: &Facts) -> Answer<&dyn microcore_runtime::guest::GuestState> {
    if !facts.manifest.may_use("state") {
        return Err(misuse(facts, "`state` is not in `tools`".to_owned()));
    }
    facts.tools.state.as_deref().ok_or_else(|| Status::unavailable("the tool `state` is off: no plugin names it"))
}

pub(crate) fn config(facts: &Facts, asked: &ConfigKey) -> Answer<ConfigValue> {
    let mut named = facts.manifest.settings.iter().chain(&facts.manifest.optional_settings);
    if !named.any(|Named { name, .. }| *name == asked.key) {
        return Err(misuse(facts, format!("the setting `{}` is not in `[config]`", asked.key)));
    }
    Ok(ConfigValue { value: facts.environment.get(&asked.key).map(str::to_owned) })
}

pub(crate) fn log(facts: &Facts, scope: Option<&Scope>, asked: &Line) -> Done {
    let (plugin, message) = (facts.name(), &asked.message);
    let say = || match asked.level.as_str() {
        "error" => tracing::error!(plugin, "{message}"),
        "warn" => tracing::warn!(plugin, "{message}"),
        "debug" => tracing::debug!(plugin, "{message}"),
        _ => tracing::info!(plugin, "{message}"),
    };
    match scope {
        Some(scope) => scope.here(say),
        None => say(),
    }
    Done {}
}

fn of_wire(value: Value) -> GuestValue {
    match value.kind {
        None => GuestValue::Null,
        Some(value::Kind::Boolean(value)) => GuestValue::Bool(value),
        Some(value::Kind::Integer(value)) => GuestValue::Int(value),
        Some(value::Kind::Number(value)) => GuestValue::Float(value),
        Some(value::Kind::Text(value)) => GuestValue::Text(value),
        Some(value::Kind::Blob(value)) => GuestValue::Bytes(value),
        Some(value::Kind::Json(value)) => GuestValue::Json(value),
    }
}

fn to_wire(value: GuestValue) -> Value {
    let kind = match value {
        GuestValue::Null => None,
        GuestValue::Bool(value) => Some(value::Kind::Boolean(value)),
        GuestValue::Int(value) => Some(value::Kind::Integer(value)),
        GuestValue::Float(value) => Some(value::Kind::Number(value)),
        GuestValue::Text(value) => Some(value::Kind::Text(value)),
        GuestValue::Bytes(value) => Some(value::Kind::Blob(value)),
        GuestValue::Json(value) => Some(value::Kind::Json(value)),
    };
    Value { kind }
}

fn rows_to_wire(rows: GuestRows) -> Rows {
    let row = |values: Vec<GuestValue>| Row { values: values.into_iter().map(to_wire).collect() };
    Rows { columns: rows.columns, rows: rows.rows.into_iter().map(row).collect() }
}
