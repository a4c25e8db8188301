//! Room for the headers of an answer: what a request's had, on the same thread.
//!
//! hyper reads the next request into the room of the last answer's headers. So where an answer takes a request's, none
//! is allocated and none is freed.

use std::cell::RefCell;
use std::mem;

use http::HeaderMap;

/// Larger ones are given back to the allocator: one client that sends many headers must not cost memory for ever.
const LARGEST: usize = 64;

thread_local! {
    static SPARE: RefCell<HeaderMap> = RefCell::new(HeaderMap::new());
}

/// Gives room to headers that are none and have none, where there is some.
#[inline]
pub(super) fn make_room(headers: &mut HeaderMap) {
    SPARE.with_borrow_mut(|spare| mem::swap(spare, headers));
}

/// Keeps the room of these headers for the next answer; what they say is gone.
#[inline]
pub(crate) fn recycle(headers: &mut HeaderMap) {
    if headers.capacity() <= LARGEST {
        headers.clear();
        SPARE.with_borrow_mut(|spare| mem::swap(spare, headers));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_used_again_and_empty() {
        let mut used = HeaderMap::new();
        used.insert("authorization", "secret".parse().unwrap());
        let capacity = used.capacity();
        recycle(&mut used);
        let given = || {
            let mut headers = HeaderMap::new();
            make_room(&mut headers);
            headers
        };
        let spare = given();
        assert!(spare.is_empty() && spare.capacity() == capacity);
        assert_eq!(given().capacity(), 0, "it is given once");
        recycle(&mut HeaderMap::with_capacity(1_000));
        assert_eq!(given().capacity(), 0, "too much is not kept");
    }
}
