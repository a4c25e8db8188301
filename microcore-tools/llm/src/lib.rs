//! The tool `llm`: answers of language models.
//!
//! In: a question. Out: an answer as text, as it comes, or as a value of a type; or an [`LlmError`] that says whether
//! trying again helps. A backend is a file that implements [`Backend`] and [`Model`]; `app! { llm: Remote }` picks one.

use std::fmt;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use microcore::lifecycle::Boot;
use microcore::plugin::Identity;
use microcore::prelude::*;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

mod ask;
mod backend;
#[cfg(feature = "battery")]
pub mod battery;
mod error;
mod fake;
#[cfg(feature = "remote")]
mod remote;
mod scripted;
pub mod slot;
mod tools;

pub use self::ask::{Ask, Reply, ToolCall, Turn, Usage};
pub use self::backend::{Backend, Model, Piece, Pieces, Request};
pub use self::error::LlmError;
use self::fake::Fake;
#[cfg(feature = "remote")]
pub use self::remote::{Remote, RemoteModel, RemoteSettings};
pub use self::scripted::{Scripted, ScriptedModel, ScriptedSettings};
pub use self::tools::{ToolSpec, Tools};

/// So often a model may call tools for one question.
pub const MOST_ROUNDS: usize = 8;

/// The tool `llm` on the backend `B`. Cheap to clone.
pub struct Llm<B: Backend = Scripted> {
    place: Arc<Place<B>>,
    /// Whose handle it is, for the log.
    plugin: &'static str,
}

/// Who answers: a model, or a test.
enum Place<B: Backend> {
    Real(B::Model),
    Fake(Fake),
}

