//! Where bodies are written: in room that a thread keeps, so that no body grows piece by piece, and each that is not large
//! is one allocation of just its size.

use std::cell::Cell;

use bytes::Bytes;

/// More room than that is not kept: it goes into the answer as it is.
const LARGEST: usize = 64 * 1024;

thread_local! {
    static ROOM: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// What `write` writes. Within it, others may write too: they have room of their own.
#[inline]
pub(super) fn bytes<E>(write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Result<Bytes, E> {
    let mut room = ROOM.take();
    write(&mut room)?;
    if room.capacity() > LARGEST {
        return Ok(Bytes::from(room));
    }
    let bytes = Bytes::copy_from_slice(&room);
    room.clear();
    ROOM.set(room);
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Bytes {
        bytes(|room| {
            room.extend_from_slice(text.as_bytes());
            Ok::<_, ()>(())
        })
        .unwrap()
    }

    fn kept() -> usize {
        let room = ROOM.take();
        let capacity = room.capacity();
        assert!(room.is_empty());
        ROOM.set(room);
        capacity
    }

    #[test]
    fn each_body_has_its_own_bytes_and_the_room_is_kept() {
        let (first, second) = (written("first"), written("2nd"));
        assert_eq!((&*first, &*second), (&b"first"[..], &b"2nd"[..]));
        assert!(kept() >= 5);
    }

    #[test]
    fn one_that_fails_leaves_nothing_for_the_next() {
        let failed = bytes(|room| {
            room.extend_from_slice(b"half");
            Err(())
        });
        assert_eq!(failed, Err(()));
        assert_eq!(written("whole"), "whole");
    }

    #[test]
    fn a_body_written_within_another_is_no_part_of_it() {
        let outer = bytes(|room| {
            room.extend_from_slice(b"outer");
            assert_eq!(written("inner"), "inner");
            Ok::<_, ()>(())
        });
        assert_eq!(outer.unwrap(), "outer");
    }

    #[test]
    fn room_for_a_large_body_is_not_kept() {
        let large = "x".repeat(LARGEST + 1);
        assert_eq!(written(&large), large);
        assert_eq!(kept(), 0);
    }
}
