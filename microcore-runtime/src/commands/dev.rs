//! `dev`: serves while one edits. In: the sources and the settings. Out: 0 when it is told to end.

use clap::ArgMatches;

use super::{Exit, Surroundings};
use crate::manifest::Manifest;

#[cfg(all(unix, debug_assertions))]
pub(super) fn run(manifest: &'static Manifest, options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    use std::path::Path;
    use std::time::Duration;

    use crate::dev::{Asked, Supervisor};
    use crate::error::Result;

    if !Path::new(manifest.folder).join("Cargo.toml").is_file() {
        surroundings.error(format_args!("`dev` needs the sources, and there are none in `{}`", manifest.folder));
        return Exit::Refused;
    }
    let settings = match super::running::settings(surroundings) {
        Ok(settings) => settings,
        Err(refused) => return refused,
    };
    let hold = options.get_one::<Duration>("hold").copied().filter(|_| !options.get_flag("no-hold"));
    let asked = Asked {
        hold,
        port: options.get_one::<u16>("port").copied(),
        cargo: options.get_many::<String>("cargo").into_iter().flatten().cloned().collect(),
    };
    let out = &mut *surroundings.out;
    let served = || -> Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let served = runtime.block_on(async { Supervisor::new(manifest, settings, &asked, out)?.run().await });
        // Whoever types is not waited for.
        runtime.shutdown_background();
        served
    };
    match served() {
        Ok(()) => Exit::Done,
        Err(error) => {
            surroundings.error(error.to_string());
            Exit::Failed
        }
    }
}

#[cfg(not(all(unix, debug_assertions)))]
pub(super) fn run(_: &'static Manifest, _: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    surroundings.error("`dev` is in debug builds on Unix only: it builds, and a release must not");
    Exit::Refused
}
