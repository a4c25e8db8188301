//! How often one client may ask. In: its address. Out: nothing, or 429 with the time to wait.

use std::net::IpAddr;
use std::time::Duration;

use http::header::RETRY_AFTER;

use crate::context::{Id, network_of};
use crate::error::Error;
use crate::response::{Response, failure_of};
use crate::server::bucket::Buckets;

#[derive(Debug)]
pub(super) struct Rate {
    clients: Buckets<IpAddr>,
}

impl Rate {
    /// So many requests per minute, as a steady flow with as large a burst; zero has no limit.
    pub(super) fn per_minute(requests: u32) -> Option<Self> {
        (requests > 0).then(|| Self { clients: Buckets::new(requests, Duration::from_secs(60)) })
    }

    pub(super) fn refuse(&self, client: IpAddr, id: &Id) -> Option<Response> {
        let wait = self.clients.take(network_of(client)).err()?;
        let mut response = failure_of(&Error::too_many_requests("too many requests; try again later"), Some(id));
        response.headers_mut().insert(RETRY_AFTER, (wait.as_secs() + 1).into());
        Some(response)
    }
}
