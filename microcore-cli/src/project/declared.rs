//! What the files of the domains declare: events with their fields, routes. As far as a file can be read.

use std::collections::BTreeMap;

use syn::parse::{Parse, ParseStream};
use syn::{Attribute, ImplItem, Item, LitStr, Token};

use super::Project;

/// An event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declared {
    /// `user.created`.
    pub(crate) name: String,
    /// `UserCreated`.
    pub(crate) ty: String,
    /// `src/domains/users/events/user_created.rs`.
    pub(crate) path: String,
    /// Its fields, in order.
    pub(crate) fields: Vec<Field>,
    /// Whether it is a request, with a reply.
    pub(crate) is_request: bool,
}

/// A field with its type as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) ty: String,
}

/// A route that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Route {
    /// `get`.
    pub(crate) method: String,
    /// `/users/{id}`.
    pub(crate) path: String,
    /// `users.get_user`.
    pub(crate) plugin: String,
}

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "sse", "ws"];

impl Project {
    /// Every event, by name.
    pub(crate) fn events(&self) -> BTreeMap<String, Declared> {
        let folder = format!("{}/domains/", self.sources());
        let files =
            self.rust_files().into_iter().filter(|(path, _)| path.starts_with(&folder) && path.contains("/events/"));
        files.filter_map(|(path, text)| event(&path, &text)).map(|event| (event.name.clone(), event)).collect()
    }

    /// Every route, in the order of the files.
    pub(crate) fn routes(&self) -> Vec<Route> {
        let folder = format!("{}/domains/", self.sources());
        let files =
            self.rust_files().into_iter().filter(|(path, _)| path.starts_with(&folder) && path.contains("/plugins/"));
        files.flat_map(|(path, text)| routes(&path[folder.len()..], &text)).collect()
    }
}

/// The literal that an attribute begins with, and whether a word stands behind it.
struct Named {
    name: String,
    words: Vec<String>,
}

impl Parse for Named {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse::<LitStr>()?.value();
        let mut words = Vec::new();
        while !input.is_empty() {
            if input.peek(syn::Ident) {
                words.push(input.parse::<syn::Ident>()?.to_string());
            } else if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
            } else {
                input.parse::<proc_macro2::TokenTree>()?;
            }
        }
        Ok(Self { name, words })
    }
}

fn is_called(attribute: &Attribute, name: &str) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == name)
}

fn event(path: &str, text: &str) -> Option<Declared> {
    let file = syn::parse_file(text).ok()?;
    file.items.iter().find_map(|item| {
        let Item::Struct(item) = item else { return None };
        let attribute = item.attrs.iter().find(|attribute| is_called(attribute, "event"))?;
        let named: Named = attribute.parse_args().ok()?;
        let fields = item.fields.iter().filter_map(|field| {
            Some(Field {
                name: field.ident.as_ref()?.to_string().trim_start_matches("r#").to_owned(),
                ty: text.get(syn::spanned::Spanned::span(&field.ty).byte_range())?.to_owned(),
            })
        });
        Some(Declared {
            ty: item.ident.to_string(),
            path: path.to_owned(),
            fields: fields.collect(),
            is_request: named.words.iter().any(|word| word == "reply"),
            name: named.name,
        })
    })
}

fn routes(path: &str, text: &str) -> Vec<Route> {
    let mut found = Vec::new();
    let plugin = path.trim_end_matches(".rs").trim_end_matches("/mod").replace("/plugins/", ".");
    let Ok(file) = syn::parse_file(text) else { return found };
    for item in &file.items {
        let Item::Impl(item) = item else { continue };
        let functions = item.items.iter().filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        });
        for attribute in functions.flat_map(|function| &function.attrs) {
            let Some(method) = METHODS.iter().find(|method| is_called(attribute, method)) else { continue };
            if let Ok(named) = attribute.parse_args::<Named>() {
                found.push(Route { method: (*method).to_owned(), path: named.name, plugin: plugin.clone() });
            }
        }
    }
    found
}
