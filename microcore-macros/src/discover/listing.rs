//! `src/` → which domains, plugins, events, models, migrations and tools there are.

use std::path::Path;

use proc_macro2::Span;
use syn::Ident;

use super::folder::{ModuleFile, entries, modules};
use crate::decl::ident;

/// Everything that was found, in alphabetical order.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub(crate) domains: Vec<Domain>,
    pub(crate) tools: Vec<ModuleFile>,
    /// Files whose name can't be a module's.
    pub(crate) wrong_names: Vec<String>,
}

/// One folder of `src/domains/`.
#[derive(Debug, Default)]
pub(crate) struct Domain {
    pub(crate) name: String,
    pub(crate) plugins: Vec<ModuleFile>,
    pub(crate) events: Vec<ModuleFile>,
    pub(crate) models: Vec<ModuleFile>,
    pub(crate) migrations: Vec<Migration>,
    /// The folders of plugins in other languages.
    pub(crate) guests: Vec<GuestFolder>,
}

/// A folder of `sidecars/`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct GuestFolder {
    pub(crate) name: String,
    /// Whether it has a `plugin.toml`.
    pub(crate) is_declared: bool,
}

impl GuestFolder {
    /// The name as Rust has it.
    pub(crate) fn ident(&self) -> Ident {
        ident(&self.name, Span::call_site()).expect("a name that can't be a module's is not listed")
    }
}

/// One SQL file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Migration {
    pub(crate) file: String,
    /// The digits before the first `_`.
    pub(crate) number: Option<u64>,
    /// What its first lines `-- depends: other_domain/001_x.sql` name.
    pub(crate) depends: Vec<String>,
}

impl Domain {
    /// The module's name in Rust.
    pub(crate) fn ident(&self) -> Ident {
        ident(&self.name, Span::call_site()).expect("a name that can't be a module's is not listed")
    }
}

impl Listing {
    /// Lists the folders below `root`.
    pub(crate) fn of(root: &Path) -> Self {
        let mut listing = Self::default();
        let domains = root.join("domains");
        for name in entries(&domains) {
            let folder = domains.join(&name);
            if !folder.is_dir() {
                continue;
            }
            if name.starts_with("r#") || ident(&name, Span::call_site()).is_none() {
                listing.wrong_names.push(folder.display().to_string());
                continue;
            }
            let wrong = &mut listing.wrong_names;
            listing.domains.push(Domain {
                plugins: modules(&folder.join("plugins"), "plugin", wrong),
                events: modules(&folder.join("events"), "event", wrong),
                models: modules(&folder.join("models"), "queries", wrong),
                migrations: migrations(&folder.join("migrations")),
                guests: guests(&folder.join("sidecars"), wrong),
                name,
            });
        }
        listing.tools = modules(&root.join("tools"), "tool", &mut listing.wrong_names);
        // As the user knows them: from the folder of `app!`, which is not the same on every machine.
        let root = format!("{}/", root.display());
        for name in &mut listing.wrong_names {
            if let Some(inside) = name.strip_prefix(&root) {
                *name = format!("src/{inside}");
            }
        }
        listing
    }
}

fn guests(folder: &Path, wrong: &mut Vec<String>) -> Vec<GuestFolder> {
    let mut found = Vec::new();
    for name in entries(folder).into_iter().filter(|name| folder.join(name).is_dir() && name != "__pycache__") {
        let path = folder.join(&name);
        if name.starts_with("r#") || ident(&name, Span::call_site()).is_none() {
            wrong.push(path.display().to_string());
            continue;
        }
        found.push(GuestFolder { name, is_declared: path.join("plugin.toml").is_file() });
    }
    found
}

