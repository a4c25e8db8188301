//! Dead letters, broadcasts and the status, as statements.

use microcore_runtime::context::{Context, Id};
use microcore_runtime::event::{DeadLetter, Envelope, Subscriber, SubscriberStatus};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::lines::{self, lock_of};
use super::session::{Call, Failure, Session, Sql};

macro_rules! dead {
    ($rest:literal) => {
        concat!(
            "SELECT id, subscriber, event, envelope, payload, error, attempts, ended, line FROM _microcore_delivery
            WHERE state = 'FAILED'",
            $rest
        )
    };
}

static LIST: Sql = Sql { text: dead!(" ORDER BY id LIMIT $1"), types: &[Type::INT8] };
static FIND: Sql = Sql { text: dead!(" AND id = $1"), types: &[Type::INT8] };

static AGAIN: Sql = Sql {
    text:
        "UPDATE _microcore_delivery d SET state = 'RESUBMITTED', attempts = 0, delayed = false, due = 0, ended = NULL,
            entered = nextval('_microcore_delivery_entered'), envelope = $2,
            ready = d.line IS NULL OR NOT EXISTS (SELECT 1 FROM _microcore_delivery e
                WHERE e.subscriber = d.subscriber AND e.event = d.event AND e.line = d.line AND e.line IS NOT NULL
                    AND NOT e.delayed AND e.state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING'))
        WHERE d.id = $1 AND d.state = 'FAILED' RETURNING d.id",
    types: &[Type::INT8, Type::TEXT],
};

static DISCARD: Sql = Sql {
    text: "DELETE FROM _microcore_delivery WHERE id = $1 AND state = 'FAILED' RETURNING id",
    types: &[Type::INT8],
};

static STATUS: Sql = Sql {
    text: "SELECT subscriber, event,
            count(*) FILTER (WHERE state IN ('PUBLISHED', 'RESUBMITTED') AND NOT delayed),
            count(*) FILTER (WHERE state = 'PROCESSING'), count(*) FILTER (WHERE delayed),
            count(*) FILTER (WHERE state = 'FAILED')
        FROM _microcore_delivery GROUP BY subscriber, event",
    types: &[],
};

static HEARD: Sql = Sql {
    text: "SELECT id, envelope, payload FROM _microcore_broadcast WHERE id > $1 ORDER BY id",
    types: &[Type::INT8],
};

/// Up to `limit` dead letters, the oldest first.
pub(super) async fn list(session: &Session, limit: usize) -> Result<Vec<DeadLetter>, Failure> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(session.one(&LIST, vec![&limit]).await?.iter().map(letter).collect())
}

/// The dead letter of this number.
pub(super) async fn find(session: &Session, dead: u64) -> Result<Option<DeadLetter>, Failure> {
    Ok(session.one(&FIND, vec![&number(dead)]).await?.first().map(letter))
}

fn number(dead: u64) -> i64 {
    i64::try_from(dead).unwrap_or(i64::MAX)
}

fn letter(row: &Row) -> DeadLetter {
    let (id, event): (i64, String) = (row.get(0), row.get(2));
    // One that can't be read is shown as far as the other columns tell.
    let envelope = serde_json::from_str(row.get(3)).unwrap_or_else(|_| {
        let id = Id::adopt(&format!("unreadable-{id}")).expect("letters and digits");
        let mut envelope = Envelope::new(&Context::request(id), None, None, 0);
        envelope.event = event;
        envelope
    });
    let mut letter = DeadLetter::new(id.unsigned_abs(), row.get::<_, String>(1), envelope, row.get(4));
    letter.error = row.get::<_, Option<String>>(5).unwrap_or_default();
    letter.attempts = row.get::<_, i32>(6).unsigned_abs();
    letter.failed_at = row.get::<_, Option<i64>>(7).unwrap_or_default().unsigned_abs();
    letter
}

/// Makes a dead letter wait again, at the end of its line, with all its attempts and without an end.
pub(super) async fn replay(session: &Session, dead: u64) -> Result<bool, Failure> {
    let dead = number(dead);
    let rows = session.one(&FIND, vec![&dead]).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let (subscriber, event, mut written): (String, String, String) = (row.get(1), row.get(2), row.get(3));
    if let Ok(mut envelope) = serde_json::from_str::<Envelope>(&written) {
        envelope.expires = None;
        written = serde_json::to_string(&envelope).expect("an envelope is strings and numbers");
    }
    let locks = vec![lock_of(&subscriber, &event)];
    let calls = [Call::new(&lines::LOCK, vec![&locks]), Call::new(&AGAIN, vec![&dead, &written])];
    Ok(!session.run(&calls).await?[1].is_empty())
}

/// Deletes a dead letter.
pub(super) async fn discard(session: &Session, dead: u64) -> Result<bool, Failure> {
    Ok(!session.one(&DISCARD, vec![&number(dead)]).await?.is_empty())
}

/// How these subscribers stand. Whether one is paused, each process knows of itself.
pub(super) async fn status(session: &Session, of: &[&'static Subscriber]) -> Result<Vec<SubscriberStatus>, Failure> {
    let rows = session.one(&STATUS, Vec::new()).await?;
    let status = of.iter().map(|subscriber| {
        let mut status = SubscriberStatus::of(subscriber);
        let is_it = |row: &&Row| row.get::<_, &str>(0) == subscriber.name && row.get::<_, &str>(1) == subscriber.event;
        if let Some(row) = rows.iter().find(is_it) {
            let count = |column: usize| row.get::<_, i64>(column).unsigned_abs();
            (status.lag, status.in_flight, status.delayed, status.dead) = (count(2), count(3), count(4), count(5));
        }
        status
    });
    Ok(status.collect())
}

/// The broadcasts after this one.
pub(super) async fn heard(session: &Session, after: i64) -> Result<(i64, Vec<(Envelope, String)>), Failure> {
    let rows = session.one(&HEARD, vec![&after]).await?;
    let last = rows.last().map_or(after, |row| row.get(0));
    let mut readable = Vec::new();
    for row in rows {
        match serde_json::from_str(row.get(1)) {
            Ok(envelope) => readable.push((envelope, row.get(2))),
            Err(error) => tracing::error!(%error, "a broadcast can't be read"),
        }
    }
    Ok((last, readable))
}
