//! Schedules: their next ticks, and how these are fired.

use microcore_runtime::error::Result;
use microcore_runtime::jobs::{Declared, Due, Firing, Look, Overlap, Pause, RunState, Standing};

use super::{list, with_names};
use crate::db::{Backend, Database, DbError, Transaction, Value};

pub(super) async fn declare<B: Backend>(db: &Database<B>, schedules: &[Declared], now: i64) -> Result<()> {
    // A tick that lies beyond the next one is of a clock that was set back since. One that hangs on the end of a run is
    // left to that run, as long as there is one.
    let sql = "INSERT INTO _microcore_schedule (name, times, next_at, seen) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name) DO UPDATE SET seen = $4, times = $2, next_at = CASE
            WHEN _microcore_schedule.times <> $2 THEN $3
            WHEN _microcore_schedule.next_at > $3 THEN $3
            WHEN _microcore_schedule.next_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM _microcore_job WHERE worker = $1) THEN $3
            ELSE _microcore_schedule.next_at END";
    for schedule in schedules {
        db.execute(sql, (&schedule.name, &schedule.times, schedule.next, now)).await?;
    }
    Ok(())
}

pub(super) async fn look<B: Backend>(db: &Database<B>, names: &[&str], owner: &str) -> Result<Look> {
    // No list is empty for an engine.
    let names = if names.is_empty() { &[""] } else { names };
    let (clock, names_at) = (B::CLOCK, list(2, names.len()));
    let sql = format!(
        "SELECT {clock},
            (SELECT min(next_at) FROM _microcore_schedule WHERE paused_at IS NULL AND name IN ({names_at})),
            (SELECT min(due) FROM _microcore_job WHERE state = 'WAITING' AND worker IN ({names_at})),
            (SELECT count(*) FROM _microcore_process WHERE owner <> $1),
            (SELECT count(*) FROM (SELECT id FROM _microcore_job WHERE state = 'WAITING' AND priority <> 0 LIMIT 1) ranked),
            (SELECT count(*) FROM (
                SELECT id FROM _microcore_job WHERE state = 'ARRIVING' AND worker IN ({names_at}) LIMIT 1) arriving),
            (SELECT min(next_at) FROM _microcore_timer)"
    );
    let values = with_names([Value::from(owner.to_owned())], names);
    let row = db.query_one::<(i64, Option<i64>, Option<i64>, i64, i64, i64, Option<i64>)>(&sql, values).await?;
    let (now, tick, run, others, ranked, arriving, timer) = row.ok_or_else(|| DbError::usage("a look gave no row"))?;
    Ok(Look { now, tick, run, timer, others, ranked: ranked > 0, arriving: arriving > 0 })
}

pub(super) async fn due<B: Backend>(db: &Database<B>, names: &[&str], now: i64) -> Result<Vec<Due>> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT name, times, next_at FROM _microcore_schedule
         WHERE next_at <= $1 AND paused_at IS NULL AND name IN ({}) ORDER BY next_at, name",
        list(2, names.len())
    );
    let rows = db.query::<(String, String, i64)>(&sql, with_names([Value::from(now)], names)).await?;
    Ok(rows.into_iter().map(|(name, times, tick)| Due { name, times, tick }).collect())
}

type Stands = (String, String, Option<i64>, Option<i64>, Option<String>, Option<i64>, i64, i64, i64, Option<i64>);

pub(super) async fn standing<B: Backend>(db: &Database<B>) -> Result<Vec<Standing>> {
    let sql = "SELECT name, times, next_at, paused_at, paused_by, last_success, seen,
            (SELECT count(*) FROM _microcore_job WHERE worker = name AND state = 'WAITING'),
            (SELECT count(*) FROM _microcore_job WHERE worker = name AND state = 'RUNNING'),
            (SELECT min(began) FROM _microcore_job WHERE worker = name AND state = 'RUNNING')
        FROM _microcore_schedule ORDER BY name";
    let rows = db.query::<Stands>(sql, ()).await?;
    let standing =
        rows.into_iter().map(|(name, times, next, paused_at, paused_by, success, seen, waiting, running, since)| {
            Standing {
                name,
                times,
                next,
                paused: paused_at.map(|at| (at, paused_by.unwrap_or_default())),
                success,
                seen,
                waiting,
                running,
                since,
            }
        });
    Ok(standing.collect())
}

