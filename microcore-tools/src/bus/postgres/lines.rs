//! The locks under which the order of keys is decided: one per subscriber, held to the end of a transaction.
//!
//! Two publishers of one key would both see that nobody is before them, and so would one who ends the first of a line beside
//! one who adds to it. Whoever changes lines of a subscriber has its lock; what has no key takes none.

use tokio_postgres::types::Type;

use super::session::Sql;

/// Held by whoever spreads broadcasts, so that their numbers are committed in order.
pub(super) const BROADCASTS: i64 = 0x6d63_6275_7300_0001;
/// Held by whoever turns what an outbox holds into deliveries, so that it stays in order.
pub(super) const OUTBOX: i64 = 0x6d63_6275_7300_0002;

/// Takes locks, the smallest first: whoever takes several takes them in one order.
pub(super) static LOCK: Sql =
    Sql { text: "SELECT count(pg_advisory_xact_lock(key)) FROM unnest($1) AS key", types: &[Type::INT8_ARRAY] };

/// The lock of a subscriber. Two that share one wait for each other and do nothing wrong.
pub(super) fn lock_of(subscriber: &str, event: &str) -> i64 {
    // FNV-1a: the same in every build.
    let bytes = subscriber.bytes().chain([0]).chain(event.bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash.cast_signed()
}

/// The first of each of these lines is ready. Behind the end of whoever was the first.
pub(super) static CALL_UP: Sql = Sql {
    text: "UPDATE _microcore_delivery SET ready = true WHERE NOT ready AND id IN (
        SELECT (SELECT n.id FROM _microcore_delivery n
            WHERE n.subscriber = l.subscriber AND n.event = l.event AND n.line = l.line AND n.line IS NOT NULL
                AND NOT n.delayed AND n.state IN ('PUBLISHED', 'RESUBMITTED', 'PROCESSING')
            ORDER BY n.entered LIMIT 1)
        FROM unnest($1, $2, $3) AS l (subscriber, event, line))",
    types: &[Type::TEXT_ARRAY, Type::TEXT_ARRAY, Type::TEXT_ARRAY],
};

/// The store's clock never goes back. In milliseconds, as an expression.
macro_rules! now {
    () => {
        "(SELECT greatest(last, ahead + CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT))
            FROM _microcore_bus_clock)"
    };
}
pub(super) use now;

/// Notes what the clock says, once a second, and what it was set back by.
pub(super) static TICK: Sql = Sql {
    text: "UPDATE _microcore_bus_clock SET last = greatest(last, s.now), ahead = ahead + greatest(last - s.now, 0)
        FROM (SELECT c.ahead + CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now
            FROM _microcore_bus_clock c) s
        WHERE s.now < last OR s.now > last + 1000",
    types: &[],
};
