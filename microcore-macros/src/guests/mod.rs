//! Guests of the source tree: plugins in other languages, whose `plugin.toml` stands beside the plugins in Rust.
//!
//! In: the folders that `app!` has listed, and the graph. Out: one more plugin in the graph for each, so that routes,
//! events, roles and SQL are checked and wired as everybody's; and the code that hands its calls to the tool `sidecars`.

mod checks;
mod declared;
mod expand;
mod read;

use microcore_sidecars_manifest::Manifest;

use crate::errors::Errors;
use crate::wiring::{File, PluginNode, Wiring};

/// A guest whose manifest was read.
#[derive(Debug)]
pub(crate) struct Guest {
    pub(crate) file: File,
    /// From the file of `app!`: `domains/shop/sidecars/invoice`.
    pub(crate) folder: String,
    /// Where it is on this machine.
    pub(crate) absolute: String,
    /// As messages call it: `src/domains/shop/sidecars/invoice`.
    pub(crate) shown: String,
    pub(crate) manifest: Manifest,
}

impl Guest {
    /// `src/domains/shop/sidecars/invoice/plugin.toml:12`.
    pub(crate) fn at(&self, line: usize) -> String {
        format!("{}/plugin.toml:{line}", self.shown)
    }
}

/// Puts every guest into the graph, without what is wrong with it.
pub(crate) fn join(wiring: &mut Wiring, errors: &mut Errors) {
    let mut guests = read::all(wiring, errors);
    for index in 0..guests.len() {
        let (earlier, rest) = guests.split_at_mut(index);
        checks::check(&mut rest[0], earlier, wiring, errors);
    }
    let code: Vec<_> = guests.iter().map(|guest| expand::guest(guest, wiring)).collect();
    wiring.guest_code = expand::module(&guests, &code);
    let plugins: Vec<PluginNode> = guests
        .iter()
        .map(|guest| PluginNode { file: guest.file.clone(), decl: declared::plugin(guest, wiring) })
        .collect();
    wiring.plugins.extend(plugins);
}
