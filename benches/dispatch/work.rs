//! What the subscribers do, the same for every contestant and never inlined into one: a tally in memory and a line in a
//! buffer, which is about as little as a subscriber can do and still be of use.

use std::fmt::Write as _;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::domains::shop::events::{OrderPlaced, Ticked};

static TALLY: [AtomicU64; 64] = [const { AtomicU64::new(0) }; 64];
static JOURNAL: Mutex<String> = Mutex::new(String::new());
static TICKS: [AtomicU64; 2] = [const { AtomicU64::new(0) }; 2];

/// Adds the price to the sum of the customer's mail domain.
#[inline(never)]
pub(crate) fn tally(order: &OrderPlaced) {
    let domain = order.email.split_once('@').map_or("", |(_, domain)| domain);
    let hash = domain.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    });
    TALLY[usize::try_from(hash % 64).unwrap_or_default()].fetch_add(order.cents, Ordering::Relaxed);
}

/// Writes one line; the buffer starts over at 64 KiB.
#[inline(never)]
pub(crate) fn journal(order: &OrderPlaced) {
    let mut journal = JOURNAL.lock().unwrap_or_else(PoisonError::into_inner);
    if journal.len() > 64 * 1024 {
        journal.clear();
    }
    // Writing to memory can't fail.
    let _ = writeln!(journal, "order {} of {}: {} cents", order.id, order.email, order.cents);
}

/// Notes the tick. Nothing is added up: the next call would wait for what this one stored, and that would be measured.
/// Without `black_box` the same store a thousand times is one store.
#[inline(never)]
pub(crate) fn forward(tick: &Ticked) {
    TICKS[0].store(black_box(tick.by), Ordering::Relaxed);
}

/// The other way round.
#[inline(never)]
pub(crate) fn backward(tick: &Ticked) {
    TICKS[1].store(black_box(tick.by.wrapping_neg()), Ordering::Relaxed);
}
