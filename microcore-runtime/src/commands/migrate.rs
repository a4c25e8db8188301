//! `migrate`: applies the pending migrations and names them.

use super::{Exit, Surroundings};
use crate::application::Application;
use crate::error::Result;
use crate::lifecycle::Boot;
use crate::settings::Environment;

pub(super) fn run<A: Application>(surroundings: &mut Surroundings<'_>) -> Exit {
    let environment = match (surroundings.environment)() {
        Ok(environment) => environment,
        Err(problems) => {
            surroundings.settings(&problems);
            return Exit::Refused;
        }
    };
    match apply::<A>(environment) {
        Ok(applied) if applied.is_empty() => surroundings.result("nothing to apply\n"),
        Ok(applied) => surroundings.result(&(applied.join("\n") + "\n")),
        Err(error) => {
            surroundings.error(error.chain());
            Exit::Failed
        }
    }
}

fn apply<A: Application>(environment: Environment) -> Result<Vec<String>> {
    // One worker, but of the kind that may block in place: a database tool may want to.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    runtime.block_on(A::migrate(Boot { environment, manifest: const { &A::MANIFEST }, test: false }))
}
