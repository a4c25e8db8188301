//! Claims: what is due and whose it is, and when the next is.

use microcore_runtime::event::{Envelope, Subscriber};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::lines::{self, CALL_UP, lock_of, now};
use super::session::{Call, Failure, Session, Sql};
use crate::bus::stored::{Claim, Claimed};

static CLAIM: Sql = Sql {
    text: concat!(
        "WITH clock AS MATERIALIZED (SELECT ",
        now!(),
        " AS now), picked AS MATERIALIZED (
            SELECT p.id FROM unnest($1, $2, $3) AS r (subscriber, event, room), clock
            CROSS JOIN LATERAL (SELECT d.id FROM _microcore_delivery d
                WHERE d.subscriber = r.subscriber AND d.event = r.event AND d.ready AND NOT d.delayed
                    AND d.state IN ('PUBLISHED', 'RESUBMITTED') AND d.due <= clock.now
                ORDER BY d.priority DESC, d.entered LIMIT r.room FOR UPDATE SKIP LOCKED) p)
        UPDATE _microcore_delivery d SET state = 'PROCESSING', attempts = d.attempts + 1, owner = $4,
            claim = CAST(gen_random_uuid() AS TEXT)
        FROM picked WHERE d.id = picked.id AND d.state IN ('PUBLISHED', 'RESUBMITTED')
        RETURNING d.id, d.claim, d.subscriber, d.event, d.envelope, d.payload, d.attempts, d.priority, d.entered, d.line"
    ),
    types: &[Type::TEXT_ARRAY, Type::TEXT_ARRAY, Type::INT8_ARRAY, Type::TEXT],
};

static LOOK: Sql = Sql {
    text: concat!(
        "SELECT ",
        now!(),
        ", (SELECT min(due) FROM _microcore_delivery WHERE delayed),
            (SELECT min(w.due) FROM unnest($1, $2) AS r (subscriber, event)
                CROSS JOIN LATERAL (SELECT d.due FROM _microcore_delivery d
                    WHERE d.subscriber = r.subscriber AND d.event = r.event AND d.ready AND NOT d.delayed AND d.due > 0
                        AND d.state IN ('PUBLISHED', 'RESUBMITTED') ORDER BY d.due LIMIT 1) w),
            (SELECT coalesce(max(id), 0) FROM _microcore_broadcast)"
    ),
    types: &[Type::TEXT_ARRAY, Type::TEXT_ARRAY],
};

static DELAYED: Sql = Sql {
    text: concat!(
        "SELECT DISTINCT subscriber, event FROM _microcore_delivery WHERE delayed AND line IS NOT NULL AND due <= ",
        now!()
    ),
    types: &[],
};

static ENTER: Sql = Sql {
    text: concat!(
        "WITH due AS MATERIALIZED (
            SELECT o.*, nextval('_microcore_delivery_entered') AS place FROM (
                SELECT id, subscriber, event, line,
                    row_number() OVER (PARTITION BY subscriber, event, line ORDER BY due, id) AS nth
                FROM _microcore_delivery WHERE delayed AND due <= ",
        now!(),
        " AND (line IS NULL OR (subscriber, event) IN (SELECT * FROM unnest($1, $2)))
                ORDER BY due, id LIMIT 512) o)
        UPDATE _microcore_delivery d SET delayed = false, due = 0, entered = due.place,
            ready = due.line IS NULL OR (due.nth = 1 AND NOT EXISTS (SELECT 1 FROM _microcore_delivery e
                WHERE e.subscriber = due.subscriber AND e.event = due.event AND e.line = due.line
                    AND e.line IS NOT NULL AND NOT e.delayed
                    AND e.state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')))
        FROM due WHERE d.id = due.id AND d.delayed"
    ),
    types: &[Type::TEXT_ARRAY, Type::TEXT_ARRAY],
};

static UNREADABLE: Sql = Sql {
    text: concat!(
        "UPDATE _microcore_delivery SET state = 'FAILED', ready = false, claim = NULL, owner = NULL, error = $3, ended = ",
        now!(),
        " WHERE id = $1 AND claim = $2"
    ),
    types: &[Type::INT8, Type::TEXT, Type::TEXT],
};

/// What the store says where nothing is to be claimed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    /// The store's clock.
    pub(super) now: i64,
    /// When the next delayed one enters its line.
    pub(super) delayed: Option<i64>,
    /// When the next is due that waits for its next attempt.
    pub(super) due: Option<i64>,
    /// The last broadcast.
    pub(super) broadcast: i64,
}

