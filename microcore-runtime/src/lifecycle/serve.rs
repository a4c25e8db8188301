//! Runs the application until it is told to stop.
//!
//! In: the environment. Out: the exit code, 2 where settings are wrong.

use std::io::Write as _;
use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};

use crate::application::Application;
use crate::error::Result;
use crate::lifecycle::Boot;
use crate::settings::{Environment, Key, Problems};

/// What the process itself reads, besides the tools and the plugins.
pub const SERVER_SETTINGS: &[Key] = &[Key {
    name: "HTTP_WORKERS",
    doc: "Threads that serve; one per core where unset",
    expects: "a whole number",
    default: None,
    required: false,
    secret: false,
}];

/// Checks the settings, boots the application and runs it.
pub fn serve_application<A: Application>() -> ExitCode {
    let (environment, workers) = match checked::<A>() {
        Ok(checked) => checked,
        Err(problems) => {
            complain(&problems);
            return ExitCode::from(2);
        }
    };
    match runtime(workers).and_then(|runtime| runtime.block_on(run::<A>(environment))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{}", error.chain());
            complain(&error);
            ExitCode::FAILURE
        }
    }
}

/// Everything that is wrong with the settings, the process's own included.
pub fn check_settings<A: Application>(environment: &Environment) -> Result<(), Problems> {
    let mut problems = Problems::default();
    read_workers(environment, &mut problems);
    if let Err(others) = A::check_settings(environment) {
        others.iter().for_each(|problem| problems.add(&problem.name, &problem.message));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn checked<A: Application>() -> Result<(Environment, Option<usize>), Problems> {
    let environment = Environment::load()?;
    check_settings::<A>(&environment)?;
    let workers = read_workers(&environment, &mut Problems::default());
    Ok((environment, workers))
}

/// `None` for one worker per core.
fn read_workers(environment: &Environment, problems: &mut Problems) -> Option<usize> {
    let workers = problems.read::<Option<usize>>(environment, &SERVER_SETTINGS[0])??;
    if workers == 0 {
        problems.add(SERVER_SETTINGS[0].name, "must be at least 1");
        return None;
    }
    Some(workers)
}

fn runtime(workers: Option<usize>) -> Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if let Some(workers) = workers {
        builder.worker_threads(workers);
    }
    Ok(builder.enable_all().build()?)
}

// The server takes the place of the wait for ctrl-c.
async fn run<A: Application>(environment: Environment) -> Result<()> {
    let manifest = const { &A::MANIFEST };
    let application = A::boot(Boot { environment, manifest, test: false }).await?;
    for down in application.report() {
        tracing::error!("{down}");
    }
    tracing::info!("{} {} is up", manifest.name, manifest.version);
    let stopped = tokio::signal::ctrl_c().await;
    application.shutdown().await;
    Ok(stopped?)
}

/// On stderr, and not through the log: the logger may be what can't start.
fn complain(problem: &dyn std::fmt::Display) {
    // Nobody is left to be told that stderr is closed.
    let _ = writeln!(std::io::stderr(), "{}", prefixed(&problem.to_string()));
}

fn prefixed(text: &str) -> String {
    text.lines().map(|line| format!("error: {line}")).collect::<Vec<_>>().join("\n")
}
