//! What every guest must do and may not do, whatever it is written in. Each case is mounted once per language.

mod cases;
mod hostile;
mod replaced;

use crate::folder::Language;

macro_rules! battery {
    ($language:ident $module:ident: $($file:ident::$case:ident)+) => {
        mod $module {
            $(
                #[microcore::test]
                async fn $case() {
                    if super::Language::$language.is_there() {
                        super::$file::$case(super::Language::$language).await;
                    }
                }
            )+
        }
    };
}

macro_rules! mounted {
    ($language:ident $module:ident) => {
        battery! { $language $module:
            cases::requests_are_answered
            cases::documents_have_its_routes_while_it_is_there
            cases::inputs_are_checked_before_the_guest_is_asked
            cases::tools_are_those_of_the_application
            cases::an_event_is_repeated_and_its_causes_are_known
            cases::what_fails_for_good_is_a_dead_letter_and_can_be_delivered_again
            cases::bodies_and_answers_are_held_to_their_schemas
            cases::what_the_manifest_does_not_name_is_refused
            hostile::a_call_that_takes_too_long_is_ended_and_others_go_on
            hostile::whoever_spins_is_begun_anew
            hostile::whoever_dies_is_begun_anew
            hostile::whoever_holds_too_much_is_begun_anew
            hostile::a_reply_that_is_none_is_a_failure
            hostile::a_guest_that_keeps_failing_is_left_alone
            hostile::another_token_is_not_let_in
            hostile::another_user_is_not_let_in
            replaced::a_guest_is_dropped_in_replaced_and_removed
            replaced::a_half_written_guest_changes_nothing
            replaced::no_request_fails_while_a_guest_is_replaced
        }
    };
}

mounted!(Python python);
mounted!(Go go);
