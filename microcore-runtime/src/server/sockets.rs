//! Where a server listens: on sockets that it was given, or on those that it opens itself.
//!
//! In: settings and what the process was started with. Out: the listeners, and the event loops that share them.

use std::io;
use std::net::TcpListener as Given;

use tokio::net::TcpListener;

use super::{EventLoops, Kept, ServerSettings, bind, bind_system};

/// Sockets that another process has opened.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    /// For requests; at least one.
    pub(crate) http: Vec<Given>,
    /// For the system pages.
    pub(crate) system: Option<Given>,
}

/// All that one application listens on.
#[derive(Debug)]
pub(crate) struct Sockets {
    pub(crate) listener: TcpListener,
    /// Where the system pages have one of their own.
    pub(crate) system: Option<TcpListener>,
    pub(crate) loops: EventLoops,
    /// Whether requests come to a socket that another process has opened.
    pub(crate) were_given: bool,
}

impl Sockets {
    /// What was given goes before `HTTP_HOST` and `HTTP_PORT`; the log says so.
    pub(crate) async fn open(settings: &ServerSettings, inherited: Option<Inherited>) -> io::Result<Self> {
        let Inherited { http, system } = inherited.unwrap_or_default();
        if system.is_some() && settings.system_port.is_none() {
            tracing::warn!(
                "the process was given a socket called `system`, and nobody listens there: SYSTEM_PORT is not set"
            );
        }
        let system = match system.filter(|_| settings.system_port.is_some()) {
            Some(given) => Some(adopt(given)?),
            None => bind_system(settings).await?,
        };
        let mut http = http.into_iter().map(adopt);
        let Some(listener) = http.next().transpose()? else {
            let listener = bind(settings).await?;
            let loops = EventLoops::start(settings, &listener)?;
            return Ok(Self { listener, system, loops, were_given: false });
        };
        let loops = EventLoops::start_on(settings, &listener, http.collect::<io::Result<_>>()?)?;
        Ok(Self { listener, system, loops, were_given: true })
    }

    /// Copies of them for a process that takes over.
    #[cfg(unix)]
    pub(crate) fn keep(&self) -> io::Result<Kept> {
        Kept::of([&self.listener].into_iter().chain(self.loops.listeners()), self.system.as_ref())
    }

    /// There is nobody to hand them to.
    #[cfg(not(unix))]
    pub(crate) fn keep(&self) -> io::Result<Kept> {
        Ok(Kept::default())
    }
}

fn adopt(given: Given) -> io::Result<TcpListener> {
    given.set_nonblocking(true)?;
    TcpListener::from_std(given)
}
