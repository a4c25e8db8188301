//! Deliveries to subscribers that the application does not have, as statements: counted, handed to another subscriber,
//! or deleted.

use microcore_runtime::event::Subscriber;
use tokio_postgres::types::Type;

use super::lines::{self, lock_of};
use super::session::{Call, Failure, Session, Sql};
use crate::bus::stored::Orphan;

static LIST: Sql = Sql {
    text:
        "SELECT event, subscriber, count(*) FILTER (WHERE state <> 'FAILED'), count(*) FILTER (WHERE state = 'FAILED')
        FROM _microcore_delivery GROUP BY subscriber, event ORDER BY event, subscriber",
    types: &[],
};

static TAKE: Sql = Sql {
    text: "UPDATE _microcore_delivery SET subscriber = $3, event = $4, ready = line IS NULL AND ready
        WHERE subscriber = $1 AND event = $2 AND state IN ('PUBLISHED', 'RESUBMITTED', 'FAILED')
            AND (line IS NULL OR line NOT IN (SELECT line FROM _microcore_delivery
                WHERE subscriber = $1 AND event = $2 AND state = 'PROCESSING' AND line IS NOT NULL)) RETURNING id",
    types: &[Type::TEXT, Type::TEXT, Type::TEXT, Type::TEXT],
};

/// One of each line is the first, and nobody else of it is ready.
static FIRST: Sql = Sql {
    text: "UPDATE _microcore_delivery SET ready = true WHERE id IN (
        SELECT DISTINCT ON (d.line) d.id FROM _microcore_delivery d
        WHERE d.subscriber = $1 AND d.event = $2 AND d.line IS NOT NULL AND NOT d.delayed
            AND d.state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')
            AND NOT EXISTS (SELECT 1 FROM _microcore_delivery e
                WHERE e.subscriber = $1 AND e.event = $2 AND e.line = d.line AND e.line IS NOT NULL AND e.ready
                    AND NOT e.delayed AND e.state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING'))
        ORDER BY d.line, d.entered)",
    types: &[Type::TEXT, Type::TEXT],
};

static DROP: Sql = Sql {
    text: "DELETE FROM _microcore_delivery WHERE subscriber = $1 AND event = $2 RETURNING id",
    types: &[Type::TEXT, Type::TEXT],
};

/// What is kept for nobody of these.
pub(super) async fn list(session: &Session, known: &[&'static Subscriber]) -> Result<Vec<Orphan>, Failure> {
    let rows = session.one(&LIST, Vec::new()).await?;
    let found = rows.iter().map(|row| Orphan {
        event: row.get(0),
        subscriber: row.get(1),
        waiting: row.get::<_, i64>(2).unsigned_abs(),
        dead: row.get::<_, i64>(3).unsigned_abs(),
    });
    Ok(found.filter(|orphan| !known.iter().any(|known| orphan.is_of(known))).collect())
}

/// Hands all of it to a subscriber, in order; gives how many there were. What a process handles now stays with it, and so
/// does what waits behind that in its line.
pub(super) async fn adopt(session: &Session, orphan: &Orphan, by: &Subscriber) -> Result<u64, Failure> {
    let mut locks = vec![lock_of(&orphan.subscriber, &orphan.event), lock_of(by.name, by.event)];
    locks.sort_unstable();
    let calls = [
        Call::new(&lines::LOCK, vec![&locks]),
        Call::new(&TAKE, vec![&orphan.subscriber, &orphan.event, &by.name, &by.event]),
        Call::new(&FIRST, vec![&by.name, &by.event]),
    ];
    Ok(session.run(&calls).await?[1].len() as u64)
}

/// Deletes all of it; gives how many there were.
pub(super) async fn discard(session: &Session, orphan: &Orphan) -> Result<u64, Failure> {
    Ok(session.one(&DROP, vec![&orphan.subscriber, &orphan.event]).await?.len() as u64)
}
