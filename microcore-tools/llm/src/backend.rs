//! What stands behind [`Llm`](super::Llm): one question, one answer. Rounds of tools and values of types are the tool's.

use std::future::Future;

use futures_util::stream::BoxStream;
use microcore::lifecycle::Boot;
use microcore::settings::Settings;
use serde_json::Value;

use super::{Ask, LlmError, Reply, ToolSpec};

/// A kind of model. The type is a name only: `Llm<Remote>`.
pub trait Backend: Send + Sync + 'static {
    /// What it reads from the environment.
    type Settings: Settings;
    /// The open way to a model.
    type Model: Model;

    /// Opens it. Nothing is asked yet.
    fn open(
        settings: Self::Settings,
        boot: &Boot,
    ) -> impl Future<Output = microcore::error::Result<Self::Model>> + Send;
}

/// A question as it is asked.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Request {
    /// As the plugin has put it.
    pub ask: Ask,
    /// What the model may call.
    pub tools: Vec<ToolSpec>,
    /// The JSON Schema that the answer shall keep to.
    pub schema: Option<Value>,
}

/// A piece of an answer that comes.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text behind the text before.
    Text(String),
    /// The end, with what the provider says of all of it. Without it the answer was cut.
    End(Reply),
}

/// Pieces that come; an error is the last of them.
pub type Pieces = BoxStream<'static, Result<Piece, LlmError>>;

/// An open way to a model.
pub trait Model: Send + Sync + 'static {
    /// Its name, for the log.
    fn name(&self) -> &str;

    /// The whole answer.
    fn answer(&self, request: Request) -> impl Future<Output = Result<Reply, LlmError>> + Send;

    /// The answer as it comes.
    fn stream(&self, request: Request) -> impl Future<Output = Result<Pieces, LlmError>> + Send;
}
