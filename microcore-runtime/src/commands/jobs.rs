//! `jobs [next|run|history|pause|resume|status|list|show|cancel|retry|dead]`: what runs at times, and jobs, without the
//! application.

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::application::Application;
use crate::error::Result;
use crate::jobs::{Administered, Asked, Said};
use crate::lifecycle::{Boot, apart, check_environment};
use crate::settings::Environment;

/// How many jobs are listed.
const LISTED: usize = 100;

pub(super) fn run<A: Application>(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let name = |options: &ArgMatches| options.get_one::<String>("schedule").cloned().unwrap_or_default();
    let count = |options: &ArgMatches| options.get_one::<usize>("count").copied().unwrap_or_default();
    let asked = match options.subcommand() {
        Some(("next", options)) => Asked::Next { name: name(options), count: count(options) },
        Some(("run", options)) if options.get_flag("here") => return run_here::<A>(&name(options), surroundings),
        Some(("run", options)) => Asked::Run { name: name(options), wait: options.get_flag("wait") },
        Some(("history", options)) => Asked::History { name: name(options), count: count(options) },
        Some(("pause", options)) => Asked::Pause { name: name(options), by: None },
        Some(("resume", options)) => Asked::Resume { name: name(options), catch_up: options.get_flag("catch-up") },
        Some(("status", _)) => Asked::Status,
        Some(("list", options)) => Asked::Jobs { dead: false, name: job_name(options), count: count(options) },
        Some(("show", options)) => Asked::Job { id: id(options) },
        Some(("cancel", options)) => Asked::Cancel { id: id(options) },
        Some(("retry", options)) => Asked::Retry { id: id(options) },
        Some(("dead", options)) => dead(options),
        _ => Asked::List,
    };
    ask::<A>(asked, surroundings)
}

fn id(options: &ArgMatches) -> i64 {
    options.get_one::<i64>("id").copied().unwrap_or_default()
}

fn job_name(options: &ArgMatches) -> String {
    options.get_one::<String>("name").cloned().unwrap_or_default()
}

fn dead(options: &ArgMatches) -> Asked {
    match options.subcommand() {
        Some(("show", options)) => Asked::Job { id: id(options) },
        Some(("replay", options)) => Asked::Retry { id: id(options) },
        Some(("discard", options)) => Asked::Discard { id: id(options) },
        Some((_, options)) => Asked::Jobs {
            dead: true,
            name: job_name(options),
            count: options.get_one::<usize>("count").copied().unwrap_or_default(),
        },
        None => Asked::Jobs { dead: true, name: String::new(), count: LISTED },
    }
}

/// In this process, which takes no other run meanwhile.
fn run_here<A: Application>(schedule: &str, surroundings: &mut Surroundings<'_>) -> Exit {
    say(surroundings, async |environment: Environment| {
        check_environment::<A>(&environment)?;
        let boot = Boot::new(environment).of(const { &A::MANIFEST }).with("JOBS_RUN", "none");
        apart::<A, _>(boot, async |app: &'static A| app.run_here(schedule).await).await
    })
}

fn ask<A: Application>(asked: Asked, surroundings: &mut Surroundings<'_>) -> Exit {
    say(surroundings, async |environment: Environment| {
        let boot = Boot::new(environment).of(const { &A::MANIFEST });
        <A::Scheduler as Administered<A::Database>>::administer(boot, asked).await
    })
}

fn say(surroundings: &mut Surroundings<'_>, work: impl AsyncFnOnce(Environment) -> Result<Said>) -> Exit {
    let environment = match (surroundings.environment)() {
        Ok(environment) => environment,
        Err(problems) => {
            surroundings.settings(&problems);
            return Exit::Refused;
        }
    };
    // Of the kind that may block in place: a database tool may want to.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    let said = match runtime {
        Ok(runtime) => runtime.block_on(work(environment)),
        Err(error) => Err(error.into()),
    };
    match said {
        Ok(said) => {
            let written = surroundings.result(&said.text);
            if said.failed { Exit::Failed } else { written }
        }
        Err(error) => {
            surroundings.error(error.to_string());
            Exit::Failed
        }
    }
}
