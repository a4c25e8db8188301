//! The tables. All times are milliseconds since 1970.

use microcore_runtime::manifest::Manifest;

use crate::db::own::{Added, OwnTables};

/// What the tables are made of; `{NUMBERED}` is a column that the engine numbers by itself.
///
/// `_microcore_job` has what waits or runs, and jobs that are dead; `_microcore_run` what became of ticks and jobs.
/// `manual` is 0 of a tick, 1 of a run by hand and 2 of a job, whose `tick` is the time at which it was enqueued. `line` is
/// what runs one at a time, in order. `renewed` is set where a payload came while the job ran: it runs again. A process is
/// in `_microcore_process` as long as it may hold something. `tat` of `_microcore_limit` is when a rate would be exactly
/// used up, in microseconds.
///
/// States of a job: ARRIVING (left by a transaction, and not compared with others yet), WAITING, RUNNING, DEAD.
const TABLES: &str = "CREATE TABLE IF NOT EXISTS _microcore_schedule (
    name TEXT PRIMARY KEY, times TEXT NOT NULL, next_at BIGINT, last_success BIGINT,
    paused_at BIGINT, paused_by TEXT, seen BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS _microcore_job (
    id {NUMBERED}, worker TEXT NOT NULL, tick BIGINT NOT NULL, manual BIGINT NOT NULL, missed BIGINT NOT NULL,
    state TEXT NOT NULL, due BIGINT NOT NULL, line TEXT, owner TEXT, token BIGINT NOT NULL, attempt BIGINT NOT NULL,
    deaths BIGINT NOT NULL, began BIGINT, error TEXT);
CREATE TABLE IF NOT EXISTS _microcore_run (
    id BIGINT NOT NULL, worker TEXT NOT NULL, tick BIGINT NOT NULL, manual BIGINT NOT NULL, missed BIGINT NOT NULL,
    state TEXT NOT NULL, began BIGINT, ended BIGINT, attempts BIGINT NOT NULL, error TEXT);
CREATE TABLE IF NOT EXISTS _microcore_step (
    job BIGINT NOT NULL, name TEXT NOT NULL, result TEXT NOT NULL, made BIGINT NOT NULL, PRIMARY KEY (job, name));
CREATE TABLE IF NOT EXISTS _microcore_same (
    worker TEXT NOT NULL, same TEXT NOT NULL, job BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (worker, same));
CREATE TABLE IF NOT EXISTS _microcore_limit (name TEXT PRIMARY KEY, tat BIGINT NOT NULL, turn BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS _microcore_timer (
    key TEXT PRIMARY KEY, name TEXT NOT NULL, times TEXT, next_at BIGINT NOT NULL, payload TEXT NOT NULL,
    same TEXT, line TEXT);
CREATE TABLE IF NOT EXISTS _microcore_process (owner TEXT PRIMARY KEY, beat BIGINT NOT NULL);";

/// What `_microcore_job` has got since it was first made, with schedules alone: a database of an older build gets it, too.
const ADDED: [Added; 11] = [
    Added("_microcore_job", "uid", "TEXT"),
    Added("_microcore_job", "cause", "TEXT"),
    Added("_microcore_job", "payload", "TEXT"),
    Added("_microcore_job", "priority", "BIGINT NOT NULL DEFAULT 0"),
    Added("_microcore_job", "same", "TEXT"),
    Added("_microcore_job", "within", "BIGINT NOT NULL DEFAULT 0"),
    Added("_microcore_job", "latest", "BIGINT NOT NULL DEFAULT 0"),
    Added("_microcore_job", "renewed", "BIGINT NOT NULL DEFAULT 0"),
    Added("_microcore_job", "cancelled", "BIGINT NOT NULL DEFAULT 0"),
    Added("_microcore_job", "done", "BIGINT"),
    Added("_microcore_job", "total", "BIGINT"),
];

/// Most jobs stand in no line: an older build had an index of them all.
const INDEXES: &str = "DROP INDEX IF EXISTS _microcore_job_line;
CREATE INDEX IF NOT EXISTS _microcore_job_due ON _microcore_job (state, due, id);
CREATE INDEX IF NOT EXISTS _microcore_job_in_line ON _microcore_job (line, id) WHERE line IS NOT NULL;
CREATE INDEX IF NOT EXISTS _microcore_job_worker ON _microcore_job (worker, state);
CREATE INDEX IF NOT EXISTS _microcore_job_rank ON _microcore_job (priority, due, id)
    WHERE state = 'WAITING' AND priority <> 0;
CREATE UNIQUE INDEX IF NOT EXISTS _microcore_job_same ON _microcore_job (worker, same)
    WHERE same IS NOT NULL AND state IN ('WAITING', 'RUNNING');
CREATE UNIQUE INDEX IF NOT EXISTS _microcore_job_alone ON _microcore_job (line) WHERE state = 'RUNNING' AND line IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS _microcore_run_tick ON _microcore_run (worker, tick) WHERE manual = 0;
CREATE INDEX IF NOT EXISTS _microcore_run_id ON _microcore_run (id);
CREATE INDEX IF NOT EXISTS _microcore_run_ended ON _microcore_run (manual, ended);
CREATE INDEX IF NOT EXISTS _microcore_timer_due ON _microcore_timer (next_at, key);";

/// What there is where all of it is there.
const NAMES: [&str; 10] = [
    "_microcore_schedule",
    "_microcore_job",
    "_microcore_run",
    "_microcore_process",
    "_microcore_step",
    "_microcore_same",
    "_microcore_limit",
    "_microcore_job_in_line",
    "_microcore_run_ended",
    "_microcore_timer_due",
];

/// The tables for an engine.
pub(crate) fn of(numbered: &str) -> OwnTables {
    OwnTables { names: &NAMES, tables: TABLES.replace("{NUMBERED}", numbered), added: &ADDED, indexes: INDEXES }
}

/// Whether an application has a use for the tables.
pub(crate) fn wanted(manifest: &Manifest) -> bool {
    manifest.keeps_runs()
}
