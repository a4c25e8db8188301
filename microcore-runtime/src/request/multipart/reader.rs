//! The bytes of a multipart body (RFC 2046, 5.1.1), one delimiter after the other.
//!
//! In: pieces of the body, cut anywhere. Out: the head of a part, then its content in pieces, then the next head.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::{Buf, Bytes, BytesMut};
use hyper::body::Body as _;
use memchr::memmem::{Finder, find};
use memchr::memrchr;

use super::MOST_HEAD;
use super::disposition::Disposition;
use crate::error::{Error, Result};
use crate::request::body::{Body, BodyError, too_large};

/// Spaces between a delimiter and the end of its line; nobody sends any.
const MOST_PADDING: usize = 64;

/// What was read of the body, and where in it the reader is.
#[derive(Debug)]
pub(super) struct Reader {
    body: Body,
    /// CRLF, two hyphens, the boundary: the CRLF belongs to the delimiter, not to the content before it.
    delimiter: Finder<'static>,
    unread: BytesMut,
    /// How much may still arrive.
    left: u64,
    is_over: bool,
    place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first delimiter.
    Preamble,
    /// Behind a delimiter.
    Delimiter,
    Content,
    /// Everything was read.
    End,
    /// What follows can't be read any more.
    Broken,
}

impl Reader {
    pub(super) fn new(body: Body, boundary: &str) -> Self {
        let delimiter = Finder::new(&format!("\r\n--{boundary}")).into_owned();
        // The first delimiter has no line before it, and is found as the others are.
        let unread = BytesMut::from(&b"\r\n"[..]);
        let left = body.limits().upload;
        Self { body, delimiter, unread, left, is_over: false, place: Place::Preamble }
    }

    /// The head of the next part; what is unread of this one is passed over.
    pub(super) async fn next(&mut self) -> Result<Option<Disposition>> {
        match self.place {
            Place::End => return Ok(None),
            Place::Broken => return Err(malformed("it was refused before")),
            _ => {}
        }
        // Whatever goes wrong from here on, the place is lost.
        let place = std::mem::replace(&mut self.place, Place::Broken);
        match place {
            Place::Preamble => self.pass_preamble().await?,
            Place::Content => {
                self.place = Place::Content;
                while self.chunk().await?.is_some() {}
                self.place = Place::Broken;
            }
            _ => {}
        }
        if self.is_last().await? {
            self.pass_epilogue().await?;
            self.place = Place::End;
            return Ok(None);
        }
        let head = self.head().await?;
        let said = Disposition::of(&head).map_err(malformed)?;
        self.place = Place::Content;
        Ok(Some(said))
    }

    /// The next piece of the content; `None` at its end.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>> {
        match self.place {
            Place::Content => {}
            Place::Broken => return Err(malformed("it was refused before")),
            _ => return Ok(None),
        }
        self.place = Place::Broken;
        let chunk = self.content().await?;
        self.place = if chunk.is_some() { Place::Content } else { Place::Delimiter };
        Ok(chunk)
    }

    async fn content(&mut self) -> Result<Option<Bytes>> {
        loop {
            match self.delimiter.find(&self.unread) {
                Some(0) => {
                    self.unread.advance(self.delimiter.needle().len());
                    return Ok(None);
                }
                Some(at) => return Ok(Some(self.unread.split_to(at).freeze())),
                None => {}
            }
            let safe = self.surely_content();
            if safe > 0 {
                return Ok(Some(self.unread.split_to(safe).freeze()));
            }
            self.fill().await?;
        }
    }

    /// How many of the unread bytes can't be the beginning of a delimiter. Its CR is the only one it has, so the last
    /// CR is the only place where it can begin.
    fn surely_content(&self) -> usize {
        let (unread, needle) = (&self.unread[..], self.delimiter.needle());
        let from = unread.len().saturating_sub(needle.len() - 1);
        let last = memrchr(b'\r', &unread[from..]).map(|at| from + at);
        last.filter(|at| needle.starts_with(&unread[*at..])).unwrap_or(unread.len())
    }

    async fn pass_preamble(&mut self) -> Result<()> {
        // The CRLF that was put before it is not the client's.
        let mut passed = 0;
        loop {
            let found = self.delimiter.find(&self.unread);
            let safe = found.unwrap_or_else(|| self.surely_content());
            self.unread.advance(safe);
            passed += safe;
            if passed > MOST_HEAD + 2 {
                return Err(malformed("the first part must come sooner"));
            }
            if found.is_some() {
                self.unread.advance(self.delimiter.needle().len());
                return Ok(());
            }
            self.fill().await?;
        }
    }

    /// Whether the delimiter that was just read is the last one. The line end behind another one is left unread.
    async fn is_last(&mut self) -> Result<bool> {
        loop {
            if self.unread.starts_with(b"--") {
                self.unread.advance(2);
                return Ok(true);
            }
            let padding = self.unread.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let rest = &self.unread[padding..];
            if padding <= MOST_PADDING && rest.starts_with(b"\r\n") {
                self.unread.advance(padding);
                return Ok(false);
            }
            let may_go_on = rest.is_empty() || rest == b"\r" || (padding == 0 && rest == b"-");
            if padding > MOST_PADDING || !may_go_on {
                return Err(malformed("a line begins as a delimiter does and is none"));
            }
            self.fill().await?;
        }
    }

    /// The lines of a head, which begins with the end of the delimiter's line and ends with an empty one.
    async fn head(&mut self) -> Result<Bytes> {
        const END: &[u8] = b"\r\n\r\n";
        let mut searched = 0;
        loop {
            if let Some(at) = find(&self.unread[searched..], END).map(|at| searched + at)
                && at <= MOST_HEAD
            {
                let head = self.unread.split_to(at).freeze();
                self.unread.advance(END.len());
                return Ok(head);
            }
            if self.unread.len() >= MOST_HEAD + END.len() {
                return Err(malformed(format!("the head of a part may have at most {MOST_HEAD} bytes")));
            }
            searched = self.unread.len().saturating_sub(END.len() - 1);
            self.fill().await?;
        }
    }

    async fn pass_epilogue(&mut self) -> Result<()> {
        let mut passed = 0;
        loop {
            passed += self.unread.len();
            self.unread.clear();
            if passed > MOST_HEAD {
                return Err(malformed("the body goes on after its last part"));
            }
            if !self.fill_more().await? {
                return Ok(());
            }
        }
    }

    /// Waits for more bytes, which must come.
    async fn fill(&mut self) -> Result<()> {
        if self.fill_more().await? { Ok(()) } else { Err(malformed("it ended before its last delimiter")) }
    }

    /// Waits for more bytes; `false` at the end of the body.
    async fn fill_more(&mut self) -> Result<bool> {
        // What may arrive is used first, so that the answer does not depend on where the body was cut.
        if self.is_over {
            return Err(too_large(self.body.limits().upload));
        }
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut self.body).poll_frame(cx)).await {
            // Anything but data is trailers, which nobody asks for.
            let Ok(mut data) = frame.map_err(BodyError::into_error)?.into_data() else { continue };
            if data.is_empty() {
                continue;
            }
            if data.len() as u64 > self.left {
                self.is_over = true;
                data.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
                if data.is_empty() {
                    return Err(too_large(self.body.limits().upload));
                }
            }
            self.left -= data.len() as u64;
            self.unread.extend_from_slice(&data);
            return Ok(true);
        }
        Ok(false)
    }
}

fn malformed(what: impl std::fmt::Display) -> Error {
    Error::bad_request(format!("the body is not valid multipart: {what}"))
}
