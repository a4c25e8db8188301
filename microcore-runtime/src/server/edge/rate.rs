//! How often one client may ask. In: its address. Out: nothing, or 429 with the time to wait.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicUsize, Ordering};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use http::header::RETRY_AFTER;

use crate::context::Id;
use crate::error::Error;
use crate::response::{Response, failure_of};

/// Clients that have not asked lately are forgotten once in so many requests.
const SWEEP: usize = 10_000;

#[derive(Debug)]
pub(super) struct Rate {
    clients: DefaultKeyedRateLimiter<IpAddr>,
    asked: AtomicUsize,
}

impl Rate {
    /// So many requests per minute, as a steady flow with as large a burst; zero has no limit.
    pub(super) fn per_minute(requests: u32) -> Option<Self> {
        let quota = Quota::per_minute(NonZeroU32::new(requests)?);
        Some(Self { clients: RateLimiter::keyed(quota), asked: AtomicUsize::new(0) })
    }

    pub(super) fn refuse(&self, client: IpAddr, id: &Id) -> Option<Response> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.clients.retain_recent();
        }
        let refused = self.clients.check_key(&network(client)).err()?;
        let seconds = refused.wait_time_from(DefaultClock::default().now()).as_secs() + 1;
        let mut response = failure_of(&Error::too_many_requests("too many requests; try again later"), Some(id));
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
        Some(response)
    }
}

/// A home has a /64 of IPv6 addresses: counting each one would count nothing.
fn network(client: IpAddr) -> IpAddr {
    match client {
        IpAddr::V4(_) => client,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}
