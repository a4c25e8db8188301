//! `check`: what is wrong, and what compiles but is odd. With `--database`, what the live database says of the SQL too.

use clap::ArgMatches;

use super::found::{Found, counted};
use super::{Exit, Surroundings, db, debug_info, events, statements};
use crate::application::Application;
use crate::jobs::Administered;
use crate::lifecycle::{Boot, check_environment};
use crate::manifest::warnings;
use crate::metrics;
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
    if let Ok(environment) = (surroundings.environment)() {
        let boot = Boot::new(environment).of(const { &A::MANIFEST });
        for oddity in <A::Scheduler as Administered<A::Database>>::oddities(&boot) {
            found.warnings += 1;
            surroundings.warning(oddity);
        }
    }
    let series = metrics::series(const { &A::MANIFEST });
    if series > metrics::LIMIT {
        found.warnings += 1;
        surroundings.warning(format_args!(
            "/metrics tells about {series} series, and stores often take {} of one target: see `metrics`",
            metrics::LIMIT
        ));
    }
    if let Some(finding) = debug_info::finding(const { &A::MANIFEST }.folder) {
        found.warnings += 1;
        surroundings.warning(finding);
    }
    let mut prepared = String::new();
    if options.get_flag("database") {
        if settings_are_right {
            prepared = statements::check::<A>(&mut found, surroundings);
            in_flight::<A>(&mut found, surroundings);
        } else {
            surroundings.progress("the database was not asked: the settings are wrong");
        }
    }
    let summary = format!("{prepared}{}, {}\n", counted(found.errors, "error"), counted(found.warnings, "warning"));
    let written = surroundings.result(&summary);
    let failed = found.errors > 0 || (options.get_flag("deny-warnings") && found.warnings > 0);
    if failed { Exit::Failed } else { written }
}

/// What jobs under way would miss in this build: said before it is deployed.
fn in_flight<A: Application>(found: &mut Found, surroundings: &mut Surroundings<'_>) {
    if !const { &A::MANIFEST }.keeps_runs() {
        return;
    }
    let asked =
        async |_, boot: &Boot, _: &mut _| <A::Scheduler as Administered<A::Database>>::in_flight(boot.clone()).await;
    match db::ask::<A, _>(surroundings, asked) {
        Ok(missing) => {
            for missing in missing {
                found.errors += 1;
                surroundings.error(missing);
            }
        }
        Err(_) => found.errors += 1,
    }
}
