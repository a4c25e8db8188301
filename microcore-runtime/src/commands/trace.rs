//! `trace [id]`: asks the running application what a request or an event led to, and draws it.

use clap::ArgMatches;
use serde_json::Value;

use super::{Exit, Surroundings, running};
use crate::error::{Error, Result};
use crate::event::TraceNode;
use crate::server::ServerSettings;
use crate::settings::Settings as _;

/// Where an application tells its traces.
const ROUTE: &str = "/system/traces/tree";

pub(super) fn run(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let settings = (surroundings.environment)().and_then(|environment| ServerSettings::load(&environment));
    let settings = match settings {
        Ok(settings) => settings,
        Err(problems) => {
            surroundings.settings(&problems);
            return Exit::Refused;
        }
    };
    match trees(&settings, options.get_one::<String>("id").map(String::as_str)) {
        Ok(trees) if trees.is_empty() => surroundings.result("nothing is known of it\n"),
        Ok(trees) => surroundings.result(&trees.iter().map(TraceNode::draw).collect::<String>()),
        Err(error) => {
            surroundings.error(error.to_string());
            Exit::Failed
        }
    }
}

fn trees(settings: &ServerSettings, id: Option<&str>) -> Result<Vec<TraceNode>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let query = id.map(|id| form_urlencoded::Serializer::new("?".to_owned()).append_pair("id", id).finish());
        let target = format!("{ROUTE}{}", query.unwrap_or_default());
        let (status, body) = running::get(settings, &target).await?;
        if !status.is_success() {
            return Err(Error::internal(format!(
                "GET {ROUTE} answers {status}: is it this application, and may its SYSTEM_ACCESS be passed from here?"
            )));
        }
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        Ok(serde_json::from_value(body["data"].clone())?)
    })
}