/// The names of these, as two columns.
pub(super) fn names(of: &[&'static Subscriber]) -> (Vec<&'static str>, Vec<&'static str>) {
    of.iter().map(|subscriber| (subscriber.name, subscriber.event)).unzip()
}

/// Claims what is due, at most so many per subscriber, in the order in which each handles them.
pub(super) async fn claim(
    session: &Session,
    room: &[(&'static Subscriber, usize)],
    owner: &str,
) -> Result<Vec<Claimed>, Failure> {
    let (subscribers, rooms): (Vec<_>, Vec<_>) =
        room.iter().map(|(subscriber, room)| (*subscriber, i64::try_from(*room).unwrap_or(i64::MAX))).unzip();
    let (subscriber, event) = names(&subscribers);
    let mut rows = session.one(&CLAIM, vec![&subscriber, &event, &rooms, &owner]).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    rows.sort_by_key(|row| (std::cmp::Reverse(row.get::<_, i16>(7)), row.get::<_, i64>(8)));
    let mut claimed = Vec::with_capacity(rows.len());
    for row in rows {
        let (name, event): (String, String) = (row.get(2), row.get(3));
        let Some(subscriber) = subscribers.iter().find(|known| known.name == name && known.event == event) else {
            continue;
        };
        match read(&row, subscriber) {
            Ok(one) => claimed.push(one),
            Err(why) => unreadable(session, &row, subscriber, &why).await?,
        }
    }
    Ok(claimed)
}

fn read(row: &Row, subscriber: &'static Subscriber) -> Result<Claimed, String> {
    let envelope: Envelope = serde_json::from_str(row.get(4)).map_err(|error| error.to_string())?;
    let claim = Claim { delivery: row.get::<_, i64>(0).to_string(), token: row.get(1) };
    let attempt = row.get::<_, i32>(6).unsigned_abs();
    Ok(Claimed { claim, subscriber, envelope, payload: row.get(5), attempt })
}

/// What nobody can read is a dead letter as it is.
async fn unreadable(session: &Session, row: &Row, subscriber: &Subscriber, why: &str) -> Result<(), Failure> {
    let error = format!("the stored envelope can't be read: {why}");
    tracing::error!(%subscriber, event = subscriber.event, error, "delivery failed for good");
    let (id, token, line): (i64, String, Option<String>) = (row.get(0), row.get(1), row.get(9));
    let locks = [lock_of(subscriber.name, subscriber.event)].to_vec();
    let mut calls = vec![Call::new(&lines::LOCK, vec![&locks]), Call::new(&UNREADABLE, vec![&id, &token, &error])];
    let called = (vec![subscriber.name], vec![subscriber.event], line.into_iter().collect::<Vec<String>>());
    if !called.2.is_empty() {
        calls.push(Call::new(&CALL_UP, vec![&called.0, &called.1, &called.2]));
    }
    session.run(&calls).await.map(drop)
}

/// What is next.
pub(super) async fn look(session: &Session, of: &[&'static Subscriber]) -> Result<Look, Failure> {
    let (subscriber, event) = names(of);
    let rows = session.one(&LOOK, vec![&subscriber, &event]).await?;
    let row = rows.first().ok_or_else(|| Failure::nothing("the clock of the store of events"))?;
    let now: Option<i64> = row.get(0);
    let now = now.ok_or_else(|| Failure::nothing("the clock of the store of events"))?;
    Ok(Look { now, delayed: row.get(1), due: row.get(2), broadcast: row.get(3) })
}

/// Delayed deliveries that are due enter their lines, the one that was due first in front.
pub(super) async fn enter(session: &Session) -> Result<(), Failure> {
    let rows = session.one(&DELAYED, Vec::new()).await?;
    let (subscriber, event): (Vec<String>, Vec<String>) = rows.iter().map(|row| (row.get(0), row.get(1))).unzip();
    let mut locks: Vec<i64> = subscriber.iter().zip(&event).map(|(name, event)| lock_of(name, event)).collect();
    locks.sort_unstable();
    locks.dedup();
    // The clock at the end: who holds its row waits for no lock.
    let calls = [
        Call::new(&lines::LOCK, vec![&locks]),
        Call::new(&ENTER, vec![&subscriber, &event]),
        Call::new(&lines::TICK, Vec::new()),
    ];
    session.run(&calls).await.map(drop)
}
