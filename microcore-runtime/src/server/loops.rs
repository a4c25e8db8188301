//! Thread per core: event loops that each accept and serve their own connections, so that no task changes its thread.
//!
//! In: the settings. Out: threads, each with a runtime of one thread and a listener of its own on the same port
//! (`SO_REUSEPORT`). Everything else of the application stays where it was booted.

use std::io;
use std::sync::Arc;
use std::thread;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Handle};
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{DrainReport, Respond, Server, ServerSettings, Verified, address_of, listener, serve};
use crate::system::Place;

/// The event loops of one server; none where the settings ask for none.
///
/// They run until this is dropped: what handlers started on them, such as deliveries of events, goes on after the
/// server has ended.
#[derive(Debug)]
pub struct EventLoops {
    loops: Vec<Handle>,
    /// One for each loop but the first.
    listeners: Vec<TcpListener>,
    _over: DropGuard,
}

impl EventLoops {
    /// Starts as many as there are workers, with `HTTP_THREAD_PER_CORE`; those after the first listen beside `listener`.
    pub fn start(settings: &ServerSettings, listener: &TcpListener) -> io::Result<Self> {
        let over = CancellationToken::new();
        let count = if settings.thread_per_core { settings.worker_count() } else { 0 };
        let loops = (0..count).map(|number| start(number, over.clone())).collect::<io::Result<_>>()?;
        let listeners = (1..count).map(|_| listener::beside(listener)).collect::<io::Result<_>>()?;
        Ok(Self { loops, listeners, _over: over.drop_guard() })
    }

    /// The same on sockets that were given: all of them are accepted from, and loops without one of their own share.
    pub(crate) fn start_on(
        settings: &ServerSettings,
        listener: &TcpListener,
        others: Vec<TcpListener>,
    ) -> io::Result<Self> {
        let over = CancellationToken::new();
        let count = if settings.thread_per_core { settings.worker_count() } else { 0 };
        let loops = (0..count).map(|number| start(number, over.clone())).collect::<io::Result<_>>()?;
        let mut listeners = others;
        while listeners.len() + 1 < count {
            listeners.push(listener::again(listener)?);
        }
        Ok(Self { loops, listeners, _over: over.drop_guard() })
    }

    /// Those after the first.
    pub(crate) fn listeners(&self) -> &[TcpListener] {
        &self.listeners
    }

    /// [`serve`] on these loops, or on the runtime that this is called on where there are none.
    ///
    /// Each loop has its part of `HTTP_MAX_CONNECTIONS`.
    pub async fn serve<R: Respond>(
        &mut self,
        app: &'static R,
        listener: TcpListener,
        settings: Verified,
        stop: CancellationToken,
    ) -> io::Result<DrainReport> {
        if self.loops.is_empty() && self.listeners.is_empty() {
            return Ok(serve(app, listener, settings, stop).await);
        }
        let (count, drain_timeout) = (self.listeners.len() + 1, settings.drain_timeout);
        let seats = settings.max_connections.div_ceil(count);
        let here = [Handle::current()];
        let loops = if self.loops.is_empty() { &here[..] } else { &self.loops };
        let server = Arc::new(Server::new(app, settings, stop, Place::Public(address_of(&listener))));
        let mut accepting = JoinSet::new();
        for (event_loop, listener) in loops.iter().cycle().zip([listener].into_iter().chain(self.listeners.drain(..))) {
            let (server, listener) = (server.clone(), listener.into_std()?);
            let accept = async move {
                // A listener belongs to the loop that waits for it.
                server.accept_all(TcpListener::from_std(listener)?, seats).await;
                Ok(())
            };
            accepting.spawn_on(accept, event_loop);
        }
        let ended = accepting.join_all().await.into_iter().collect();
        let report = server.intake.drain(drain_timeout).await;
        io::Result::<()>::map(ended, |()| report)
    }
}

fn start(number: usize, over: CancellationToken) -> io::Result<Handle> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let handle = runtime.handle().clone();
    thread::Builder::new().name(format!("http-{number}")).spawn(move || {
        runtime.block_on(over.cancelled());
        // Whatever still blocks a thread of its pool is not waited for.
        runtime.shutdown_background();
    })?;
    Ok(handle)
}
