//! No model: the same reply to everything. For development without a key, and for tests of what is around.

use futures_util::{StreamExt, stream};
use microcore::lifecycle::Boot;
use microcore::prelude::*;

use super::{Backend, LlmError, Model, Piece, Pieces, Reply, Request, Usage};

/// The backend `Scripted`.
#[derive(Debug, Clone, Copy)]
pub struct Scripted;

/// What [`Scripted`] reads.
#[derive(Debug, Settings)]
#[settings(prefix = "LLM")]
#[non_exhaustive]
pub struct ScriptedSettings {
    /// What is answered to everything.
    #[setting(default = "There is no model behind this; LLM_REPLY says what is answered.")]
    pub reply: String,
}

/// The reply.
#[derive(Debug)]
pub struct ScriptedModel {
    reply: String,
}

impl Backend for Scripted {
    type Settings = ScriptedSettings;
    type Model = ScriptedModel;

    async fn open(settings: ScriptedSettings, _: &Boot) -> Result<ScriptedModel> {
        Ok(ScriptedModel { reply: settings.reply })
    }
}

impl Model for ScriptedModel {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn answer(&self, _: Request) -> Result<Reply, LlmError> {
        Ok(Reply::of(self.reply.clone(), Vec::new(), Usage::default()))
    }

    async fn stream(&self, request: Request) -> Result<Pieces, LlmError> {
        Ok(in_pieces(self.answer(request).await?))
    }
}

/// An answer word by word.
pub(crate) fn in_pieces(reply: Reply) -> Pieces {
    let words: Vec<String> = reply.text.split_inclusive(' ').map(str::to_owned).collect();
    stream::iter(words.into_iter().map(Piece::Text).chain([Piece::End(reply)]).map(Ok)).boxed()
}
