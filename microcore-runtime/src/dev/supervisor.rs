//! The foreground of `dev`: builds what was saved, lets the old process leave and the new one begin, and says so.

use std::io::{self, BufRead as _, Write};
use std::net::TcpListener as Plain;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio_util::sync::CancellationToken;

use super::Asked;
use super::build::Build;
use super::failure::Failure;
use super::front::Front;
use super::stage::{Stage, State};
use super::watcher::Watcher;
use crate::error::Result;
use crate::handover::channel::{FromNew, FromOld, Left};
use crate::handover::{Program, Successor};
use crate::manifest::Manifest;
use crate::server::{ServerSettings, bind};

/// What is saved in one go is built in one go.
const QUIET: Duration = Duration::from_millis(50);
/// The shortest pause between two looks; a look that takes long makes it longer, so that looking is never 2% of a core.
const PAUSE: Duration = Duration::from_millis(50);
/// Requests in flight have so long.
const DRAIN: Duration = Duration::from_secs(2);
/// The whole end of a process: requests, accepted events, plugins, tools.
const STOP: Duration = Duration::from_secs(12);

/// One session.
pub(crate) struct Supervisor<'o> {
    application: &'static str,
    build: Build,
    program: PathBuf,
    settings: ServerSettings,
    /// Where the application listens; it has a copy.
    inner: Plain,
    stage: Arc<Stage>,
    running: Option<Successor>,
    left: Left,
    out: &'o mut dyn Write,
}

impl<'o> Supervisor<'o> {
    /// Over the application in this folder.
    pub(crate) fn new(
        manifest: &'static Manifest,
        settings: ServerSettings,
        asked: &Asked,
        out: &'o mut dyn Write,
    ) -> Result<Self> {
        let folder = PathBuf::from(manifest.folder);
        let program = std::env::current_exe()?;
        let name = program.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let build = Build { folder: folder.clone(), program: name, besides: asked.cargo.clone() };
        let mut watcher = Watcher::of(folder);
        watcher.read(&program);
        let stage = Arc::new(Stage::new(watcher, asked.hold));
        let mut settings = settings;
        settings.port = asked.port.unwrap_or(settings.port);
        let inner = Plain::bind("127.0.0.1:0")?;
        let left = Left::new();
        Ok(Self { application: manifest.name, build, program, settings, inner, stage, running: None, left, out })
    }

    /// Until it is told to end.
    pub(crate) async fn run(mut self) -> Result<()> {
        let listener = bind(&self.settings).await?;
        let address = listener.local_addr()?;
        let front = Front { stage: self.stage.clone(), application: self.inner.local_addr()? };
        let fronting = tokio::spawn(front.accept(listener));
        let stage = self.stage.clone();
        let looking = tokio::spawn(async move {
            loop {
                let took = stage.look();
                tokio::time::sleep(PAUSE.max(took * 50)).await;
            }
        });
        let mut keys = keys()?;
        let ends = ends();
        let (files, folders) = self.stage.watcher(|watcher| watcher.size());
        self.say(&format!(
            "serving http://{address}   watching {files} files, {folders} folders     r⏎ rebuilds, q⏎ ends"
        ));
        // What was saved since this program was built is seen by cargo only.
        self.change(true).await;
        loop {
            let stage = self.stage.clone();
            tokio::select! {
                biased;
                () = ends.cancelled() => break,
                key = keys.recv() => match key.as_deref().map(str::trim) {
                    Some("q") => break,
                    Some("r") => self.change(true).await,
                    Some(_) => {}
                    // Without a terminal there are no keys.
                    None => keys = unbounded_channel().1,
                },
                () = stage.changes() => {
                    let changed = stage.quiet(QUIET).await;
                    self.changed(&changed).await;
                }
                reason = ended(&mut self.running) => self.fell(&reason),
            }
        }
        self.retire().await;
        fronting.abort();
        looking.abort();
        Ok(())
    }

    async fn changed(&mut self, changed: &[PathBuf]) {
        let mut names: Vec<String> =
            self.stage.watcher(|watcher| changed.iter().map(|path| watcher.name(path).to_string()).collect());
        names.sort();
        names.dedup();
        let more = names.len().saturating_sub(3);
        let names = names.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        self.line("changed", &format!("{names}{more}"));
        // Settings are read at the boot, and no compiler knows of them.
        let must = self.running.is_none() || changed.iter().any(|path| path.ends_with(".env"));
        self.change(must).await;
    }

