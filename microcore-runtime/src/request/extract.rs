//! What an application makes of a request by itself, once for many handlers: the one who asks, his tenant, his plan.
//!
//! In: the head, and the tools of the application. Out: the value, or the refusal, noted in the inputs.

use std::future::Future;

use super::Inputs;
use crate::error::Result;
use crate::manifest::{Access, InputFacts};
use crate::plugin::{Down, Slot};

/// A type that `#[extract]` makes of a request, with the tools of one application. The macro writes the implementation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be extracted from a request",
    label = "nothing makes one",
    note = "write `#[extract] impl {Self} {{ async fn extract(headers: &Headers) -> Result<Self> {{ … }} }}` beside it"
)]
pub trait Extract<Tools>: Sized {
    /// For the manifest.
    const FACTS: ExtractFacts;

    /// The value, or `None` once the refusal is noted.
    fn of_request(inputs: &mut Inputs<'_>, tools: &'static Tools) -> impl Future<Output = Option<Self>> + Send;
}

/// What an extractor reads.
#[derive(Debug, Clone, Copy)]
pub struct ExtractFacts {
    /// The type that it makes.
    pub name: &'static str,
    /// Whether it wants to know who asks.
    pub access: Access,
    /// What it reads of the request.
    pub inputs: &'static [InputFacts],
    /// The tools that it uses, by name.
    pub tools: &'static [&'static str],
}

impl Inputs<'_> {
    /// A tool of an extractor; one that is off is a refusal.
    pub fn tool<T>(&mut self, slot: &'static Slot<T>) -> Option<&'static T> {
        slot.running().map_err(Down::to_error).map_err(|error| self.refuse_all(error)).ok()
    }

    /// What an extractor made.
    pub fn extracted<T>(&mut self, made: Result<T>) -> Option<T> {
        made.map_err(|error| self.refuse_all(error)).ok()
    }

    /// Whether the answer is known already: nothing is made for it any more.
    pub fn are_refused(&self) -> bool {
        self.refused.is_some()
    }
}
