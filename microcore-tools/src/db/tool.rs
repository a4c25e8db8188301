//! `Database<B>` as a tool: set up, checked, shut down, migrated.

use std::path::PathBuf;

use microcore_runtime::database::{Migrated, MigrationState, Progress, Verdict};
use microcore_runtime::error::Result;
use microcore_runtime::event::{DeadLetter, Outbox as _};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Migration, TableFacts, ToolFacts};
use microcore_runtime::plugin::Identity;
use microcore_runtime::settings::Settings;
use microcore_runtime::tool::Tool;

use crate::db::backend::Pool;
use crate::db::{Backend, Database};

impl<B: Backend> Tool for Database<B> {
    type Settings = B::Settings;

    const FACTS: ToolFacts = ToolFacts {
        name: "db",
        doc: B::DOC,
        methods: Self::METHODS,
        settings: <B::Settings as Settings>::KEYS,
        ..ToolFacts::EMPTY
    };

    async fn setup(settings: B::Settings, boot: &Boot) -> Result<Self> {
        Ok(Self::new(B::open(settings, boot).await?).beside(boot.is_instance()))
    }

    fn bind(&self, plugin: &'static Identity) -> Self {
        self.published_by(plugin)
    }

    async fn health_check(&self) -> Result<()> {
        Ok(self.pool().check().await?)
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(self.pool().close().await?)
    }
}

impl<B: Backend> Migrated for Database<B> {
    async fn migrate(settings: B::Settings, boot: &Boot, progress: Progress) -> Result<Vec<String>> {
        Ok(B::migrate(settings, boot, progress).await?)
    }

    async fn attach(settings: B::Settings) -> Result<Self> {
        Ok(Self::new(B::attach(settings).await?))
    }

    fn tables(migrations: &[Migration]) -> Result<Vec<TableFacts>> {
        Ok(B::tables(migrations)?)
    }

    async fn status(settings: B::Settings, boot: &Boot) -> Result<Vec<(String, MigrationState)>> {
        Ok(B::status(settings, boot).await?)
    }

    async fn schema(settings: B::Settings, _: &Boot) -> Result<Vec<TableFacts>> {
        Ok(B::schema(settings).await?)
    }

    async fn prepare(settings: B::Settings, _: &Boot, statements: Vec<&'static str>) -> Result<Vec<Verdict>> {
        Ok(B::prepare(settings, statements).await?)
    }

    async fn backup(settings: B::Settings, _: &Boot, file: PathBuf) -> Result<()> {
        Ok(B::backup(settings, file).await?)
    }

    async fn inspect(settings: B::Settings, _: &Boot) -> Result<Vec<String>> {
        Ok(B::inspect(settings).await?)
    }

    async fn outbox_letters(settings: B::Settings, _: &Boot) -> Result<Vec<DeadLetter>> {
        let database = Self::new(B::attach(settings).await?);
        if !database.exists().await? {
            return Ok(Vec::new());
        }
        let letters = database.letters().await?;
        database.pool().close().await?;
        Ok(letters)
    }

    async fn settle_outbox_letter(settings: B::Settings, _: &Boot, number: u64, again: bool) -> Result<bool> {
        let database = Self::new(B::attach(settings).await?);
        let settled = database.exists().await? && database.settle_letter(number, again).await?;
        database.pool().close().await?;
        Ok(settled)
    }
}
