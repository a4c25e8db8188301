//! The body of an answer, which notes whose turn it is: the handler's while it has nothing more to give, else the client's.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

use super::turns::{OurTurn, Turns};
use crate::response::Content;

pub(super) struct Answer {
    content: Content,
    turns: Arc<Turns>,
    ours: Option<OurTurn>,
}

impl Answer {
    pub(super) fn new(content: Content, turns: Arc<Turns>) -> Self {
        Self { content, turns, ours: None }
    }
}

impl Body for Answer {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        let polled = Pin::new(&mut this.content).poll_frame(cx);
        if polled.is_ready() {
            this.ours = None;
        } else if this.ours.is_none() {
            this.ours = Some(this.turns.ours());
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.content.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}
