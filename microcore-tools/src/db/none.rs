//! What stands behind `db` where nobody chose an engine and SQLite is not compiled in.
//!
//! An application without a database never notices it: a tool that no plugin names is not set up. One that needs a
//! database learns from its settings, so before anything is opened, that there is none.

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::Duration;

use microcore_runtime::database::{MigrationState, Progress, Verdict};
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{Migration, TableFacts};
use microcore_runtime::settings::{Environment, Key, Problems, Settings};

use crate::db::backend::{Backend, Open, Pool, Result, Values, Wanted};
use crate::db::{DbError, Row};

/// No engine.
#[derive(Debug)]
pub enum NoDatabase {}

/// Settings that are never right.
#[derive(Debug)]
pub enum NoSettings {}

/// A database that is never open.
#[derive(Debug)]
pub enum NoPool {}

impl Settings for NoSettings {
    const KEYS: &'static [Key] = &[];

    fn read(_: &Environment, problems: &mut Problems) -> Option<Self> {
        let message = "no database is chosen: take `sqlite` into the features of `microcore`, or `postgres` and write \
                       `app! { db: Postgres }`";
        problems.add("db", message);
        None
    }
}

impl crate::sealed::Sealed for NoDatabase {}

impl Backend for NoDatabase {
    type Settings = NoSettings;
    type Pool = NoPool;
    const DOC: &'static str = "No database is compiled in.";
    const CLOCK: &'static str = "0";
    const NUMBERED: &'static str = "";
    const SKIP_LOCKED: &'static str = "";
    const WITH_WRITES: bool = false;

    async fn open(settings: NoSettings, _: &Boot) -> Result<NoPool> {
        match settings {}
    }

    async fn attach(settings: NoSettings) -> Result<NoPool> {
        match settings {}
    }

    async fn migrate(settings: NoSettings, _: &Boot, _: Progress) -> Result<Vec<String>> {
        match settings {}
    }

    async fn status(settings: NoSettings, _: &Boot) -> Result<Vec<(String, MigrationState)>> {
        match settings {}
    }

    async fn schema(settings: NoSettings) -> Result<Vec<TableFacts>> {
        match settings {}
    }

    async fn prepare(settings: NoSettings, _: Vec<&'static str>) -> Result<Vec<Verdict>> {
        match settings {}
    }

    async fn backup(settings: NoSettings, _: PathBuf) -> Result<()> {
        match settings {}
    }

    async fn inspect(settings: NoSettings) -> Result<Vec<String>> {
        match settings {}
    }

    async fn describe(pool: &NoPool) -> Result<Vec<TableFacts>> {
        match *pool {}
    }

    fn tables(_: &[Migration]) -> Result<Vec<TableFacts>> {
        Err(DbError::usage("no database is compiled in, which could tell what the migrations lead to"))
    }
}

impl Pool for NoPool {
    type Open = Infallible;

    async fn fetch<T: Row>(&self, _: &str, _: Values, _: Wanted) -> Result<Vec<T>> {
        match *self {}
    }

    async fn execute(&self, _: &str, _: Values) -> Result<u64> {
        match *self {}
    }

    fn longest_transaction(&self) -> Option<Duration> {
        match *self {}
    }

    async fn begin(&self) -> Result<Infallible> {
        match *self {}
    }

    async fn check(&self) -> Result<()> {
        match *self {}
    }

    async fn close(&self) -> Result<()> {
        match *self {}
    }
}

impl Open for Infallible {
    async fn fetch<T: Row>(&mut self, _: &str, _: Values, _: Wanted) -> Result<Vec<T>> {
        match *self {}
    }

    async fn execute(&mut self, _: &str, _: Values) -> Result<u64> {
        match *self {}
    }

    async fn execute_many(&mut self, _: &str, _: Vec<Values>) -> Result<u64> {
        match *self {}
    }

    async fn control(&mut self, _: String) -> Result<()> {
        match *self {}
    }

    async fn commit(self) -> Result<()> {
        match self {}
    }

    async fn rollback(self) -> Result<()> {
        match self {}
    }
}
