//! Runs the application until it is told to stop.
//!
//! In: the environment. Out: the exit code: 2 where settings or migrations are wrong, 1 where the application can't
//! serve.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use super::signals;
use crate::application::Application;
use crate::error::{Error, Result};
use crate::lifecycle::Boot;
use crate::server::{self, EventLoops, ServerHandle, ServerSettings, Verified};
use crate::settings::{Environment, Key, Problems, Settings};

/// What the process itself reads, besides the tools and the plugins.
pub const PROCESS_SETTINGS: &[Key] = &[Key {
    name: "STRICT_BOOT",
    doc: "Whether a tool or plugin that can't start ends the process",
    expects: "true or false",
    default: Some("false"),
    required: false,
    secret: false,
    within: None,
}];

/// How long the end of the process waits for threads that still block, when everything has ended that was waited for.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Checks the settings, boots the application and serves it until SIGTERM or ctrl-c.
pub fn serve_application<A: Application>() -> ExitCode {
    let checked = Environment::load().and_then(|environment| {
        check_environment::<A>(&environment)?;
        let settings = ServerSettings::load(&environment)?.verify()?;
        Ok((environment, settings))
    });
    let (environment, settings) = match checked {
        Ok(checked) => checked,
        Err(problems) => {
            complain(&problems);
            return ExitCode::from(2);
        }
    };
    let ended = runtime(settings.worker_count()).and_then(|runtime| {
        let ended = runtime.block_on(run::<A>(environment, settings));
        // A handler that blocks its thread has had its deadline, and would be waited for without one.
        runtime.shutdown_timeout(LAST_WAIT);
        ended
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error);
            if error.find::<Problems>().is_some() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}

/// Everything that is wrong with the settings, the process's own included.
pub fn check_environment<A: Application>(environment: &Environment) -> Result<(), Problems> {
    let mut problems = Problems::default();
    strict_boot(environment, &mut problems);
    if let Err(others) = A::check_settings(environment) {
        others.iter().for_each(|problem| problems.add(&problem.name, &problem.message));
    }
    problems.into_result()
}

/// Boots, tells the tool `http`, and gives the server that is about to serve.
///
/// The listener is bound before anything starts: a port that is taken must not cost a migration.
pub async fn boot<A: Application>(boot: Boot, settings: Verified) -> Result<Booted<A>> {
    let strict = strict_boot(&boot.environment, &mut Problems::default());
    let listener = server::bind(&settings).await?;
    let loops = EventLoops::start(&settings, &listener)?;
    let stop = CancellationToken::new();
    let handle = ServerHandle::of(&listener, stop.clone())?;
    let app = A::boot(boot).await?;
    let down = app.report();
    if strict && !down.is_empty() {
        app.shutdown(settings.drain_timeout).await;
        let down: Vec<String> = down.iter().map(ToString::to_string).collect();
        return Err(Error::internal(format!("STRICT_BOOT: not everything started\n{}", down.join("\n"))));
    }
    app.online(handle.clone());
    Ok(Booted { app, handle, settings, listener, loops, stop })
}

/// An application that is ready to serve.
#[derive(Debug)]
pub struct Booted<A: 'static> {
    /// The application.
    pub app: &'static A,
    /// Its server.
    pub handle: ServerHandle,
    settings: Verified,
    listener: TcpListener,
    loops: EventLoops,
    stop: CancellationToken,
}

impl<A: Application> Booted<A> {
    /// Serves until stopped; then in-flight requests, accepted events, plugins and tools end in this order.
    pub async fn serve(mut self) {
        let drain_timeout = self.settings.drain_timeout;
        if let Err(error) = self.loops.serve(self.app, self.listener, self.settings, self.stop).await {
            tracing::error!("can't serve: {error}");
        }
        // The event loops last until here: what handlers started runs on them.
        self.app.shutdown(drain_timeout).await;
    }
}

async fn run<A: Application>(environment: Environment, settings: Verified) -> Result<()> {
    let (manifest, started) = (const { &A::MANIFEST }, Instant::now());
    let scheme = settings.scheme();
    let booted = boot::<A>(Boot { environment, manifest, test: false }, settings).await?;
    let handle = booted.handle.clone();
    tracing::info!(
        "{} {} serves {scheme}://{} after {:?}",
        manifest.name,
        manifest.version,
        handle.local_address(),
        started.elapsed()
    );
    let asked = tokio::spawn(async move {
        signals::asked_to_stop().await;
        tracing::info!("stopping: no new requests, those in flight are finished");
        handle.stop();
        // Who asks twice does not want to wait.
        signals::asked_to_stop().await;
        tracing::warn!("asked again: stopping at once");
        std::process::exit(1);
    });
    booted.serve().await;
    asked.abort();
    tracing::info!("stopped");
    Ok(())
}

fn strict_boot(environment: &Environment, problems: &mut Problems) -> bool {
    problems.read(environment, &PROCESS_SETTINGS[0]).unwrap_or_default()
}

/// One worker is a runtime of one thread: what hands tasks from thread to thread would be paid for nothing.
///
/// Where requests have event loops of their own, this one is left with accepted events and jobs, which may use every
/// core when requests do not.
fn runtime(workers: usize) -> Result<Runtime> {
    let mut builder = if workers == 1 { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    if workers > 1 {
        builder.worker_threads(workers);
    }
    Ok(builder.enable_all().build()?)
}

/// On stderr, and not through the log: the logger may be what can't start.
fn complain(problem: &dyn std::fmt::Display) {
    let text: Vec<String> = problem.to_string().lines().map(|line| format!("error: {line}")).collect();
    // Nobody is left to be told that stderr is closed.
    let _ = writeln!(std::io::stderr(), "{}", text.join("\n"));
}
