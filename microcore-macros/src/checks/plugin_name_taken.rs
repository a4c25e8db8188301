//! The names of domain and file, joined, are one plugin's: `a/b_c.rs` and `a_b/c.rs` would both be `a_b_c`.

use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    for (index, plugin) in wiring.plugins.iter().enumerate() {
        if let Some(earlier) = wiring.plugins[..index].iter().find(|earlier| earlier.field() == plugin.field()) {
            errors.add_at(
                proc_macro2::Span::call_site(),
                "MC0004",
                format!(
                    "plugins `{}` and `{}` must not have one joined name, `{}`",
                    earlier.name(),
                    plugin.name(),
                    plugin.field()
                ),
                "rename one of the two files",
            );
        }
    }
}
