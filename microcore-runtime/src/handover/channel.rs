//! What two processes of an application say to each other: one JSON text a line, over a pair of sockets of which the new
//! process has one end as its standard input.
//!
//! A thread reads, so that both sides can wait with or without a runtime. The end of the stream is the end of the other.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// What tools leave to the next process, by their names.
pub(crate) type Left = BTreeMap<String, String>;

/// Said by the new process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromNew {
    /// What it is; the first word.
    Hello {
        /// The application's name.
        application: String,
        /// Its version.
        version: String,
    },
    /// It does not get as far as serving, for this reason; the last word.
    Refused(String),
    /// It is booted, and waits for leave to accept.
    Ready,
    /// It has stopped, and leaves this to the next one; the last word.
    Left(Left),
}

/// Said by the process that has started it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FromOld {
    /// Boot.
    Welcome {
        /// Also with migrations that the old code can't live with.
        allow_breaking: bool,
        /// Whether whoever says this stays, and this process ends with it.
        stays: bool,
        /// What tools of an earlier process have left.
        left: Left,
    },
    /// Accept. So long the old one may still have requests of its own.
    Go {
        /// Milliseconds.
        drains: u64,
    },
    /// Stop accepting, and end.
    Leave,
    /// The old one has drained, and leaves this to the one that serves; its last word.
    Left(Left),
}

/// One end, on which `In` is heard.
#[derive(Debug)]
pub(crate) struct Channel<In> {
    stream: UnixStream,
    heard: UnboundedReceiver<In>,
}

impl<In: DeserializeOwned + Send + 'static> Channel<In> {
    pub(crate) fn over(stream: UnixStream) -> io::Result<Self> {
        // Who does not read a line within that time is not waited for.
        stream.set_write_timeout(Some(Duration::from_secs(5)))?;
        let (tell, heard) = unbounded_channel();
        let reads = BufReader::new(stream.try_clone()?);
        thread::Builder::new().name("handover".to_owned()).spawn(move || {
            for line in reads.lines().map_while(Result::ok) {
                // What is no word of ours is from another program.
                let Ok(word) = serde_json::from_str(&line) else { return };
                if tell.send(word).is_err() {
                    return;
                }
            }
        })?;
        Ok(Self { stream, heard })
    }

    /// The next word, or `None` where the other has ended.
    pub(crate) async fn next(&mut self) -> Option<In> {
        self.heard.recv().await
    }

    /// The same for a thread of its own.
    pub(crate) fn blocking_next(&mut self) -> Option<In> {
        self.heard.blocking_recv()
    }

    pub(crate) fn say(&self, word: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(word)?;
        line.push(b'\n');
        (&self.stream).write_all(&line)
    }
}
