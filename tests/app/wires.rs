//! What the tests share: an application of their own, and its journal.

use microcore::application::Application;
use microcore::error::Result;
use microcore::testing::{Running, boot};

use crate::App;

/// Boots with these settings; the journal's page is the test's own.
pub async fn try_boot(page: &str, settings: &[(&str, &str)]) -> Result<Running<App>> {
    let mut boot = boot::<App>();
    boot.environment = boot.environment.with("JOURNAL", page);
    for (key, value) in settings {
        boot.environment = boot.environment.with(*key, *value);
    }
    Running::boot(&boot).await
}

/// The same for a boot that must succeed.
pub async fn booted(page: &str, settings: &[(&str, &str)]) -> Running<App> {
    try_boot(page, settings).await.expect("the application boots")
}

/// What is off, as the boot reports it.
pub fn down(app: &Running<App>) -> Vec<String> {
    app.app().report().iter().map(ToString::to_string).collect()
}