/// Answers of language models.
#[tool(notes = "TOOL.md")]
impl<B: Backend> Llm<B> {
    /// Opens the backend.
    pub async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self { place: Arc::new(Place::Real(B::open(settings, boot).await?)), plugin: "" })
    }

    /// What a test gets: the replies that it scripts, and a refusal of every other question.
    pub async fn fake() -> Result<Self> {
        Ok(Self { place: Arc::new(Place::Fake(Fake::default())), plugin: "" })
    }

    /// The handle of one plugin.
    #[must_use]
    pub fn bind(&self, plugin: &'static Identity) -> Self {
        Self { place: Arc::clone(&self.place), plugin: plugin.name }
    }

    /// The answer to a question.
    pub async fn ask(&self, ask: Ask) -> Result<Reply, LlmError> {
        self.answer(Request { ask, ..Request::default() }).await
    }

    /// The answer as it comes: pieces of text, which end with an error where the answer is cut.
    pub async fn stream(
        &self,
        ask: Ask,
    ) -> Result<impl Stream<Item = Result<String, LlmError>> + Send + use<B>, LlmError> {
        let request = Request { ask, ..Request::default() };
        let pieces = match &*self.place {
            Place::Real(model) => model.stream(request).await?,
            Place::Fake(fake) => fake.stream(request).await?,
        };
        let llm = self.clone();
        let texts = futures_util::stream::unfold((pieces, false), move |(mut pieces, ended)| {
            let llm = llm.clone();
            async move {
                if ended {
                    return None;
                }
                match pieces.next().await {
                    Some(Ok(Piece::Text(text))) => Some((Ok(text), (pieces, false))),
                    Some(Ok(Piece::End(reply))) => {
                        llm.note(&reply);
                        None
                    }
                    Some(Err(error)) => Some((Err(error), (pieces, true))),
                    None => Some((Err(LlmError::unavailable("the answer was cut")), (pieces, true))),
                }
            }
        });
        Ok(texts.boxed())
    }

    /// The answer as a value of a type, whose JSON Schema the model keeps to.
    pub async fn structured<T: DeserializeOwned + JsonSchema>(&self, ask: Ask) -> Result<T, LlmError> {
        let schema = Some(tools::schema_of::<T>());
        let reply = self.answer(Request { ask, schema, ..Request::default() }).await?;
        serde_json::from_str(unfenced(&reply.text)).map_err(|error| LlmError::Unreadable(error.into()))
    }

    /// The answer of a model that may call tools on its way, `MOST_ROUNDS` times at the most.
    pub async fn with_tools(&self, mut ask: Ask, tools: &Tools<'_>) -> Result<Reply, LlmError> {
        let mut usage = Usage::default();
        for _ in 0..MOST_ROUNDS {
            let request = Request { ask: ask.clone(), tools: tools.specs(), schema: None };
            let reply = self.answer(request).await?;
            usage += reply.usage;
            if reply.calls.is_empty() {
                return Ok(Reply { usage, ..reply });
            }
            ask.turns.push(Turn::Calls(reply.calls.clone()));
            for call in reply.calls {
                let content = tools.call(&call.name, call.arguments.clone()).await;
                let content = content.map_err(|error| LlmError::tool(&call.name, &error))?;
                ask.turns.push(Turn::Result { call, content });
            }
        }
        Err(LlmError::Endless(microcore::error::Permanent::because(format!("after {MOST_ROUNDS} rounds"))))
    }

    /// In tests: the next replies, one per question.
    ///
    /// # Panics
    ///
    /// Where the model is real.
    pub fn replies<T: Into<String>>(&self, texts: impl IntoIterator<Item = T>) {
        for text in texts {
            self.the_fake().script(Ok(Reply::of(text, Vec::new(), Usage::default())));
        }
    }

    /// In tests: with the next reply the model calls this tool.
    ///
    /// # Panics
    ///
    /// Where the model is real.
    pub fn calls(&self, tool: &str, arguments: serde_json::Value) {
        let call = ToolCall { id: format!("call-{tool}"), name: tool.to_owned(), arguments, memo: None };
        self.the_fake().script(Ok(Reply::of("", vec![call], Usage::default())));
    }

    /// In tests: the next question finds no model.
    ///
    /// # Panics
    ///
    /// Where the model is real.
    pub fn goes_down(&self) {
        self.the_fake().script(Err(LlmError::unavailable("the test says so")));
    }

    /// In tests: what was asked, oldest first.
    ///
    /// # Panics
    ///
    /// Where the model is real.
    pub fn asked(&self) -> Vec<Request> {
        self.the_fake().asked()
    }
}

impl<B: Backend> Llm<B> {
    fn the_fake(&self) -> &Fake {
        match &*self.place {
            Place::Fake(fake) => fake,
            Place::Real(_) => panic!("only the fake of a `#[microcore::test]` can be scripted; this one is real"),
        }
    }

    async fn answer(&self, request: Request) -> Result<Reply, LlmError> {
        let reply = match &*self.place {
            Place::Real(model) => model.answer(request).await?,
            Place::Fake(fake) => fake.answer(request).await?,
        };
        self.note(&reply);
        Ok(reply)
    }

    /// What it cost, beside whatever else the request or event says in the log.
    fn note(&self, reply: &Reply) {
        let model = match &*self.place {
            Place::Real(model) => model.name(),
            Place::Fake(fake) => fake.name(),
        };
        let Usage { input, output } = reply.usage;
        tracing::info!(plugin = self.plugin, model, input, output, "a model answered");
    }
}

/// JSON without the fence that some models put around it.
fn unfenced(text: &str) -> &str {
    let text = text.trim();
    let inside = text.strip_prefix("```json").or_else(|| text.strip_prefix("```"));
    inside.and_then(|inside| inside.strip_suffix("```")).map_or(text, str::trim)
}

impl<B: Backend> Clone for Llm<B> {
    fn clone(&self) -> Self {
        Self { place: Arc::clone(&self.place), plugin: self.plugin }
    }
}

impl<B: Backend> fmt::Debug for Llm<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Llm").field("plugin", &self.plugin).finish_non_exhaustive()
    }
}
