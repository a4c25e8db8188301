//! What every backend must do, as cases over a [`Bench`]. A crate with a backend of its own mounts them with
//! [`battery!`](crate::battery!).
//!
//! In: a way to open the backend with settings. Out: one test per case. The services that are called are servers of the
//! cases' own, on 127.0.0.1.
#![allow(clippy::missing_panics_doc, reason = "a case that does not hold panics")]

use std::future::Future;

use microcore::lifecycle::Boot;
use microcore::settings::{Environment, Settings};

mod cases;
mod server;

pub use self::cases::*;
pub use self::server::{Arrived, Server, Step};
use super::{Backend, Fetch};

/// A backend under test.
pub trait Bench: Sized {
    /// The backend.
    type Backend: Backend;

    /// Begins; `None` where the machine lacks what it needs, and the case is skipped.
    fn begin() -> impl Future<Output = Option<Self>>;

    /// These settings as the backend reads them: `FETCH_DEADLINE`, `FETCH_RETRIES`, `FETCH_PAUSE_AFTER`, `FETCH_PAUSE`,
    /// `FETCH_LIMIT`, `FETCH_UNTRUSTED`.
    fn environment(&self, settings: &[(&str, &str)]) -> Environment;
}

/// Runs a case on a runtime of its own.
pub fn run(case: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be built");
    runtime.block_on(case);
}

/// Mounts every case as a test: `microcore_fetch::battery!(MyBench);` in a module of an integration test.
#[macro_export]
macro_rules! battery {
    ($bench:ty) => {
        $crate::battery!(@cases $bench:
            sends_what_it_is_told_and_gives_back_what_comes
            any_status_is_an_answer_and_only_success_has_a_value
            what_may_arrive_twice_is_repeated_and_nothing_else
            the_other_says_when_to_come_again
            a_connection_that_breaks_is_tried_again
            the_deadline_ends_a_call
            a_host_that_keeps_failing_is_left_in_peace
            an_answer_has_a_limit
            an_answer_is_read_as_it_comes
            redirections_are_followed_without_the_token
            an_untrusted_address_must_be_public
            an_untrusted_redirection_must_be_public_too
            what_is_no_call_is_refused
        );
    };
    (@cases $bench:ty: $($case:ident)+) => {$(
        #[test]
        fn $case() {
            $crate::battery::run($crate::battery::$case::<$bench>());
        }
    )+};
}

/// Opens the client of a bench.
pub async fn open<B: Bench>(bench: &B, settings: &[(&str, &str)]) -> Fetch<B::Backend> {
    let environment = bench.environment(settings);
    let settings = <B::Backend as Backend>::Settings::load(&environment).unwrap_or_else(|wrong| panic!("{wrong}"));
    Fetch::setup(settings, &Boot::new(environment)).await.unwrap_or_else(|error| panic!("{error}"))
}
