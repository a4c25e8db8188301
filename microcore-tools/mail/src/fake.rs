//! What a test gets in place of any backend: mails are kept, and the next answer can be scripted.

use std::collections::VecDeque;
use std::sync::Mutex;

use super::{MailError, Message};

/// The sender of mails that name none.
pub(super) const SENDER: &str = "test@example.com";

/// The memory of one test.
#[derive(Default)]
pub(super) struct Fake {
    sent: Mutex<Vec<Message>>,
    scripted: Mutex<VecDeque<MailError>>,
}

impl Fake {
    /// Keeps a mail, or fails as the test has said.
    pub(super) fn deliver(&self, message: Message) -> Result<(), MailError> {
        if let Some(failure) = lock(&self.scripted).pop_front() {
            return Err(failure);
        }
        lock(&self.sent).push(message);
        Ok(())
    }

    pub(super) fn script(&self, failure: MailError) {
        lock(&self.scripted).push_back(failure);
    }

    pub(super) fn sent(&self) -> Vec<Message> {
        lock(&self.sent).clone()
    }
}

/// A test that panicked elsewhere has failed already.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
