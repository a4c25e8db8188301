//! A running application that is asked to hand over to the next one: by its control socket, or by SIGUSR2.
//!
//! In: the path that it was started with, and its sockets. Out: an application that drains and ends, because another one
//! serves; or a reason, and nothing has changed.

use std::os::unix::net::UnixListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::signal::unix::Signal;

use super::channel::{FromOld, Left};
use super::control::{Answer, may_ask};
use super::notify::notify;
use super::{Draining, Program, Successor};
use crate::server::{Kept, ServerHandle};

/// How long the new process has to boot, where nobody says otherwise.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Asked {
    /// How long the new process has to boot.
    pub(crate) timeout: Duration,
    /// Also with migrations that this code can't live with.
    pub(crate) allow_breaking: bool,
}

/// What it takes to hand over.
#[derive(Debug)]
pub(crate) struct Upgrades {
    pub(crate) application: &'static str,
    pub(crate) program: Program,
    pub(crate) kept: Kept,
    pub(crate) server: ServerHandle,
    /// How long this process has for its end.
    pub(crate) drains: Duration,
    /// The process before this one.
    pub(crate) before: Draining,
    pub(crate) is_busy: AtomicBool,
}

impl Upgrades {
    /// Listens to who asks, for good.
    pub(crate) async fn listen(self: Arc<Self>, control: Option<(UnixListener, u32)>, signals: Option<Signal>) {
        let control =
            control.and_then(|(control, owner)| Some((tokio::net::UnixListener::from_std(control).ok()?, owner)));
        let asked_by_signal = async {
            let Some(mut signals) = signals else { return };
            while signals.recv().await.is_some() {
                let this = self.clone();
                tokio::spawn(async move {
                    let asked = Asked { timeout: PATIENCE, allow_breaking: false };
                    if this.hand_over(asked).await.is_ok() {
                        this.server.stop();
                    }
                });
            }
        };
        let asked_by_socket = async {
            let Some((control, owner)) = control else { return };
            loop {
                match control.accept().await {
                    Ok((stream, _)) if may_ask(&stream, owner) => drop(tokio::spawn(self.clone().answer(stream))),
                    Ok((stream, _)) => {
                        tracing::warn!("somebody else's process asks for an upgrade: it gets none");
                        let refusal = Answer::Failed("only the user of the process may ask for an upgrade".to_owned());
                        tokio::spawn(say(BufReader::new(stream), refusal));
                    }
                    Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
                }
            }
        };
        tokio::join!(asked_by_signal, asked_by_socket);
        std::future::pending::<()>().await;
    }

    async fn answer(self: Arc<Self>, stream: UnixStream) {
        let (mut stream, mut line) = (BufReader::new(stream), String::new());
        if stream.read_line(&mut line).await.is_err() {
            return;
        }
        let Ok(asked) = serde_json::from_str(&line) else { return };
        let answer = match self.hand_over(asked).await {
            Ok((said, process)) => Answer::Done(said, process),
            Err(reason) => Answer::Failed(reason),
        };
        let is_done = matches!(answer, Answer::Done(..));
        say(stream, answer).await;
        if is_done {
            self.server.stop();
        }
    }

    /// Starts the program again, and lets it accept; says which process serves then.
    async fn hand_over(&self, asked: Asked) -> Result<(String, u32), String> {
        if self.is_busy.swap(true, Ordering::AcqRel) {
            return Err("another upgrade is under way".to_owned());
        }
        let handed = self.attempt(asked).await;
        match &handed {
            // It stays busy: this process ends now.
            Ok((said, _)) => tracing::info!("handed over: {said}"),
            Err(reason) => {
                self.is_busy.store(false, Ordering::Release);
                tracing::error!("nothing was handed over: {reason}");
            }
        }
        handed
    }

    async fn attempt(&self, asked: Asked) -> Result<(String, u32), String> {
        if let Some(left) = self.before.left() {
            let left = left.as_millis().div_ceil(1000);
            return Err(format!("the process before this one is draining, {left} s left"));
        }
        let path = self.program.path.display();
        let sockets = self.kept.copies().map_err(|error| format!("the sockets can't be copied: {error}"))?;
        if sockets.is_empty() {
            return Err("the application is stopping".to_owned());
        }
        notify("RELOADING=1");
        let handed = async {
            let mut next = Successor::start(&self.program, sockets, &[])
                .map_err(|error| format!("`{path}` can't be started: {error}"))?;
            let welcome = FromOld::Welcome { allow_breaking: asked.allow_breaking, stays: false, left: Left::new() };
            let ready = tokio::select! {
                ready = next.ready(self.application, welcome, asked.timeout) => ready,
                () = self.server.stops() => Err("this application was asked to stop".to_owned()),
            };
            let version = ready.map_err(|reason| format!("`{path}` does not take over: {reason}"))?;
            let id = next.id();
            next.go(self.drains).map_err(|reason| format!("`{path}` does not take over: {reason}"))?;
            Ok((version, id))
        };
        let handed = handed.await;
        match handed {
            Ok((version, id)) => {
                self.kept.hand_over();
                notify(&format!("MAINPID={id}\nREADY=1"));
                Ok((format!("{} {version} serves as process {id}, and this one drains", self.application), id))
            }
            Err(reason) => {
                notify("READY=1");
                Err(reason)
            }
        }
    }
}

/// One answer, to whoever has asked.
async fn say(mut stream: BufReader<UnixStream>, answer: Answer) {
    if let Ok(mut text) = serde_json::to_vec(&answer) {
        text.push(b'\n');
        // Whoever asked may have gone; what was asked is done all the same.
        let _ = stream.get_mut().write_all(&text).await;
    }
}