    /// Builds, and replaces the process where there is another program, or where it must be.
    async fn change(&mut self, must: bool) {
        let begun = Instant::now();
        self.stage.waited();
        let cargo = self.build.clone();
        let built = tokio::task::spawn_blocking(move || cargo.run()).await;
        let built = built.unwrap_or_else(|error| Err(Failure::of_build(&[], &error.to_string())));
        let took = begun.elapsed();
        let built = match built {
            Ok(built) => built,
            Err(failure) => {
                let serves = self.running.is_some();
                let note = if serves { "    (the last good build serves)" } else { "" };
                self.line("failed", &format!("{}{note}", failure.line()));
                let failure = Arc::new(failure);
                return self.stage.settle(if serves { State::Stale(failure) } else { State::Down(failure) });
            }
        };
        self.program.clone_from(&built.path);
        self.stage.watcher(|watcher| watcher.read(&built.path));
        if built.is_fresh && !must {
            self.line("same", &format!("nothing to build, after {}", seconds(took)));
            return self.stage.settle(State::Live);
        }
        self.stage.settle(State::Changing);
        let draining = Instant::now();
        self.retire().await;
        let drained = draining.elapsed();
        let booting = Instant::now();
        match self.begin().await {
            Ok(()) => {
                let booted = booting.elapsed();
                self.stage.settle(State::Live);
                let (waited, kept) = (self.stage.waited(), self.left.len());
                let state = if kept == 0 { String::new() } else { format!("; state kept: {kept}") };
                let parts = format!(
                    "build {}, drain {}, boot {}; {waited} requests waited{state}",
                    seconds(took),
                    seconds(drained),
                    seconds(booted)
                );
                self.line("live", &format!("after {} ({parts})", seconds(begun.elapsed())));
            }
            Err(reason) => self.fell(&reason),
        }
    }

    /// Nobody serves.
    fn fell(&mut self, reason: &str) {
        self.running = None;
        let failure = Failure::of_boot(reason);
        self.line("down", &failure.line());
        self.stage.settle(State::Down(Arc::new(failure)));
    }

    /// The process that runs ends, and leaves what it has.
    async fn retire(&mut self) {
        let Some(mut running) = self.running.take() else { return };
        if running.leave().is_err() {
            return;
        }
        let left = tokio::time::timeout(STOP, async {
            loop {
                match running.next().await {
                    Ok(FromNew::Left(left)) => return Some(left),
                    Ok(_) => {}
                    Err(_) => return None,
                }
            }
        });
        match left.await {
            Ok(Some(left)) => {
                self.left = left;
                // Its last word is said, and it ends by itself; so that its port and its files are free, it is waited for.
                running.ended().await;
            }
            Ok(None) => {}
            Err(_) => self.line("cut", &format!("the old process did not end within {}", seconds(STOP))),
        }
    }

    async fn begin(&mut self) -> Result<(), String> {
        let arguments = vec!["serve".into()];
        // Settings are looked for where the person is.
        let folder = std::env::current_dir().map_err(|error| error.to_string())?;
        let program = Program::of(self.program.clone(), arguments, folder);
        let inner = self.inner.try_clone().map_err(|error| error.to_string())?;
        let drain = self.settings.drain_timeout.min(DRAIN);
        let set = [
            ("DRAIN_TIMEOUT", format!("{}ms", drain.as_millis())),
            // The way from the front to here is within this process's family.
            ("HTTP_TLS_CERT", String::new()),
            ("HTTP_TLS_KEY", String::new()),
        ];
        let mut next = Successor::start(&program, vec![("http", OwnedFd::from(inner))], &set)
            .map_err(|error| format!("`{}` can't be started: {error}", self.program.display()))?;
        let welcome = FromOld::Welcome { allow_breaking: true, stays: true, left: self.left.clone() };
        let stage = self.stage.clone();
        tokio::select! {
            ready = next.ready(self.application, welcome, Duration::MAX) => drop(ready?),
            // `on_boot` has no limit of its own.
            () = stage.changes() => return Err("a file was changed before it was up".to_owned()),
        }
        next.begin().map_err(|error| error.to_string())?;
        self.running = Some(next);
        Ok(())
    }

    fn line(&mut self, word: &str, text: &str) {
        let now = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
        self.say(&format!("{now} {word:<8} {text}"));
    }

    fn say(&mut self, text: &str) {
        // Nobody is left to be told that the terminal is closed.
        let _ = writeln!(self.out, "{text}");
    }
}

/// The end of a process that nobody has asked to end.
async fn ended(running: &mut Option<Successor>) -> String {
    let Some(running) = running else { return std::future::pending().await };
    loop {
        match running.next().await {
            Ok(FromNew::Refused(reason)) | Err(reason) => return reason,
            Ok(_) => {}
        }
    }
}

/// Cancelled by ctrl-c and SIGTERM. The process that serves gets ctrl-c from the terminal too, and ends as well.
fn ends() -> CancellationToken {
    use tokio::signal::unix::{SignalKind, signal};

    let ends = CancellationToken::new();
    if let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) {
        let ends = ends.clone();
        tokio::spawn(async move {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            ends.cancel();
        });
    }
    ends
}

/// Lines that are typed.
fn keys() -> io::Result<UnboundedReceiver<String>> {
    let (tell, keys) = unbounded_channel();
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || {
        for line in io::stdin().lock().lines().map_while(io::Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    })?;
    Ok(keys)
}

fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}
