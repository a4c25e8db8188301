//! Who is left in peace. In: how calls of a host ended. Out: whether it may be called now.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use microcore::breaker::{Breaker, Change};
use tokio::time::Instant;

/// So many failing hosts are remembered: somebody else may choose them.
const MOST: usize = 4_096;

/// The hosts of which the last call failed.
#[derive(Debug, Default)]
pub(super) struct Hosts(Mutex<HashMap<String, Host>>);

#[derive(Debug)]
struct Host {
    breaker: Breaker,
    /// Until when nobody calls.
    until: Option<Instant>,
    /// Whether somebody is finding out.
    probed: bool,
}

/// The leave to call a host, and the duty to say how it went. Dropped without a word, it says nothing.
#[derive(Debug)]
pub(super) struct Leave<'h> {
    hosts: &'h Hosts,
    host: String,
    is_probe: bool,
}

impl Hosts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leave to call; `None` while it is left in peace. When a pause is over, one call finds out and the others wait.
    pub(super) fn leave(&self, host: &str) -> Option<Leave<'_>> {
        let mut hosts = self.lock();
        let mut is_probe = false;
        if let Some(known) = hosts.get_mut(host)
            && let Some(until) = known.until
        {
            if Instant::now() < until || known.probed {
                return None;
            }
            known.probed = true;
            known.breaker.probe();
            is_probe = true;
        }
        Some(Leave { hosts: self, host: host.to_owned(), is_probe })
    }
}

impl Leave<'_> {
    /// The host answered.
    pub(super) fn went_well(self) {
        let gone = self.hosts.lock().remove(&self.host);
        if gone.is_some_and(|host| host.until.is_some()) {
            tracing::info!(host = self.host, "the host answers again");
        }
    }

    /// It did not.
    pub(super) fn failed(mut self, pause_after: u32, pause: Duration) {
        if pause_after == 0 {
            return;
        }
        let mut hosts = self.hosts.lock();
        if hosts.len() >= MOST && !hosts.contains_key(&self.host) {
            return;
        }
        let new = || Host { breaker: Breaker::new(pause_after, pause), until: None, probed: false };
        let host = hosts.entry(self.host.clone()).or_insert_with(new);
        if self.is_probe {
            host.probed = false;
            self.is_probe = false;
        }
        if let Change::Paused { pause, failures } = host.breaker.failed() {
            host.until = Some(Instant::now() + pause);
            tracing::warn!(host = self.host, failures, ?pause, "the host keeps failing and is left in peace");
        }
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        // Whoever was to find out has left; the next one does.
        if self.is_probe
            && let Some(host) = self.hosts.lock().get_mut(&self.host)
        {
            host.probed = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(5);

    #[tokio::test(start_paused = true)]
    async fn a_host_that_keeps_failing_is_left_in_peace_and_one_call_finds_out() {
        let hosts = Hosts::default();
        for _ in 0..3 {
            hosts.leave("a").unwrap().failed(3, PAUSE);
        }
        assert!(hosts.leave("a").is_none() && hosts.leave("b").is_some());
        tokio::time::advance(PAUSE).await;
        let probe = hosts.leave("a").unwrap();
        assert!(hosts.leave("a").is_none(), "one is enough");
        drop(probe);
        hosts.leave("a").expect("whoever was to find out has left").failed(3, PAUSE);
        tokio::time::advance(PAUSE).await;
        assert!(hosts.leave("a").is_none(), "longer than the first time");
        tokio::time::advance(PAUSE).await;
        hosts.leave("a").unwrap().went_well();
        assert!(hosts.lock().is_empty());
        hosts.leave("a").unwrap().failed(3, PAUSE);
        assert!(hosts.leave("a").is_some(), "it begins anew");
    }

    #[test]
    fn a_crowd_of_hosts_is_not_remembered_for_ever() {
        let hosts = Hosts::default();
        for number in 0..MOST + 10 {
            hosts.leave(&number.to_string()).unwrap().failed(1, PAUSE);
        }
        assert_eq!(hosts.lock().len(), MOST);
    }
}
