//! Tools for one test: isolated, temporary, set up when the test names them.

use std::future::Future;
use std::marker::PhantomData;
use std::path::Path;

use tokio::runtime::Builder;

use crate::application::Application;
use crate::lifecycle::{Boot, Relay};
use crate::settings::{Environment, Settings};
use crate::tool::Tool;

/// The place of one tool in the list of all; it holds nothing.
#[derive(Debug)]
pub struct Fixture<T>(PhantomData<fn() -> T>);

impl<T> Fixture<T> {
    /// The place.
    pub const NEW: Self = Self(PhantomData);
}

/// What a test may ask for.
pub trait Make: Sized {
    /// Sets it up for one test; panics with the reason where that fails.
    fn make(boot: &Boot) -> impl Future<Output = Self>;
}

impl<T: Tool> Make for T {
    async fn make(boot: &Boot) -> Self {
        let settings = T::Settings::load(&boot.environment).unwrap_or_else(|problems| panic!("{problems}"));
        Self::setup(settings, boot).await.unwrap_or_else(|error| panic!("the tool can't be set up: {error}"))
    }
}

/// Brings bus and database together, where a test names both: what its transactions publish is published on its bus.
pub fn join<A: 'static, B: Relay<A, D>, D>(bus: &B, database: &D) {
    bus.join(database);
}

/// Makes what a parameter of a test names.
pub async fn make<T: Make>(_place: Fixture<T>, boot: &Boot) -> T {
    T::make(boot).await
}

/// The circumstances of a test: the process environment over `.env.test` of the package, where there is one.
///
/// `.env` is for the developer's own runs and never read here.
pub fn boot<A: Application>() -> Boot {
    let manifest = const { &A::MANIFEST };
    let file = Path::new(manifest.folder).join(".env.test");
    let environment = Environment::load_from(&file).unwrap_or_else(|problems| panic!("{problems}"));
    Boot { environment, manifest, test: true }
}

/// Runs a test's body on one thread, so that its clock can be paused.
pub fn run<T>(body: impl Future<Output = T>) -> T {
    let runtime =
        Builder::new_current_thread().enable_all().build().expect("a runtime on this thread needs nothing but memory");
    runtime.block_on(body)
}
