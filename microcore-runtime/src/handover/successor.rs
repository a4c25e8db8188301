//! The process that is to take over, as the one that starts it sees it.
//!
//! In: a program and sockets. Out: a process that is ready to accept, or the reason why there is none; then it is gone.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, ExitStatus};
use std::time::Duration;

use command_fds::{CommandFdExt as _, FdMapping};
use tokio::time::{sleep, timeout};

use super::channel::{Channel, FromNew, FromOld};
use super::predecessor::VARIABLE;
use super::program::Program;

/// The first descriptor behind input, output and error.
const FIRST: i32 = 3;
/// How often it is asked whether it is still there: a process of its own may keep the channel open.
const ASKED: Duration = Duration::from_millis(20);
/// What a process said just before its end is read for so long.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A process that was started. Dropped, it is killed.
#[derive(Debug)]
pub(crate) struct Successor {
    child: Started,
    channel: Channel<FromNew>,
}

#[derive(Debug)]
struct Started(Option<Child>);

impl Successor {
    /// Starts the program. `set` adds to its environment.
    pub(crate) fn start(
        program: &Program,
        sockets: Vec<(&'static str, OwnedFd)>,
        set: &[(&str, String)],
    ) -> io::Result<Self> {
        let (ours, theirs) = UnixStream::pair()?;
        let names: Vec<&str> = sockets.iter().map(|(name, _)| *name).collect();
        let mut command = program.command();
        command.stdin(OwnedFd::from(theirs)).env(VARIABLE, std::process::id().to_string());
        command.env("LISTEN_FDS", names.len().to_string()).env("LISTEN_FDNAMES", names.join(":"));
        // No process knows the number of its child before it is there; systemd's rule about it is for strangers.
        command.env_remove("LISTEN_PID").env_remove("LISTEN_FDS_FIRST_FD");
        command.envs(set.iter().map(|(key, value)| (key, value)));
        let mappings = sockets.into_iter().zip(FIRST..);
        let mappings = mappings.map(|((_, socket), child_fd)| FdMapping { parent_fd: socket, child_fd }).collect();
        command.fd_mappings(mappings).map_err(io::Error::other)?;
        let child = command.spawn()?;
        Ok(Self { child: Started(Some(child)), channel: Channel::over(ours)? })
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.0.as_ref().map_or(0, Child::id)
    }

    /// Waits until it could accept; gives its version.
    pub(crate) async fn ready(
        &mut self,
        application: &str,
        welcome: FromOld,
        within: Duration,
    ) -> Result<String, String> {
        let mut greeted = false;
        let ready = timeout(within, async {
            let version = match self.next().await? {
                FromNew::Hello { application: named, version } if named == application => version,
                FromNew::Hello { application: named, .. } => {
                    return Err(format!("it is another application: `{named}`, not `{application}`"));
                }
                FromNew::Refused(reason) => return Err(reason),
                other => return Err(format!("it began with {other:?}")),
            };
            greeted = true;
            self.channel.say(&welcome).map_err(|error| format!("it does not listen: {error}"))?;
            match self.next().await? {
                FromNew::Ready => Ok(version),
                FromNew::Refused(reason) => Err(reason),
                other => Err(format!("it said {other:?} before it was ready")),
            }
        });
        let ready = ready.await;
        ready.unwrap_or_else(|_| {
            let what = if greeted { "is not ready" } else { "gives no sign of being this application" };
            Err(format!("it {what} after {within:?}"))
        })
    }

    /// The next word.
    pub(crate) async fn next(&mut self) -> Result<FromNew, String> {
        let Self { child, channel } = self;
        let ended = async {
            loop {
                if let Some(status) = child.0.as_mut().and_then(|child| child.try_wait().ok().flatten()) {
                    return status;
                }
                sleep(ASKED).await;
            }
        };
        let status = tokio::select! {
            biased;
            Some(word) = channel.next() => return Ok(word),
            status = ended => status,
        };
        match timeout(LAST_WORDS, channel.next()).await {
            Ok(Some(word)) => Ok(word),
            _ => Err(format!("it ended with {}, and its log says why", said(status))),
        }
    }

    /// Lets it accept. From here on it lives on its own, and is told by the channel when this process has ended.
    pub(crate) fn go(mut self, drains: Duration) -> Result<(), String> {
        let drains = u64::try_from(drains.as_millis()).unwrap_or(u64::MAX);
        self.channel.say(&FromOld::Go { drains }).map_err(|error| format!("it went away: {error}"))?;
        self.child.0 = None;
        super::given::beside(self.channel);
        Ok(())
    }
}

/// For one that is supervised.
#[cfg(debug_assertions)]
impl Successor {
    /// Lets it accept.
    pub(crate) fn begin(&self) -> io::Result<()> {
        self.channel.say(&FromOld::Go { drains: 0 })
    }

    /// Asks it to end.
    pub(crate) fn leave(&self) -> io::Result<()> {
        self.channel.say(&FromOld::Leave)
    }

    /// Waits for its end.
    pub(crate) async fn ended(&mut self) {
        while self.child.0.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None))) {
            sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn said(status: ExitStatus) -> String {
    status.code().map_or_else(|| status.to_string(), |code| format!("exit code {code}"))
}
