//! A guest as a process: started, listened to, begun anew where it dies, ended with the generation that it is of.
//!
//! In: the facts of a guest. Out: its `Link`, while there is one; else why there is none.

use std::collections::VecDeque;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use microcore_sidecars_manifest::Kind;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::net::UnixListener;
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::facts::Facts;
use crate::host::Desk;
use crate::link::Link;
use crate::memory;
use crate::output::{Stream, log};
use crate::socket::{Sockets, random};

/// The first wait before a process is begun anew; it doubles up to the longest.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30);
/// So many deaths within so long are the end.
const DEATHS: usize = 5;
const WITHIN: Duration = Duration::from_secs(60);
/// How long a process has to end after it was told, and again after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often its memory is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// What a guest sees of our environment: our settings are none of its business.
const SHOWN: [&str; 7] = ["HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "USER"];

/// How the process is.
#[derive(Debug, Clone)]
pub(crate) enum State {
    /// It said hello.
    Ready(Arc<Link>),
    /// It died, and is begun anew.
    Restarting,
    /// It died too often.
    Off(String),
}

#[derive(Debug)]
pub(crate) struct Process {
    state: watch::Receiver<State>,
    stop: CancellationToken,
    supervisor: Mutex<Option<JoinHandle<()>>>,
    pid: Arc<Mutex<Option<u32>>>,
}

/// One start.
struct Run {
    child: Child,
    pid: u32,
    link: Arc<Link>,
    listening: JoinHandle<()>,
    socket: PathBuf,
    since: Instant,
}

impl Drop for Run {
    fn drop(&mut self) {
        self.listening.abort();
        let _ = std::fs::remove_file(&self.socket);
        // Whatever it has started itself goes with it.
        signal(self.pid, Signal::KILL);
    }
}

impl Process {
    /// Starts it and waits for its hello; an error says why there was none.
    pub(crate) async fn start(facts: Arc<Facts>, sockets: Arc<Sockets>) -> Result<Self, String> {
        let run = Run::begin(&facts, &sockets).await?;
        let (sender, state) = watch::channel(State::Ready(Arc::clone(&run.link)));
        let (stop, pid) = (CancellationToken::new(), Arc::new(Mutex::new(Some(run.pid))));
        let supervisor = Supervisor { facts, sockets, state: sender, stop: stop.clone(), pid: Arc::clone(&pid) };
        let supervisor = Mutex::new(Some(tokio::spawn(supervisor.watch(run))));
        Ok(Self { state, stop, supervisor, pid })
    }

    /// The link, once it is ready; at once, or within `wait`.
    pub(crate) async fn link(&self, wait: Duration) -> Result<Arc<Link>, Option<String>> {
        let mut state = self.state.clone();
        let found = timeout(wait, state.wait_for(|state| !matches!(state, State::Restarting))).await;
        match found.ok().and_then(Result::ok).as_deref() {
            Some(State::Ready(link)) => Ok(Arc::clone(link)),
            Some(State::Off(why)) => Err(Some(why.clone())),
            _ => Err(None),
        }
    }

    pub(crate) fn state(&self) -> State {
        self.state.borrow().clone()
    }

    /// Its memory, where it runs and the system tells.
    pub(crate) fn memory(&self) -> Option<u64> {
        let pid = *self.pid.lock().unwrap_or_else(PoisonError::into_inner);
        pid.and_then(memory::resident)
    }

    /// Tells it to end, and sees to it that it does.
    pub(crate) async fn end(&self) {
        self.stop.cancel();
        let supervisor = self.supervisor.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(supervisor) = supervisor {
            let _ = supervisor.await;
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

struct Supervisor {
    facts: Arc<Facts>,
    sockets: Arc<Sockets>,
    state: watch::Sender<State>,
    stop: CancellationToken,
    pid: Arc<Mutex<Option<u32>>>,
}

impl Supervisor {
    async fn watch(self, first: Run) {
        let plugin = self.facts.name();
        let mut deaths: VecDeque<Instant> = VecDeque::new();
        let mut wait = SHORTEST;
        let mut run = Some(first);
        loop {
            let why = match run.take() {
                Some(mut alive) => {
                    let Some(why) = self.dies(&mut alive).await else { return alive.finish().await };
                    if alive.since.elapsed() > WITHIN {
                        wait = SHORTEST;
                    }
                    self.runs(None);
                    self.state.send_replace(State::Restarting);
                    alive.link.close(&why);
                    why
                }
                None => match self.begin().await {
                    Some(Ok(alive)) => {
                        self.runs(Some(alive.pid));
                        self.state.send_replace(State::Ready(Arc::clone(&alive.link)));
                        tracing::info!(plugin, "the guest runs again");
                        run = Some(alive);
                        continue;
                    }
                    Some(Err(why)) => why,
                    None => return,
                },
            };
            let now = Instant::now();
            deaths.push_back(now);
            deaths.retain(|death| now - *death < WITHIN);
            if deaths.len() >= DEATHS {
                tracing::error!(plugin, reason = why, "the guest died {DEATHS} times within a minute, and is off");
                self.state.send_replace(State::Off(why));
                return;
            }
            tracing::error!(plugin, reason = why, "the guest died, and is begun anew in {wait:?}");
            tokio::select! {
                () = sleep(wait) => {}
                () = self.stop.cancelled() => return,
            }
            wait = (wait * 2).min(LONGEST);
        }
    }

    /// Waits until it dies, and says why; `None` where it is to end.
    async fn dies(&self, run: &mut Run) -> Option<String> {
        let most = self.facts.manifest.limits.memory;
        let pid = run.pid;
        let link = Arc::clone(&run.link);
        let hog = async {
            loop {
                sleep(LOOK).await;
                if let Some(held) = memory::resident(pid).filter(|held| *held > most) {
                    return format!("it holds {} MiB, and {} MiB are allowed", held >> 20, most >> 20);
                }
            }
        };
        let why = tokio::select! {
            status = run.child.wait() => return Some(ended(status)),
            why = link.broken() => why,
            why = hog => why,
            () = self.stop.cancelled() => return None,
        };
        // A connection breaks where its process dies, which says more.
        if let Ok(status) = timeout(LOOK, run.child.wait()).await {
            return Some(ended(status));
        }
        signal(pid, Signal::KILL);
        let _ = run.child.wait().await;
        Some(why)
    }

    /// Begins it anew; `None` where it is to end.
    async fn begin(&self) -> Option<Result<Run, String>> {
        tokio::select! {
            begun = Run::begin(&self.facts, &self.sockets) => Some(begun),
            () = self.stop.cancelled() => None,
        }
    }

    fn runs(&self, pid: Option<u32>) {
        *self.pid.lock().unwrap_or_else(PoisonError::into_inner) = pid;
    }
}

impl Run {
    async fn begin(facts: &Arc<Facts>, sockets: &Sockets) -> Result<Self, String> {
        let (socket, token) = (sockets.next(), random::<32>().map_err(|error| error.to_string())?);
        let listener = UnixListener::bind(&socket)
            .map_err(|error| format!("its socket {} can't be made: {error}", socket.display()))?;
        let desk = Desk::new(Arc::clone(facts), token.parse().map_err(|_| "no token".to_owned())?);
        let mut child = match spawn(facts, sockets, &socket, &token) {
            Ok(child) => child,
            Err(why) => {
                let _ = std::fs::remove_file(&socket);
                return Err(why);
            }
        };
        let pid = child.id().unwrap_or_default();
        let plugin = facts.name();
        if let Some(out) = child.stdout.take() {
            tokio::spawn(log(plugin, Stream::Out, out));
        }
        let complains = child.stderr.take().map(|err| tokio::spawn(log(plugin, Stream::Err, err)));
        let listening = tokio::spawn(desk.clone().serve(listener));
        // From here on what goes wrong ends the process, too.
        let (sender, _) = tokio::sync::mpsc::channel(1);
        let mut run =
            Self { child, pid, link: Arc::new(Link::new(sender, 1)), listening, socket, since: Instant::now() };
        let met = tokio::select! {
            met = timeout(facts.start, desk.met()) => met,
            status = run.child.wait() => {
                // What it has started may keep its output open.
                let last = match complains {
                    Some(complains) => timeout(LOOK, complains).await.ok().and_then(Result::ok).flatten(),
                    None => None,
                };
                let last = last.map_or(String::new(), |last| format!("; the last that it printed: {last}"));
                Ok(Err(format!("{}, before it said hello{last}", ended(status))))
            }
        };
        run.link = met.unwrap_or_else(|_| Err(format!("it said no hello within {:?}", facts.start)))?;
        Ok(run)
    }

    /// Tells it to end, asks it to, and at last makes it.
    async fn finish(mut self) {
        self.link.stop().await;
        if timeout(PATIENCE, self.child.wait()).await.is_err() {
            signal(self.pid, Signal::TERM);
            if timeout(PATIENCE, self.child.wait()).await.is_err() {
                signal(self.pid, Signal::KILL);
                let _ = self.child.wait().await;
            }
        }
        self.link.close("the guest ends");
    }
}

fn spawn(facts: &Facts, sockets: &Sockets, socket: &Path, token: &str) -> Result<Child, String> {
    let Kind::Process { command } = &facts.manifest.kind;
    let (program, arguments) = command.split_first().ok_or("it has no command")?;
    // A path is one within the folder; a bare name is looked for where programs are.
    let path = if program.contains('/') { facts.folder.join(program) } else { PathBuf::from(program) };
    let mut command = Command::new(path);
    command
        .args(arguments)
        .current_dir(&facts.folder)
        .env_clear()
        .envs(SHOWN.iter().filter_map(|name| std::env::var_os(name).map(|value| (name, value))))
        .env("MICROCORE_SIDECAR_SOCKET", socket)
        .env("MICROCORE_SIDECAR_TOKEN", token)
        // A copy beside its `main.py` goes before this one.
        .env("PYTHONPATH", sockets.python())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        // Of its own, so that ctrl-c reaches the application alone, and all that the guest starts is ended with it.
        .process_group(0)
        .kill_on_drop(true);
    command.spawn().map_err(|error| format!("`{program}` can't be started: {error}"))
}

fn ended(status: std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => format!("it ended with the exit code {code}"),
            (None, Some(signal)) => format!("it was ended by signal {signal}"),
            (None, None) => "it ended".to_owned(),
        },
        Err(error) => format!("it can't be waited for: {error}"),
    }
}

/// Sends a signal to the process and all that it has started. One that has gone needs none.
fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().filter(|pid| *pid > 1).and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, signal);
    }
}