fn migrations(folder: &Path) -> Vec<Migration> {
    let sql = entries(folder)
        .into_iter()
        .filter(|name| Path::new(name).extension().is_some_and(|extension| extension == "sql"));
    let mut found: Vec<Migration> = sql
        .map(|file| Migration {
            number: file.split('_').next().and_then(|digits| digits.parse().ok()),
            // A file that can't be read is `include_str!`'s to report.
            depends: std::fs::read_to_string(folder.join(&file)).map(|text| depends(&text)).unwrap_or_default(),
            file,
        })
        .collect();
    found.sort_by(|one, other| place(&one.file).cmp(&place(&other.file)));
    found
}

/// As the migrator orders them: `Migration::place` of the runtime.
fn place(file: &str) -> (u64, &str) {
    let digits = file.bytes().take_while(u8::is_ascii_digit).count();
    (file[..digits].parse().unwrap_or(u64::MAX), file)
}

/// As the migrator reads them: `microcore-tools/src/db/migration.rs`.
fn depends(sql: &str) -> Vec<String> {
    let head = sql.trim_start_matches('\u{feff}').lines();
    head.map_while(|line| line.trim().strip_prefix("--").map(str::trim))
        .filter(|line| *line != "no-transaction")
        .map_while(|line| line.strip_prefix("depends:"))
        .flat_map(|names| names.split([',', ' ']))
        .filter(|name| !name.is_empty())
        .map(|name| format!("{}.sql", name.strip_suffix(".sql").unwrap_or(name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_by_name_in_order_and_reports_names_that_are_no_modules() {
        let root = std::env::temp_dir().join(format!("microcore-listing-{}", std::process::id()));
        let write = |path: &str, text: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("domains/users/plugins/b.rs", "#[plugin] impl B {}");
        write("domains/users/plugins/a/mod.rs", "");
        write("domains/users/plugins/a-b.rs", "");
        write("domains/users/plugins/self.rs", "");
        write("domains/users/plugins/move.rs", "#[plugin] impl Move {}");
        write("domains/users/plugins/.b.rs.swp", "");
        write(
            "domains/users/migrations/002_b.sql",
            "-- depends: a/1.sql, b/2\n--depends: c/3.sql\n-- x\n-- depends: d/4.sql",
        );
        write("domains/users/migrations/9_a.sql", "\u{feff}-- no-transaction\n-- depends: a/1.sql");
        write("domains/users/migrations/10_c.sql", "");
        write("domains/users/migrations/later.sql", "");
        write("domains/users/migrations/readme.md", "");
        write("domains/users/sidecars/greet/plugin.toml", "");
        write("domains/users/sidecars/half/main.py", "");
        write("domains/users/sidecars/no-name/plugin.toml", "");
        write("domains/users/sidecars/README.md", "");
        write("tools/clock.rs", "#[tool] impl Clock {}");
        let listing = Listing::of(&root);
        let plugins: Vec<_> =
            listing.domains[0].plugins.iter().map(|file| (file.name.as_str(), file.is_wired())).collect();
        assert_eq!(plugins, [("a", false), ("b", true), ("move", true)]);
        let depends = ["a/1.sql", "b/2.sql", "c/3.sql"].map(str::to_owned).to_vec();
        let found = &listing.domains[0].migrations;
        assert_eq!(found[0], Migration { file: "002_b.sql".into(), number: Some(2), depends });
        assert_eq!(found[1].depends, ["a/1.sql"]);
        let files: Vec<&str> = found.iter().map(|migration| migration.file.as_str()).collect();
        assert_eq!(files, ["002_b.sql", "9_a.sql", "10_c.sql", "later.sql"], "numbers are compared as numbers");
        assert_eq!(listing.tools.len(), 1);
        let guest = |name: &str, is_declared| GuestFolder { name: name.to_owned(), is_declared };
        assert_eq!(listing.domains[0].guests, [guest("greet", true), guest("half", false)]);
        assert_eq!(listing.domains[0].plugins[2].ident().to_string(), "r#move");
        let wrong: Vec<_> = listing.wrong_names.iter().filter_map(|name| name.rsplit('/').next()).collect();
        assert_eq!(wrong, ["a-b.rs", "self.rs", "no-name"]);
        std::fs::remove_dir_all(root).unwrap();
    }
}
