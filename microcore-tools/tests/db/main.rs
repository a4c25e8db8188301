//! Proves that every backend of `db` keeps the contract: the battery is written once and mounted per backend.

#![expect(clippy::unwrap_used, reason = "a test may end in a panic")]
#![allow(clippy::large_futures, reason = "those of a connection by TLS are, and a test waits for one at a time")]

// `#[derive(Row)]` names `::microcore::__private`; in this binary that is the tools' own.
extern crate self as microcore;

#[doc(hidden)]
pub mod __private {
    pub use microcore_tools::__private::*;
}

#[cfg(unix)]
mod bouncer;
mod calls;
mod changed;
mod cluster;
#[cfg(feature = "sqlite")]
mod crash;
mod differential;
mod disk;
mod exceptions;
mod fixture;
#[cfg(feature = "sqlite")]
mod grouping;
mod guest;
#[cfg(feature = "sqlite")]
mod inserted;
mod jobs;
mod json;
#[cfg(feature = "sqlite")]
mod log;
mod migration;
mod outage;
mod outbox;
mod parity;
#[cfg(unix)]
mod pooler;
#[cfg(feature = "sqlite")]
mod reading;
mod rows;
mod schema;
mod session;
mod stopping;
mod stored_jobs;
mod timers;
#[cfg(feature = "postgres-tls")]
mod tls;
mod transaction;

/// Mounts one test per case and backend.
macro_rules! mount {
    ($($module:ident: $($case:ident)+;)+) => {
        mount!(sqlite_file: $($module: $($case)+;)+);
        mount!(sqlite_memory: $($module: $($case)+;)+);
        mount!(postgres: $($module: $($case)+;)+);
    };
    ($place:ident: $($module:ident: $($case:ident)+;)+) => {
        mod $place {
            $(mod $module {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let Some(place) = crate::fixture::$place().await else { return };
                    crate::$module::$case(place.db.clone()).await;
                }
            )+})+
        }
    };
}

/// Mounts one test per case and backend, on a database that is opened more than once.
macro_rules! mount_homes {
    ($($module:ident: $($case:ident)+;)+) => {
        mount_homes!(sqlite_home: $($module: $($case)+;)+);
        mount_homes!(postgres_home: $($module: $($case)+;)+);
    };
    ($home:ident: $($module:ident: $($case:ident)+;)+) => {
        mod $home {
            $($(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    let Some(home) = crate::fixture::$home().await else { return };
                    crate::$module::$case(home).await;
                }
            )+)+
        }
    };
}

mount_homes! {
    migration:
    each_is_applied_once_in_order_of_dependencies
    a_flag_leaves_them_to_the_command
    an_edited_file_stops_everything
    a_failing_file_leaves_nothing
    a_commit_inside_is_refused_before_anything_runs
    a_ring_and_a_missing_dependency_are_errors
    dropped_and_renamed_tables_do_not_come_back
    a_rebuilt_table_is_not_replayed_and_keeps_its_children
    of_many_migrators_each_applies_what_the_others_did_not
    of_two_processes_each_migrates_what_the_other_did_not
    the_status_tells_applied_pending_edited_and_missing
    every_step_is_told
    columns_are_found_again_after_another_process_changed_them
    what_is_committed_after_a_rollback_is_seen_by_another_process
    a_transaction_inside_is_refused_by_name
    a_mark_and_a_number_of_another_width_are_no_trouble
    one_statement_runs_outside_of_a_transaction;
    changed:
    a_call_goes_on_after_a_table_was_changed
    a_transaction_goes_on_after_a_table_was_changed
    a_column_that_was_missing_is_found_once_it_is_there
    transactions_in_conflict_are_tried_again
    other_failures_are_not_tried_again;
}

