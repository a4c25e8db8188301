//! What a test gets in place of any backend: replies that it has scripted, and a refusal of every other question.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::scripted::in_pieces;
use super::{LlmError, Model, Pieces, Reply, Request};

/// The memory of one test.
#[derive(Default)]
pub(super) struct Fake {
    replies: Mutex<VecDeque<Result<Reply, LlmError>>>,
    asked: Mutex<Vec<Request>>,
}

impl Fake {
    pub(super) fn script(&self, reply: Result<Reply, LlmError>) {
        lock(&self.replies).push_back(reply);
    }

    pub(super) fn asked(&self) -> Vec<Request> {
        lock(&self.asked).clone()
    }
}

impl Model for Fake {
    fn name(&self) -> &'static str {
        "fake"
    }

    async fn answer(&self, request: Request) -> Result<Reply, LlmError> {
        let reply = lock(&self.replies).pop_front();
        lock(&self.asked).push(request);
        reply.unwrap_or_else(|| {
            Err(LlmError::refused("the test has not scripted this reply; write `llm.replies([\"…\"])`"))
        })
    }

    async fn stream(&self, request: Request) -> Result<Pieces, LlmError> {
        Ok(in_pieces(self.answer(request).await?))
    }
}

/// A test that panicked elsewhere has failed already.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
