//! The names of domain and file, joined, are one plugin's: `a/b_c.rs` and `a_b/c.rs` would both be `a_b_c`.

use std::collections::BTreeMap;

use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    for plugin in &wiring.plugins {
        let (joined, name) = (plugin.field().to_string(), plugin.name());
        if let Some(earlier) = taken.get(&joined) {
            errors.add_at(
                proc_macro2::Span::call_site(),
                "MC0004",
                format!("plugins `{earlier}` and `{name}` must not have one joined name, `{joined}`"),
                "rename one of the two files",
            );
        } else {
            taken.insert(joined, name);
        }
    }
}
