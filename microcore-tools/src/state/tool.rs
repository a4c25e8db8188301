//! `State<B>` as a tool.

use microcore_runtime::error::Result;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::ToolFacts;
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::Settings;
use microcore_runtime::tool::Tool;

use crate::state::backend::Store;
use crate::state::{Backend, State};

impl<B: Backend> Tool for State<B> {
    type Settings = B::Settings;

    const FACTS: ToolFacts = ToolFacts {
        name: "state",
        doc: B::DOC,
        methods: Self::METHODS,
        settings: <B::Settings as Settings>::KEYS,
        ..ToolFacts::EMPTY
    };

    async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self::new(B::open(settings, boot).await?))
    }

    const HAS_FAKE: bool = true;

    async fn fake(_: &Boot) -> Result<Self> {
        Ok(Self::new(B::fake()))
    }

    fn bind(&self, _: &'static Identity) -> Self {
        self.clone()
    }

    async fn health_check(&self) -> Result<()> {
        Ok(self.store().check().await?)
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(self.store().close().await?)
    }
}
