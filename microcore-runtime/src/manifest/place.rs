//! Where a plugin stands in the source tree, and a migration among those of its domain.

use super::{Migration, PluginFacts};
use crate::plugin::Identity;

impl PluginFacts {
    /// The file that declares it, from the application's folder.
    pub fn file(&self) -> String {
        let Identity { domain, plugin, .. } = self.identity;
        if self.is_guest {
            format!("src/domains/{domain}/sidecars/{plugin}/plugin.toml")
        } else {
            format!("src/domains/{domain}/plugins/{plugin}.rs")
        }
    }
}

impl Migration {
    /// Where a file is among those of its domain: by the number that its name begins with, then by name. `9_b.sql` is
    /// before `10_c.sql`; one without a number is last. The compiler orders files in the same way.
    pub fn place(file: &str) -> (u64, &str) {
        let digits = file.bytes().take_while(u8::is_ascii_digit).count();
        (file[..digits].parse().unwrap_or(u64::MAX), file)
    }
}
