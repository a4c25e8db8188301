//! Tools for one test: isolated, temporary, set up when the test names them.

use std::future::Future;
use std::marker::PhantomData;
use std::path::Path;

use tokio::runtime::Builder;

use crate::application::Application;
use crate::context;
use crate::lifecycle::{Boot, Relay, circumstances, opens_fake};
use crate::plugin::{Identity, Slot};
use crate::settings::{Environment, Settings};
use crate::tool::Tool;

/// The place of one tool in the list of all: its name.
#[derive(Debug)]
pub struct Fixture<T> {
    name: &'static str,
    made: PhantomData<fn() -> T>,
}

impl<T> Fixture<T> {
    /// The place of the tool that `app!` calls so.
    pub const fn of(name: &'static str) -> Self {
        Self { name, made: PhantomData }
    }
}

/// What a test may ask for.
pub trait Make: Sized {
    /// Sets it up for one test; panics with the reason where that fails.
    fn make(name: &'static str, boot: &Boot) -> impl Future<Output = Self>;
}

impl<T: Tool> Make for T {
    async fn make(name: &'static str, boot: &Boot) -> Self {
        if opens_fake::<T>(name, boot) {
            return Self::fake(boot).await.unwrap_or_else(|error| panic!("the tool's fake can't be set up: {error}"));
        }
        let boot = circumstances(name, boot);
        let settings = T::Settings::load(&boot.environment).unwrap_or_else(|problems| panic!("{problems}"));
        Self::setup(settings, &boot).await.unwrap_or_else(|error| panic!("the tool can't be set up: {error}"))
    }
}

/// Brings bus and database together, where a test names both: what its transactions publish is published on its bus.
pub fn join<A: 'static, B: Relay<A, D>, D>(bus: &B, database: &D) {
    bus.join(database);
}

/// Makes what a parameter of a test names.
pub async fn make<T: Make>(place: Fixture<T>, boot: &Boot) -> T {
    T::make(place.name, boot).await
}

/// The tool of the application that the test boots beside it, as a plugin would get it; one of the test's own where no
/// plugin names it, and the application has none.
pub async fn of_app<T: Tool>(place: Fixture<T>, slot: &Slot<T>, boot: &Boot) -> T {
    static TEST: Identity = Identity { domain: "test", plugin: "test", name: "test" };
    match slot.running() {
        Ok(tool) => tool.bind(&TEST),
        Err(_) => make(place, boot).await,
    }
}

/// The circumstances of a test: the process environment over `.env.test` of the package, where there is one.
///
/// `.env` is for the developer's own runs and never read here.
pub fn boot<A: Application>() -> Boot {
    let manifest = const { &A::MANIFEST };
    let file = Path::new(manifest.folder).join(".env.test");
    let environment = Environment::load_from(&file).unwrap_or_else(|problems| panic!("{problems}"));
    Boot::new(environment).of(manifest).in_test()
}

/// Runs a test's body on one thread, so that its clock can be paused.
pub fn run<T>(body: impl Future<Output = T>) -> T {
    context::answer_tools();
    let runtime =
        Builder::new_current_thread().enable_all().build().expect("a runtime on this thread needs nothing but memory");
    runtime.block_on(body)
}
