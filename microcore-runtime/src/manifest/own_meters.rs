//! The names of the meters that plugins define: each is the name of one thing.

use super::PluginFacts;
use crate::meter::share_no_name;

/// Stops the build where plugins have different meters of one name.
///
/// # Panics
///
/// Then: generated code has it run while the application is compiled.
pub const fn meters_are_distinct(plugins: &[PluginFacts]) {
    let mut place = 0;
    while place < plugins.len() {
        if let Some(meters) = &plugins[place].meters {
            let mut other = 0;
            while other < place {
                if let Some(others) = &plugins[other].meters {
                    share_no_name(meters, others);
                }
                other += 1;
            }
        }
        place += 1;
    }
}
