//! Runs the application until it is told to stop.
//!
//! In: the environment. Out: the exit code: 0 where it served and stopped, 2 where settings or migrations are wrong, 1
//! where the application can't serve, or where its stop was cut short: by a second signal, or by `STOP_TIMEOUT`.

use std::io::Write as _;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::entry::Entry;
use super::signals;
use super::stop::{Doing, REQUESTS};
use crate::application::Application;
use crate::context;
use crate::error::{Error, Result};
use crate::lifecycle::{Boot, Late, ProcessSettings, Stop, StopSettings};
#[cfg(feature = "otlp")]
use crate::otlp::{Export, OtlpSettings};
use crate::response;
use crate::server::{self, EventLoops, Inherited, ServerHandle, ServerSettings, Sockets, Verified};
use crate::settings::{Environment, Problems, Settings};
use crate::system;

/// How long the end of the process waits for threads that still block, when everything has ended that was waited for.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Checks the settings, boots the application and serves it until SIGTERM or ctrl-c.
pub fn serve_application<A: Application>() -> ExitCode {
    // First of all: it reads what only a process without threads may change.
    let entry = match Entry::of_this_process(const { &A::MANIFEST }) {
        Ok(entry) => entry,
        Err(error) => {
            complain(&error);
            return if error.find::<Problems>().is_some() { ExitCode::from(2) } else { ExitCode::FAILURE };
        }
    };
    let checked = Environment::load().and_then(|environment| {
        check_environment::<A>(&environment)?;
        let settings = ServerSettings::load(&environment)?.verify()?;
        Ok((environment, settings))
    });
    let (environment, settings) = match checked {
        Ok(checked) => checked,
        Err(problems) => {
            complain(&problems);
            entry.refuse(&problems);
            return ExitCode::from(2);
        }
    };
    let ended = runtime(settings.worker_count()).and_then(|runtime| {
        let ended = runtime.block_on(run::<A>(environment, settings, entry));
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
    // The values are read again when they are needed.
    let _ = ProcessSettings::read(environment, &mut problems);
    #[cfg(feature = "otlp")]
    let _ = OtlpSettings::read(environment, &mut problems);
    // What can't be read of it is told by the tool `http`, whose settings these are.
    if let Ok(settings) = ServerSettings::load(environment) {
        system::verify(&settings, const { &A::MANIFEST }, &mut problems);
    }
    if let Err(others) = A::check_settings(environment) {
        others.iter().for_each(|problem| problems.add(&problem.name, &problem.message));
    }
    problems.into_result()
}

/// Boots, tells the tool `http`, and gives the server that is about to serve.
///
/// The listener is bound before anything starts: a port that is taken must not cost a migration.
pub async fn boot<A: Application>(boot: Boot, settings: Verified) -> Result<Booted<A>> {
    boot_on(boot, settings, None).await
}

/// The same on sockets that were given, where there are some.
async fn boot_on<A: Application>(boot: Boot, settings: Verified, given: Option<Inherited>) -> Result<Booted<A>> {
    response::adopt(const { &A::MANIFEST.replies })?;
    context::answer_tools();
    let process = ProcessSettings::load(&boot.environment)?;
    let sockets = Sockets::open(&settings, given).await?;
    let kept = sockets.keep()?;
    let Sockets { listener, system, loops, were_given } = sockets;
    let stop = CancellationToken::new();
    let handle = ServerHandle::of(&listener, stop.clone())?.beside(system.as_ref())?;
    let (limits, doing) = (StopSettings::of(&process), Doing::default());
    let app = A::boot(boot.clone()).await?;
    let down = app.report();
    if process.strict_boot && !down.is_empty() {
        app.shutdown(Stop::begin(limits, doing)).await;
        let down: Vec<String> = down.iter().map(ToString::to_string).collect();
        return Err(Error::internal(format!("STRICT_BOOT: not everything started\n{}", down.join("\n"))));
    }
    app.online(handle.clone());
    #[cfg(feature = "otlp")]
    let export = {
        let inside = app.inside().of_application(app);
        Export::begin(&OtlpSettings::load(&boot.environment)?, const { &A::MANIFEST }, inside)?
    };
    let settings = settings.out_of(boot.environment.clone()).keeping(kept);
    let late = Late::new(boot, &process, stop.clone());
    Ok(Booted {
        app,
        handle,
        settings,
        listener,
        system,
        loops,
        were_given,
        stop,
        limits,
        doing,
        late,
        #[cfg(feature = "otlp")]
        export,
    })
}

/// Boots the application for one piece of work, and ends it behind that: nothing listens.
pub async fn apart<A: Application, T>(boot: Boot, work: impl AsyncFnOnce(&'static A) -> Result<T>) -> Result<T> {
    response::adopt(const { &A::MANIFEST.replies })?;
    context::answer_tools();
    let limits = StopSettings::of(&ProcessSettings::load(&boot.environment)?);
    let app = A::boot(boot).await?;
    let done = work(app).await;
    app.halt(Duration::ZERO);
    app.shutdown(Stop::begin(limits, Doing::default())).await;
    done
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
    /// Of the system pages, where they have one of their own.
    system: Option<TcpListener>,
    loops: EventLoops,
    were_given: bool,
    stop: CancellationToken,
    limits: StopSettings,
    doing: Doing,
    late: Late,
    #[cfg(feature = "otlp")]
    export: Option<Export>,
}

#[cfg(unix)]
impl<A> Booted<A> {
    /// Its sockets, for a process that takes over.
    pub(super) fn kept(&self) -> &server::Kept {
        self.settings.kept()
    }

    /// How long its end may take.
    pub(super) fn time_to_stop(&self) -> Duration {
        self.limits.by_force()
    }

    /// Where it can be asked to hand over.
    pub(super) fn control(&self, boot: &Boot) -> Option<std::path::PathBuf> {
        let set = ProcessSettings::load(&boot.environment).ok().and_then(|process| process.control_socket);
        let name = crate::manifest::Manifest::of(boot).name;
        crate::handover::control::path(&boot.environment, set.as_deref(), name, self.settings.port)
    }
}

impl<A: Application> Booted<A> {
    /// Serves until stopped; then in-flight requests, accepted events, plugins and tools end in this order, all of them
    /// within `STOP_TIMEOUT`.
    pub async fn serve(self) {
        let Self { app, handle, settings, listener, system, mut loops, stop, limits, doing, late, .. } = self;
        #[cfg(feature = "otlp")]
        let export = self.export;
        let late = tokio::spawn(app.late(late, handle));
        // What a stop has for its requests is part of the whole.
        let settings = settings.draining_within(limits.shared());
        let drain = settings.drain_timeout;
        let beside = system.map(|listener| server::serve_system(app, listener, settings.beside(), stop.clone()));
        let served = async {
            let public = async {
                if let Err(error) = loops.serve(app, listener, settings, stop.clone()).await {
                    tracing::error!("can't serve: {error}");
                }
                // Where it could not serve, nobody has asked for the stop.
                stop.cancel();
            };
            let beside = async {
                if let Some(serving) = beside {
                    serving.await;
                }
            };
            tokio::join!(public, beside);
        };
        let begun = async {
            stop.cancelled().await;
            let begun = Stop::begin(limits, doing);
            app.halt(drain);
            begun.works_on(REQUESTS);
            begun
        };
        let ((), stop) = tokio::join!(served, begun);
        stop.works_on("a plugin that boots late");
        if timeout(stop.plugins(), late).await.is_err() {
            tracing::error!("a plugin that booted late is not through with `on_boot`");
        }
        // The event loops last until here: what handlers started runs on them.
        app.shutdown(stop.clone()).await;
        // The last requests and deliveries are in it, and what the stop itself has said.
        #[cfg(feature = "otlp")]
        if let Some(export) = export {
            stop.works_on("the last records for the collector");
            export.finish(stop.left()).await;
        }
        drop((loops, stop));
    }
}

async fn run<A: Application>(environment: Environment, settings: Verified, mut entry: Entry) -> Result<()> {
    let ran = serve::<A>(environment, settings, &mut entry).await;
    if let Err(error) = &ran {
        entry.refuse(error);
    }
    ran
}

async fn serve<A: Application>(environment: Environment, settings: Verified, entry: &mut Entry) -> Result<()> {
    let (manifest, started) = (const { &A::MANIFEST }, Instant::now());
    let scheme = settings.scheme();
    let boot = Boot::new(environment).of(manifest);
    entry.check::<A>(&boot).await?;
    let booted = boot_on::<A>(boot.clone(), settings, entry.sockets()).await?;
    let Some(begun) = entry.begin(&booted, &boot).await else {
        booted.app.shutdown(Stop::begin(booted.limits, booted.doing)).await;
        return Err(Error::internal("the process that has started this one is gone, or wants it no more"));
    };
    // Before the line below: who reads it may ask for the stop.
    signals::watch(booted.handle.clone(), booted.doing.clone(), booted.limits.by_force(), begun.upgrades)?;
    if !begun.is_behind {
        tracing::info!(
            "{} {} serves {scheme}://{} after {:?}",
            manifest.name,
            manifest.version,
            booted.handle.local_address(),
            started.elapsed()
        );
        if booted.were_given {
            tracing::info!(
                "it was started with the socket that it listens on: HTTP_HOST and HTTP_PORT count for nothing"
            );
        }
        let (public, own) = (booted.handle.local_address(), booted.handle.system_address());
        tracing::info!("{}", system::told(&booted.settings, public, own));
    }
    booted.serve().await;
    begun.leaves.await;
    tracing::info!("stopped");
    Ok(())
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
