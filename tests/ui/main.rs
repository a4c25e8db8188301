//! What rustc shows to whoever makes a mistake: one file per rule, its words beside it. See `README.md`.

/// One run for both kinds, so that the dependencies are built once.
#[test]
fn mistakes_are_reported_in_place_and_their_twins_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*/fail/*.rs");
    cases.pass("tests/ui/*/pass/*.rs");
}
