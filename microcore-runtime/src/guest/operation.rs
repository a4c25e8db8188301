//! A route of a guest that was dropped in, as documents show it. Those of the source tree are in the manifest.

use serde_json::Value;

use crate::plugin::Identity;

/// One route.
#[derive(Debug, Clone)]
pub struct GuestOperation {
    /// Whose.
    pub guest: &'static Identity,
    /// What the guest calls it.
    pub name: String,
    /// `GET`.
    pub method: &'static str,
    /// `/invoices/{id}`.
    pub path: String,
    /// What it does, in a sentence.
    pub doc: String,
    /// For grouping.
    pub tag: Option<String>,
    /// The parameters of the path in its order, each with its schema.
    pub parameters: Vec<(String, Value)>,
    /// The roles of which one is needed, where a token is; none for any good token.
    pub roles: Option<Vec<String>>,
    /// The schema of the body.
    pub body: Option<Value>,
    /// The schema of the answer.
    pub answer: Option<Value>,
    /// The media type of the answer.
    pub reply: Option<String>,
}
