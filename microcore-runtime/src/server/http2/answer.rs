//! The body of an answer, which notes whose turn it is: the handler's while it has nothing more to give, else the client's.
//!
//! In: the method and what answers it. Out: the same for hyper, without content where the method has none.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Method, Response};
use hyper::body::{Body, Frame, SizeHint};

use super::turns::{OurTurn, Turns};
use crate::response::Content;

pub(super) struct Answer {
    content: Content,
    turns: Arc<Turns>,
    ours: Option<OurTurn>,
}

impl Answer {
    /// The answer to this method.
    pub(super) fn of(method: &Method, mut response: Response<Content>, turns: Arc<Turns>) -> Response<Self> {
        if *method == Method::HEAD {
            leave_out_content(&mut response);
        }
        response.map(|content| Self { content, turns, ours: None })
    }
}

/// RFC 9110, 9.3.2: HEAD has the headers of GET and no content. hyper sees to that in HTTP/1 only.
fn leave_out_content(response: &mut Response<Content>) {
    let content = std::mem::take(response.body_mut());
    // What is empty has no length to tell, as with GET.
    if let Some(length) = content.size_hint().exact().filter(|_| !content.is_end_stream()) {
        response.headers_mut().entry(CONTENT_LENGTH).or_insert_with(|| HeaderValue::from(length));
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
