//! What the files of a tool crate declare.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens as _;
use syn::{Attribute, Fields, ImplItem, Item, LitStr, Visibility};

/// As far as the files can be read.
#[derive(Debug, Default)]
pub(super) struct Sources {
    /// The names in `slot::backends`.
    pub(super) words: BTreeSet<String>,
    /// Whether the tool has a fake.
    pub(super) has_fake: bool,
    /// Whether `slot` has a type `Tool`.
    pub(super) has_slot: bool,
    /// The settings that are read.
    pub(super) keys: BTreeSet<String>,
    /// Public methods of the tool without documentation.
    pub(super) undocumented: Vec<String>,
    /// The texts of the tests that mount the battery.
    pub(super) batteries: Vec<String>,
    /// The lines of `TOOL.md`.
    pub(super) notes: Option<usize>,
}

/// What the framework calls.
const HOOKS: [&str; 6] = ["setup", "bind", "on_boot_complete", "health_check", "shutdown", "fake"];

impl Sources {
    /// Of a folder of `src/tools`.
    pub(super) fn in_folder(folder: &Path) -> Self {
        let notes = fs::read_to_string(folder.join("TOOL.md")).ok().map(|text| text.lines().count());
        let mut found = Self { notes, ..Self::default() };
        found.files(folder);
        found
    }

    /// Of a crate.
    pub(super) fn read(folder: &Path) -> Self {
        let mut found = Self::default();
        let notes = ["src/TOOL.md", "TOOL.md"].iter().find_map(|path| fs::read_to_string(folder.join(path)).ok());
        found.notes = notes.map(|text| text.lines().count());
        found.files(&folder.join("src"));
        for path in files(&folder.join("tests")) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            if text.contains("battery!(") {
                found.batteries.push(text);
            }
        }
        found
    }

    fn files(&mut self, folder: &Path) {
        for path in files(folder) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            if text.contains("battery!(") && text.contains("#[cfg(test)]") {
                self.batteries.push(text.clone());
            }
            let Ok(file) = syn::parse_file(&text) else { continue };
            let is_slot = path.file_name().is_some_and(|name| name == "slot.rs");
            self.items(&file.items, is_slot);
        }
    }

    fn items(&mut self, items: &[Item], is_slot: bool) {
        for item in items {
            match item {
                Item::Mod(inner) if inner.ident == "backends" && is_slot => {
                    let tokens = inner.to_token_stream().to_string();
                    self.words
                        .extend(tokens.split(|char: char| !char.is_alphanumeric() && char != '_').map(str::to_owned));
                }
                Item::Mod(inner) => {
                    let is_slot = is_slot || inner.ident == "slot";
                    self.items(inner.content.as_ref().map(|(_, items)| items.as_slice()).unwrap_or_default(), is_slot);
                }
                Item::Type(alias) if is_slot && alias.ident == "Tool" => self.has_slot = true,
                Item::Struct(settings) if derives(&settings.attrs, "Settings") => {
                    let prefix = argument(&settings.attrs, "settings", "prefix").unwrap_or_default();
                    let Fields::Named(fields) = &settings.fields else { continue };
                    for field in &fields.named {
                        let name = field.ident.as_ref().map(ToString::to_string).unwrap_or_default().to_uppercase();
                        let joined = if prefix.is_empty() { name } else { format!("{prefix}_{name}") };
                        self.keys.insert(argument(&field.attrs, "setting", "key").unwrap_or(joined));
                    }
                }
                Item::Impl(item) if item.attrs.iter().any(|one| is_called(one, "tool")) => {
                    for function in &item.items {
                        let ImplItem::Fn(function) = function else { continue };
                        let name = function.sig.ident.to_string();
                        self.has_fake |= name == "fake";
                        let is_public =
                            matches!(function.vis, Visibility::Public(_)) && !HOOKS.contains(&name.as_str());
                        if is_public && !function.attrs.iter().any(|one| is_called(one, "doc")) {
                            self.undocumented.push(name);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

fn derives(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|one| is_called(one, "derive") && one.meta.to_token_stream().to_string().contains(name))
}

/// `prefix` of `#[settings(prefix = "MAIL")]`.
fn argument(attributes: &[Attribute], attribute: &str, name: &str) -> Option<String> {
    let mut found = None;
    for one in attributes.iter().filter(|one| is_called(one, attribute)) {
        // What can't be read is the compiler's to report.
        let _ = one.parse_nested_meta(|meta| {
            let value = meta.value().and_then(syn::parse::ParseBuffer::parse::<syn::Expr>);
            if let Ok(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. })) = value
                && meta.path.is_ident(name)
            {
                found = Some(LitStr::value(&text));
            }
            Ok(())
        });
    }
    found
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|one| one.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
