//! A folder → a new generation: read, checked, started, put into the table. Whatever goes wrong leaves the old one.

use std::path::Path;
use std::sync::Arc;

use microcore_runtime::guest::CompiledGuest;
use microcore_sidecars_manifest::{Manifest, Problems};

use crate::check;
use crate::facts::{Facts, identity};
use crate::guest::Guest;
use crate::process::Process;
use crate::schema;
use crate::shelf::Shelf;

/// Loads the guest in a folder; an error says why it is not.
pub(crate) async fn load(shelf: &Shelf, domain: &str, plugin: &str, folder: &Path) -> Result<(), String> {
    let file = format!("{domain}/{plugin}/plugin.toml");
    let tools = shelf.tools().ok_or("the application's tools are not there yet")?;
    let sockets = shelf.sockets().map_err(|error| error.to_string())?;
    let text = std::fs::read_to_string(folder.join("plugin.toml"))
        .map_err(|error| format!("{file} can't be read: {error}"))?;
    let manifest = Manifest::read(&file, &text).map_err(|problems| problems.to_string())?;
    let compiled = compiled(tools.compiled, domain, plugin);
    if compiled.is_some_and(|compiled| compiled.manifest != text) {
        return Err(format!("{file} is not the one that is compiled in: build the application again"));
    }
    let identity = compiled.map_or_else(|| identity(domain, plugin), |compiled| compiled.identity);
    let mut problems = Problems::new(&file);
    let schemas = schema::all(folder, &manifest, &mut problems);
    let facts = Arc::new(Facts {
        identity,
        manifest,
        schemas,
        folder: folder.to_owned(),
        compiled: compiled.is_some(),
        generation: shelf.generation(identity.name) + 1,
        tools,
        environment: shelf.environment().clone(),
        start: shelf.settings().start,
    });
    check::alone(&facts, problems).await.map_err(|problems| problems.to_string())?;
    // Before a process is started for nothing, and once more when it is certain who else is there.
    check::beside(&facts, &file, shelf.table().guests()).map_err(|problems| problems.to_string())?;
    let process = Process::start(Arc::clone(&facts), sockets).await?;
    let guest = Arc::new(Guest::new(Arc::clone(&facts), process));
    let put = shelf.put(Arc::clone(&guest), |others| {
        check::beside(&facts, &file, others).map_err(|problems| problems.to_string())
    });
    if let Err(why) = put {
        guest.process.end().await;
        return Err(why);
    }
    tracing::info!(plugin = identity.name, generation = facts.generation, "the guest is loaded");
    Ok(())
}

/// The guest of this name whose manifest is compiled in.
fn compiled(all: &'static [CompiledGuest], domain: &str, plugin: &str) -> Option<&'static CompiledGuest> {
    all.iter().find(|guest| guest.identity.domain == domain && guest.identity.plugin == plugin)
}
