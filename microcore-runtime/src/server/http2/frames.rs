//! The frames of HTTP/2 in a stream of bytes: RFC 9113, 4.1. In: bytes, cut anywhere. Out: each frame's header, once the
//! frame is complete.

/// RFC 9113, 6.
pub(super) const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
pub(super) const RST_STREAM: u8 = 3;
/// A flag of the first two.
pub(super) const END_STREAM: u8 = 1;

/// Length, kind, flags and stream.
const HEADER: usize = 9;

/// A complete frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) kind: u8,
    pub(super) flags: u8,
    pub(super) stream: u32,
}

/// Where in a frame the bytes seen so far end.
#[derive(Debug)]
pub(super) struct Frames {
    /// Bytes to come that say nothing: what is left of a payload.
    left: usize,
    header: [u8; HEADER],
    have: usize,
    current: Option<Frame>,
}

impl Frames {
    /// The first frame comes after so many bytes.
    pub(super) fn after(preface: usize) -> Self {
        Self { left: preface, header: [0; HEADER], have: 0, current: None }
    }

    /// Looks at the next bytes; whether some of them were content of an answer.
    pub(super) fn see(&mut self, mut bytes: &[u8], mut found: impl FnMut(Frame)) -> bool {
        let mut content = false;
        while !bytes.is_empty() {
            if self.left == 0 {
                let taken = (HEADER - self.have).min(bytes.len());
                self.header[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
                self.have += taken;
                bytes = &bytes[taken..];
                if self.have < HEADER {
                    break;
                }
                let [a, b, c, kind, flags, stream @ ..] = self.header;
                self.have = 0;
                self.left = u32::from_be_bytes([0, a, b, c]) as usize;
                // The highest bit is reserved.
                self.current = Some(Frame { kind, flags, stream: u32::from_be_bytes(stream) & (u32::MAX >> 1) });
            }
            let skipped = self.left.min(bytes.len());
            content |= skipped > 0 && self.current.is_some_and(|frame| frame.kind == DATA);
            self.left -= skipped;
            bytes = &bytes[skipped..];
            if self.left == 0
                && let Some(frame) = self.current.take()
            {
                found(frame);
            }
        }
        content
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame() -> impl Strategy<Value = (Frame, usize)> {
        let of = (0_u8..10, any::<u8>(), 0_u32..1 << 31, 0_usize..300);
        of.prop_map(|(kind, flags, stream, length)| (Frame { kind, flags, stream }, length))
    }

    proptest! {
        /// Wherever the bytes are cut, the same frames are found.
        #[test]
        fn every_frame_is_found_however_its_bytes_are_cut(
            frames in proptest::collection::vec(frame(), 0..20),
            cuts in proptest::collection::vec(1_usize..40, 1..8),
            preface in 0_usize..30,
        ) {
            let mut bytes = vec![0xff; preface];
            for (frame, length) in &frames {
                bytes.extend_from_slice(&u32::try_from(*length).unwrap().to_be_bytes()[1..]);
                bytes.extend_from_slice(&[frame.kind, frame.flags]);
                bytes.extend_from_slice(&frame.stream.to_be_bytes());
                bytes.extend(std::iter::repeat_n(0xee, *length));
            }
            let (mut seen, mut found, mut content, mut rest) = (Frames::after(preface), Vec::new(), false, &bytes[..]);
            for cut in cuts.iter().cycle() {
                let (part, left) = rest.split_at((*cut).min(rest.len()));
                content |= seen.see(part, |frame| found.push(frame));
                rest = left;
                if rest.is_empty() {
                    break;
                }
            }
            prop_assert_eq!(found, frames.iter().map(|(frame, _)| *frame).collect::<Vec<_>>());
            prop_assert_eq!(content, frames.iter().any(|(frame, length)| frame.kind == DATA && *length > 0));
        }
    }
}
