//! The application's own command line: `serve | dev | routes | settings | openapi | graph | context | events | jobs | trace |
//! errors | metrics | top | fleet | sidecars | upgrade | migrate | schema | db | check`.
//!
//! In: arguments and [`Surroundings`]. Out: results on stdout, problems on stderr, an exit code:
//! 0 done, 1 failed, 2 wrong arguments or settings.

mod check;
mod context;
mod db;
mod debug_info;
mod dev;
mod errors;
mod events;
mod exit;
mod fleet;
mod found;
mod graph;
mod jobs;
mod line;
mod metrics;
mod migrate;
mod openapi;
mod routes;
mod running;
mod schema;
mod serve;
mod settings;
mod sidecars;
mod statements;
mod surroundings;
mod top;
mod trace;
#[cfg(unix)]
mod upgrade;

use std::ffi::OsString;
use std::process::ExitCode;

pub use self::exit::Exit;
pub use self::surroundings::Surroundings;
use crate::application::Application;
use crate::settings::Environment;

/// What the `main` of an application calls.
pub fn main<A: Application>() -> ExitCode {
    let (mut stdout, mut stderr) = (std::io::stdout(), std::io::stderr());
    let surroundings = Surroundings {
        folder: context::folder(A::MANIFEST.folder),
        environment: Environment::load,
        out: &mut stdout,
        err: &mut stderr,
    };
    run::<A, _>(std::env::args_os(), surroundings)
}

/// Runs one command; `arguments` begin with the program's name.
pub fn run<A: Application, T: Into<OsString> + Clone>(
    arguments: impl IntoIterator<Item = T>,
    mut surroundings: Surroundings<'_>,
) -> ExitCode {
    let manifest = const { &A::MANIFEST };
    let arguments = match line::command_line(manifest).try_get_matches_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return line::refuse(&error, &mut surroundings).into(),
    };
    let exit = match arguments.subcommand() {
        Some(("dev", options)) => dev::run(manifest, options, &mut surroundings),
        Some(("routes", _)) => routes::run(manifest, &mut surroundings),
        Some(("settings", _)) => settings::run(manifest, &mut surroundings),
        Some(("openapi", _)) => openapi::run(manifest, &mut surroundings),
        Some(("graph", options)) => graph::run(manifest, options, &mut surroundings),
        Some(("context", options)) => context::run::<A>(options, &mut surroundings),
        Some(("events", options)) => events::run::<A>(options, &mut surroundings),
        Some(("jobs", options)) => jobs::run::<A>(options, &mut surroundings),
        Some(("trace", options)) => trace::run(options, &mut surroundings),
        Some(("errors", options)) => errors::run(options, &mut surroundings),
        Some(("metrics", _)) => metrics::run(manifest, &mut surroundings),
        Some(("top", options)) => top::run(options, &mut surroundings),
        Some(("fleet", options)) => fleet::run(options, &mut surroundings),
        Some(("sidecars", options)) => sidecars::run(options, &mut surroundings),
        #[cfg(unix)]
        Some(("upgrade", options)) => upgrade::run(manifest, options, &mut surroundings),
        Some(("migrate", options)) => migrate::run::<A>(options, &mut surroundings),
        Some(("schema", _)) => schema::run::<A>(&mut surroundings),
        Some(("db", options)) => db::run::<A>(options, &mut surroundings),
        Some(("check", options)) => check::run::<A>(options, &mut surroundings),
        _ => return serve::run::<A>(&mut surroundings),
    };
    exit.into()
}
