//! One folder, in alphabetical order: names of Rust files that can be modules, names of other files.

use std::path::Path;

/// An entry that is a module: `create_user.rs`, or `create_user/mod.rs`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ModuleFile {
    /// The module's name.
    pub(crate) name: String,
    /// Whether its text has one of the given marks.
    pub(crate) marked: bool,
}

/// The modules of a folder; names that can't be modules go to `wrong`.
///
/// A file's text is looked at for one thing only, whether one of `marks` stands in it: a file without a declaration has no
/// link in the chain, and the compiler's own words about that would not help.
pub(crate) fn modules(folder: &Path, marks: &[&str], wrong: &mut Vec<String>) -> Vec<ModuleFile> {
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
        if syn::parse_str::<syn::Ident>(&stem).is_err() {
            wrong.push(file.display().to_string());
            continue;
        }
        let marked = std::fs::read_to_string(&file).is_ok_and(|text| marks.iter().any(|mark| text.contains(mark)));
        found.push(ModuleFile { name: stem, marked });
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
