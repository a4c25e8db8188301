//! What the handlers of the application share: where they note that they ran.

use microcore::jobs::Tick;
use microcore::prelude::Result;

use crate::prelude::Db;

/// Notes a run, with the process that it is of.
pub async fn record(db: &Db, handler: &str, tick: &Tick) -> Result<()> {
    let attempt = microcore::context::current().map_or(0, |context| i64::from(context.attempt));
    let previous = tick.previous.map(|previous| previous.as_millisecond());
    let process = std::env::var("JOBS_TEST_PROCESS").unwrap_or_default();
    db.execute(
        "INSERT INTO ran (handler, tick, process, attempt, missed, previous, manual, made)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        (
            handler,
            tick.due.as_millisecond(),
            process,
            attempt,
            i64::from(tick.missed),
            previous,
            i64::from(tick.manual),
            microcore::prelude::Timestamp::now().as_microsecond(),
        ),
    )
    .await?;
    Ok(())
}

/// Notes what a job does, with the process that does it.
pub async fn done(db: &Db, job: i64, tenant: i64, what: &str, attempt: u32) -> Result<()> {
    let process = std::env::var("JOBS_TEST_PROCESS").unwrap_or_default();
    let made = microcore::prelude::Timestamp::now().as_microsecond();
    db.execute(
        "INSERT INTO done (job, tenant, what, attempt, process, made) VALUES ($1, $2, $3, $4, $5, $6)",
        (job, tenant, what, attempt, process, made),
    )
    .await?;
    Ok(())
}

/// Notes a word.
pub async fn note(db: &Db, word: String) -> Result<()> {
    db.execute("INSERT INTO knob (name, value) VALUES ($1, 1)", (word,)).await?;
    Ok(())
}
