//! `check`: what is wrong, and what compiles but is odd.

use clap::ArgMatches;

use super::{Exit, Surroundings, events};
use crate::application::Application;
use crate::lifecycle::check_environment;
use crate::manifest::warnings;

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut errors = 0;
    if let Err(problems) = (surroundings.environment)().and_then(|environment| check_environment::<A>(&environment)) {
        errors += problems.iter().count();
        surroundings.settings(&problems);
    }
    if let Err(error) = A::tables() {
        errors += 1;
        surroundings.error(format_args!("the migrations can't be read: {}", error.chain()));
    }
    for broken in events::broken_promises(const { &A::MANIFEST }, surroundings) {
        errors += 1;
        surroundings.error(broken);
    }
    let warnings = warnings(const { &A::MANIFEST }, A::CHOSEN_TOOLS);
    for warning in &warnings {
        surroundings.warning(warning);
    }
    let written =
        surroundings.result(&format!("{}, {}\n", counted(errors, "error"), counted(warnings.len(), "warning")));
    if errors > 0 || (options.get_flag("deny-warnings") && !warnings.is_empty()) { Exit::Failed } else { written }
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