mount! {
    guest:
    guests_give_and_get_values_of_few_kinds
    a_guests_statement_is_looked_at_and_not_run
    a_guests_transaction_is_kept_or_undone;
    calls:
        counts_what_it_changes
        an_insert_tells_its_count_whatever_the_key
        finds_rows_or_says_that_there_are_none
        many_in_one_transaction_or_none
        violations_tell_kind_table_and_columns
        an_unavailable_database_answers_503
        parameters_must_match_the_statement
        what_has_no_type_of_its_own_takes_that_of_the_value
        one_value_needs_no_tuple
        placeholders_in_literals_and_comments_are_text
        numbers_repeat_and_pass_ten
        a_reading_word_that_writes_is_written
        an_unreadable_returning_writes_nothing
        handlers_infer_what_they_read
        an_error_has_written_nothing
        a_parameter_may_be_asked_whether_it_is_null
        a_list_of_values_binds
        a_nul_is_refused
        it_is_healthy_until_it_is_shut_down;
    json:
        it_is_what_serde_writes
        it_is_long_lists_too
        what_the_schema_forbids_is_an_error
        what_a_column_can_not_hold_is_refused;
    rows:
        values_come_back_as_they_went_in
        every_type_comes_back_from_its_column
        null_is_null_in_every_column_and_nothing_else_is
        times_of_the_engine_itself_are_in_utc
        finer_than_a_microsecond_is_cut_and_other_calendars_are_refused
        a_number_as_text_finds_the_row_of_that_number
        numbers_that_a_column_adds_up_keep_their_type
        structs_are_read_by_name
        what_does_not_fit_is_an_error
        values_without_an_exact_form_are_refused
        a_document_is_read_into_a_type
        a_row_is_flattened_into_another;
    schema:
        it_has_columns_defaults_and_keys;
    transaction:
        commits_what_succeeded
        rolls_back_what_failed_and_stays_clean
        a_commit_that_fails_leaves_nothing
        rows_behind_one_that_fails_change_nothing
        one_that_asks_nothing_ends_well
        a_panic_rolls_back
        a_cancelled_one_rolls_back_and_frees_the_writer
        others_never_see_what_is_not_committed
        a_nested_one_is_undone_alone
        an_abandoned_nested_one_is_undone
        a_cancelled_call_ends_it
        read_modify_write_is_serialised
        a_write_beside_it_is_refused_at_once
        work_that_it_spawned_neither_joins_nor_loses_it
        a_failed_call_ends_it_on_every_engine;
    stopping:
        a_cancelled_statement_stops
        a_statement_that_takes_too_long_is_busy;
}

/// Cases of one backend only, mounted the same way.
mod only_sqlite {
    macro_rules! mount {
        ($($module:ident: $($case:ident)+;)+) => {
            $(mod $module {$(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $case() {
                    crate::$module::$case(crate::fixture::waiting::<microcore_tools::db::Sqlite>("2s").await).await;
                }
            )+})+
        };
    }

    mount! {
        grouping:
            each_has_its_own_result
            a_first_one_that_fails_leaves_the_others_whole
            a_deferred_violation_is_the_error_of_its_own_call
            one_that_rolls_everything_back_takes_only_itself_along
            nothing_is_left_of_one_that_fails_however_it_does
            a_row_that_can_not_be_read_undoes_its_own_statement
            one_without_its_row_undoes_nothing_of_others
            a_panic_reaches_its_own_caller
            a_call_that_was_given_up_in_the_queue_never_runs
            a_full_queue_keeps_calls_waiting_and_then_turns_them_away
            lists_share_a_transaction_too
            a_paused_clock_cuts_no_wait_short
            statements_outside_of_transactions_stand_alone;
        inserted:
            it_is_the_key_that_the_table_has
            a_row_that_was_left_out_has_none
            what_steps_in_later_is_seen;
        json:
            a_value_of_another_type_is_an_error;
        log:
            it_begins_anew_while_writes_go_on
            a_long_read_holds_it_back_and_no_longer;
        reading:
            a_long_one_gives_what_a_short_one_would
            a_long_one_holds_no_worker
            what_can_not_be_interrupted_begins_elsewhere
            what_held_the_worker_is_read_elsewhere_the_next_time
            a_call_that_is_not_read_here_is_tried_here_once
            more_long_ones_than_readers_wait_in_turn
            one_that_nobody_waits_for_any_more_ends
            a_changed_schema_is_seen
            a_large_schema_that_another_process_changed_is_read
            none_is_answered_after_the_end;
    }
}
