//! Proves that every backend of `state` keeps the contract. In memory, time is tokio's own clock, which the tests move.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]

mod battery;
#[cfg(feature = "redis")]
mod redis;

macro_rules! mount {
    ($($case:ident)+) => {
        mod memory {$(
            #[tokio::test(start_paused = true)]
            async fn $case() {
                crate::battery::$case(crate::battery::state::<microcore_tools::state::Memory>().await).await;
            }
        )+}
    };
}

mount! {
    gives_back_what_was_set
    tells_and_lists_its_keys
    deletes_and_clears
    increments_from_zero_and_atomically
    refuses_to_increment_what_is_no_integer
    namespaces_share_nothing
    what_expired_is_missing_everywhere
    a_window_is_not_extended
    a_value_set_again_gets_its_new_time
}
