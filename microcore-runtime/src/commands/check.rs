//! `check`: what is wrong, and what compiles but is odd. With `--database`, what the live database says of the SQL too.

use clap::ArgMatches;

use super::found::{Found, counted};
use super::{Exit, Surroundings, debug_info, events, statements};
use crate::application::Application;
use crate::lifecycle::check_environment;
use crate::manifest::warnings;
use crate::openapi::clashes;
use crate::server::ServerSettings;
use crate::settings::Settings as _;
use crate::system;

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let mut found = Found::default();
    if let Err(problems) = (surroundings.environment)().and_then(|environment| check_environment::<A>(&environment)) {
        found.errors += problems.iter().count();
        surroundings.settings(&problems);
    }
    let settings_are_right = found.errors == 0;
    if let Err(error) = A::tables() {
        found.errors += 1;
        surroundings.error(format_args!("the migrations can't be read: {error}"));
    }
    for broken in events::broken_promises(const { &A::MANIFEST }, surroundings) {
        found.errors += 1;
        surroundings.error(broken);
    }
    for clash in clashes(const { &A::MANIFEST }) {
        found.errors += 1;
        surroundings.error(clash);
    }
    for warning in warnings(const { &A::MANIFEST }, A::CHOSEN_TOOLS) {
        found.warnings += 1;
        surroundings.warning(warning);
    }
    if let Ok(settings) = (surroundings.environment)().and_then(|environment| ServerSettings::load(&environment)) {
        for finding in system::findings(&settings) {
            found.warnings += 1;
            surroundings.warning(finding);
        }
    }
    if let Some(finding) = debug_info::finding(const { &A::MANIFEST }.folder) {
        found.warnings += 1;
        surroundings.warning(finding);
    }
    let mut prepared = String::new();
    if options.get_flag("database") {
        if settings_are_right {
            prepared = statements::check::<A>(&mut found, surroundings);
        } else {
            surroundings.progress("the database was not asked: the settings are wrong");
        }
    }
    let summary = format!("{prepared}{}, {}\n", counted(found.errors, "error"), counted(found.warnings, "warning"));
    let written = surroundings.result(&summary);
    let failed = found.errors > 0 || (options.get_flag("deny-warnings") && found.warnings > 0);
    if failed { Exit::Failed } else { written }
}
