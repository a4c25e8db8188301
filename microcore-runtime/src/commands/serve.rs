//! `serve`: boots the application and serves; the default.

use std::path::Path;
use std::process::ExitCode;

use super::{Surroundings, context};
use crate::application::Application;
use crate::lifecycle::serve_application;

pub(super) fn run<A: Application>(surroundings: &mut Surroundings<'_>) -> ExitCode {
    // Only where the sources are: a debug build that was copied elsewhere writes no files there.
    let package = A::MANIFEST.folder;
    if cfg!(debug_assertions) && !package.is_empty() && Path::new(package).is_dir() {
        context::refresh_quietly::<A>(surroundings);
    }
    serve_application::<A>()
}
