//! The outbox of the same database: what a transaction kept becomes its deliveries, and is gone, in one transaction. No
//! relay carries it, and it arrives once.

use microcore_runtime::event::{Envelope, Subscriber};
use tokio_postgres::types::Type;

use super::lines;
use super::orders::Columns;
use super::session::{Call, Failure, Session, Sql};

/// The most that arrive at once.
const BATCH: i64 = 256;

static OLDEST: Sql = Sql {
    text: "SELECT kept, id, envelope, payload FROM _microcore_outbox WHERE state <> 'FAILED' ORDER BY kept, id LIMIT $1",
    types: &[Type::INT8],
};

/// Fails where one of them is gone: only who has the lock of the outbox takes from it, so another process was faster, and
/// what this one is about to write is there already.
static ALL_THERE: Sql = Sql {
    text: "SELECT 1 / CASE WHEN count(*) = cardinality($1) THEN 1 ELSE 0 END FROM _microcore_outbox o
        JOIN unnest($1, $2) AS k (kept, id) ON o.kept = k.kept AND o.id = k.id",
    types: &[Type::INT8_ARRAY, Type::TEXT_ARRAY],
};

static DELETE: Sql = Sql {
    text: "DELETE FROM _microcore_outbox o USING unnest($1, $2) AS k (kept, id) WHERE o.kept = k.kept AND o.id = k.id",
    types: &[Type::INT8_ARRAY, Type::TEXT_ARRAY],
};

static SET_ASIDE: Sql = Sql {
    text: "UPDATE _microcore_outbox o SET state = 'FAILED', error = k.error, owner = NULL
        FROM unnest($1, $2, $3) AS k (kept, id, error) WHERE o.kept = k.kept AND o.id = k.id",
    types: &[Type::INT8_ARRAY, Type::TEXT_ARRAY, Type::TEXT_ARRAY],
};

/// Takes the oldest of the outbox over, for all who hear them. `None` where nothing waits; else what has arrived by this,
/// which is nothing where another process was faster.
pub(super) async fn take(
    session: &Session,
    all: &'static [&'static Subscriber],
) -> Result<Option<Vec<Envelope>>, Failure> {
    let rows = session.one(&OLDEST, vec![&BATCH]).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let (mut columns, mut arrived) = (Columns::default(), Vec::new());
    let (mut kept, mut ids) = (Vec::new(), Vec::new());
    let mut aside = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let (number, id): (i64, String) = (row.get(0), row.get(1));
        let (written, payload): (&str, &str) = (row.get(2), row.get(3));
        let envelope: Envelope = match serde_json::from_str(written) {
            Ok(envelope) => envelope,
            Err(error) => {
                tracing::error!(number, id, %error, "an event in the outbox can't be read");
                aside.0.push(number);
                aside.1.push(id);
                aside.2.push(error.to_string());
                continue;
            }
        };
        let of = all.iter().filter(|subscriber| subscriber.event == envelope.event).copied();
        let (spread, to): (Vec<_>, Vec<_>) = of.partition(|subscriber| subscriber.broadcast);
        columns.arrives(&envelope, written, payload, &to);
        if !spread.is_empty() {
            columns.spreads(written, payload);
        }
        kept.push(number);
        ids.push(id);
        arrived.push(envelope);
    }
    columns.lock(lines::OUTBOX);
    let mut calls = columns.calls();
    // Behind the locks, before everything else.
    calls.insert(1, Call::new(&ALL_THERE, vec![&kept, &ids]));
    calls.push(Call::new(&DELETE, vec![&kept, &ids]));
    if !aside.0.is_empty() {
        calls.push(Call::new(&SET_ASIDE, vec![&aside.0, &aside.1, &aside.2]));
    }
    match session.run(&calls).await {
        Ok(_) => Ok(Some(arrived)),
        Err(failure) if failure.is_division_by_zero() => Ok(Some(Vec::new())),
        Err(failure) => Err(failure),
    }
}
