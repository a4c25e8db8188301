//! `trace [id]`: asks the running application what a request or an event led to, and draws it; with `--sql` and `--logs`,
//! with its statements and its lines.

use clap::ArgMatches;

use super::{Exit, Surroundings, running};
use crate::error::Result;
use crate::event::TraceNode;
use crate::record::{Causal, Request};
use crate::server::ServerSettings;

/// Where an application tells its traces, and its requests.
const TREE: &str = "/system/api/traces/tree";
const REQUESTS: &str = "/system/api/requests";

pub(super) fn run(options: &ArgMatches, surroundings: &mut Surroundings<'_>) -> Exit {
    let settings = match running::settings(surroundings) {
        Ok(settings) => settings,
        Err(refused) => return refused,
    };
    let id = options.get_one::<String>("id").map(String::as_str);
    let drawn = match ["sql", "logs"].map(|flag| options.get_flag(flag)) {
        [false, false] => trees(&settings, id),
        [sql, logs] => causal(&settings, id, sql, logs),
    };
    surroundings.shown(drawn.map(|text| if text.is_empty() { "nothing is known of it\n".to_owned() } else { text }))
}

fn trees(settings: &ServerSettings, id: Option<&str>) -> Result<String> {
    let query = id.map(|id| form_urlencoded::Serializer::new("?".to_owned()).append_pair("id", id).finish());
    let trees: Option<Vec<TraceNode>> =
        running::wait(running::told(settings, &format!("{TREE}{}", query.unwrap_or_default())))?;
    Ok(trees.unwrap_or_default().iter().map(TraceNode::draw).collect())
}

/// Without an id, of the latest request that is recorded.
fn causal(settings: &ServerSettings, id: Option<&str>, sql: bool, logs: bool) -> Result<String> {
    let id = match id {
        Some(id) => id.to_owned(),
        None => {
            let requests: Option<Vec<Request>> = running::wait(running::told(settings, REQUESTS))?;
            let Some(latest) = requests.unwrap_or_default().into_iter().next() else { return Ok(String::new()) };
            latest.id
        }
    };
    let id: String = form_urlencoded::byte_serialize(id.as_bytes()).collect();
    let causal: Option<Causal> = running::wait(running::told(settings, &format!("{REQUESTS}/{id}")))?;
    Ok(causal.map(|causal| causal.draw(sql, logs)).unwrap_or_default())
}
