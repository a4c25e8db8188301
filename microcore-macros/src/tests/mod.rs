//! Tokens in, readable code out: what a plugin and an application become, as snapshots that are reviewed like code.

mod expansion;
mod grammar;
mod messages;
mod router;