pub(super) async fn fire<B: Backend>(db: &Database<B>, firing: &Firing, now: i64) -> Result<u64> {
    let fired: Result<u64, DbError> = db
        .own_transaction(|| {
            async |tx: &mut Transaction<B>| {
                let take = "UPDATE _microcore_schedule SET next_at = $3
                    WHERE name = $1 AND next_at = $2 AND paused_at IS NULL";
                if tx.execute(take, (&firing.name, firing.was, firing.next)).await? == 0 {
                    return Ok(0);
                }
                for (tick, state, missed) in &firing.recorded {
                    record(tx, firing, *tick, *state, *missed, now).await?;
                }
                let mut begun = 0;
                let mut is_free = has_room(tx, firing).await?;
                for run in &firing.runs {
                    if !is_free {
                        record(tx, firing, run.tick, RunState::Skipped, run.missed, now).await?;
                        continue;
                    }
                    let line = (firing.overlap != Overlap::Allow).then_some(firing.name.as_str());
                    let id: i64 = tx
                        .query_scalar(
                            "INSERT INTO _microcore_job
                                (worker, tick, manual, missed, state, due, line, token, attempt, deaths)
                             VALUES ($1, $2, 0, $3, 'WAITING', $4, $5, 0, 0, 0) RETURNING id",
                            (&firing.name, run.tick, i64::from(run.missed), run.due, line),
                        )
                        .await?;
                    let made = tx
                        .execute(
                            "INSERT INTO _microcore_run (id, worker, tick, manual, missed, state, attempts)
                             VALUES ($1, $2, $3, 0, $4, 'PENDING', 0) ON CONFLICT DO NOTHING",
                            (id, &firing.name, run.tick, i64::from(run.missed)),
                        )
                        .await?;
                    if made == 0 {
                        // That tick was run before the clock was set back.
                        tx.execute("DELETE FROM _microcore_job WHERE id = $1", (id,)).await?;
                    } else {
                        begun += 1;
                        // Only what is missed comes as several at once, and then each is run.
                        is_free = firing.overlap == Overlap::Allow || firing.runs.len() > 1;
                    }
                }
                Ok(begun)
            }
        })
        .await;
    Ok(fired?)
}

/// Whether a run may be added beside those that there are.
async fn has_room<B: Backend>(tx: &mut Transaction<B>, firing: &Firing) -> Result<bool, DbError> {
    let sql = match firing.overlap {
        Overlap::Allow => return Ok(true),
        Overlap::Skip => "SELECT count(*) FROM _microcore_job WHERE worker = $1",
        // One that waits for its next attempt is the one under way.
        Overlap::Wait => "SELECT count(*) FROM _microcore_job WHERE worker = $1 AND state = 'WAITING' AND attempt = 0",
    };
    Ok(tx.query_scalar::<i64>(sql, (&firing.name,)).await? == 0)
}

async fn record<B: Backend>(
    tx: &mut Transaction<B>,
    firing: &Firing,
    tick: i64,
    state: RunState,
    missed: u32,
    now: i64,
) -> Result<(), DbError> {
    let sql = "INSERT INTO _microcore_run (id, worker, tick, manual, missed, state, ended, attempts)
        VALUES (0, $1, $2, 0, $3, $4, $5, 0) ON CONFLICT DO NOTHING";
    tx.execute(sql, (&firing.name, tick, i64::from(missed), state.word(), now)).await?;
    Ok(())
}

pub(super) async fn pause<B: Backend>(db: &Database<B>, name: &str, pause: &Pause) -> Result<bool> {
    let changed = match pause {
        Pause::Begins { now, by } => {
            let sql = "UPDATE _microcore_schedule SET paused_at = coalesce(paused_at, $2), paused_by = coalesce(paused_by, $3)
                WHERE name = $1";
            db.execute(sql, (name, *now, by)).await?
        }
        Pause::Ends { next } => {
            // A tick that hangs on the end of a run goes on hanging on it.
            let sql = "UPDATE _microcore_schedule SET paused_at = NULL, paused_by = NULL, next_at = CASE
                WHEN next_at IS NULL THEN NULL ELSE coalesce($2, next_at) END WHERE name = $1";
            db.execute(sql, (name, *next)).await?
        }
    };
    Ok(changed > 0)
}
