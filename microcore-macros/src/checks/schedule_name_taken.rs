//! A schedule's name is one history.

use std::collections::BTreeMap;

use crate::errors::Errors;
use crate::wiring::{PluginNode, Wiring};

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let mut taken: BTreeMap<String, &PluginNode> = BTreeMap::new();
    for (plugin, schedule) in wiring.schedules() {
        let name = schedule.name_in(&plugin.name());
        if let Some(earlier) = taken.get(&name) {
            let place = schedule.name.as_ref().map_or_else(|| schedule.handler.span(), syn::LitStr::span);
            errors.add_at(
                place,
                "MC0807",
                format!("schedule `{name}` is already declared by `{}`", earlier.name()),
                "give this one a name of its own: `name = \"…\"`",
            );
        } else {
            taken.insert(name, plugin);
        }
    }
}
