//! Events: what is published, who hears it, how a delivery runs.
//!
//! `publish` → [`Dispatch::dispatch`], which the wiring writes → one adapter per subscriber → [`Published::deliver`] or
//! [`Published::inline`]. No map, no boxed function and no name is looked up on the way.

mod deliveries;
mod dispatch;
mod outcome;
mod published;
mod retry;
mod subscriber;

pub use self::deliveries::Deliveries;
pub use self::dispatch::{Answers, Dispatch, Event, Request};
pub use self::outcome::{Answer, Outcome};
pub use self::published::Published;
pub use self::retry::Retry;
pub use self::subscriber::Subscriber;
