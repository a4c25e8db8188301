//! One folder, in alphabetical order: names of Rust files that can be modules, names of other files.

use std::path::Path;

use proc_macro2::Span;
use syn::Ident;

use super::Contents;
use crate::decl::ident;

/// An entry that is a module: `create_user.rs`, or `create_user/mod.rs`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ModuleFile {
    /// The module's name.
    pub(crate) name: String,
    /// What its text says.
    pub(crate) contents: Contents,
}

impl ModuleFile {
    /// The module's name in Rust: `r#move` of `move.rs`.
    pub(crate) fn ident(&self) -> Ident {
        ident(&self.name, Span::call_site()).expect("a name that can't be a module's is not listed")
    }

    /// Whether it is a tool whose type is known: one with backends says which is the default.
    pub(crate) fn has_type(&self) -> bool {
        !self.contents.is_generic || self.contents.has_slot
    }

    /// Whether it declares what its folder holds, in every build.
    pub(crate) fn is_wired(&self) -> bool {
        self.contents.is_marked && !self.contents.is_conditional
    }
}

/// The modules of a folder whose files hold items with one attribute; names that can't be modules go to `wrong`.
pub(crate) fn modules(folder: &Path, attribute: &str, wrong: &mut Vec<String>) -> Vec<ModuleFile> {
    let mut found = Vec::new();
    for name in entries(folder) {
        let path = folder.join(&name);
        let (stem, file) = match name.strip_suffix(".rs") {
            Some("mod") => {
                wrong.push(path.display().to_string());
                continue;
            }
            Some(stem) => (stem.to_owned(), path),
            None if path.join("mod.rs").is_file() => (name, path.join("mod.rs")),
            None => continue,
        };
        if stem.starts_with("r#") || ident(&stem, Span::call_site()).is_none() {
            wrong.push(file.display().to_string());
            continue;
        }
        let contents = std::fs::read_to_string(&file).map(|text| Contents::of(&text, attribute)).unwrap_or_default();
        found.push(ModuleFile { name: stem, contents });
    }
    found
}

/// The names in a folder that don't start with a dot; an absent folder is an empty one.
pub(crate) fn entries(folder: &Path) -> Vec<String> {
    let Ok(listed) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> = listed
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| !name.starts_with('.'))
        .collect();
    // The order of a directory differs between machines; the generated code must not.
    names.sort();
    names
}
