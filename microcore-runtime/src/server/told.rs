//! Who a request is from, where `dev` stands in front: the other end of the connection is on this machine for everybody
//! then. In debug builds only, and only in a process that `dev` has started.

use std::sync::atomic::{AtomicBool, Ordering};

use http::HeaderName;

use super::exchange::Peer;
use crate::request::Head;

/// Where it stands; `dev` lets nobody else set it.
pub(crate) const TOLD_PEER: HeaderName = HeaderName::from_static("x-microcore-peer");

static ARE_TOLD: AtomicBool = AtomicBool::new(false);

/// From now on peers are told.
pub(crate) fn peers_are_told() {
    ARE_TOLD.store(true, Ordering::Release);
}

/// The client's address, which is taken out of the head.
pub(super) fn told(head: &mut Head, peer: Peer) -> Peer {
    if !ARE_TOLD.load(Ordering::Acquire) {
        return peer;
    }
    let told = head.headers.remove(TOLD_PEER);
    let told = told.and_then(|value| value.to_str().ok()?.parse().ok());
    told.map_or(peer, Peer)
}
