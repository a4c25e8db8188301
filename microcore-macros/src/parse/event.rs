//! `#[event("user.created")] pub struct UserCreated { … }`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Fields, Ident, ItemStruct, LitStr, Token, Type, Visibility};

use super::{conditional, first_sentence, source_text};
use crate::decl::{EventDecl, shown};
use crate::errors::Errors;

/// An event's struct and what it declares.
#[derive(Debug)]
pub(crate) struct EventItem {
    pub(crate) item: ItemStruct,
    pub(crate) doc: String,
    pub(crate) reply: Option<Type>,
    /// The derives that its author wrote.
    pub(crate) derives: Vec<String>,
    /// The fields with `#[private]`, as they are called in JSON.
    pub(crate) private: Vec<String>,
    pub(crate) decl: EventDecl,
}

/// `"user.created", reply = UserStatus`, or `"report.wanted", job`.
struct Arguments {
    name: LitStr,
    reply: Option<Type>,
    job: bool,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        let (mut reply, mut job) = (None, false);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
            let key: Ident = input.parse()?;
            if key == "job" {
                job = true;
            } else if key == "reply" {
                input.parse::<Token![=]>()?;
                reply = Some(input.parse()?);
            } else {
                return Err(syn::Error::new(key.span(), format!("unknown option `{key}`")));
            }
        }
        Ok(Self { name, reply, job })
    }
}

impl EventItem {
    pub(crate) fn parse(arguments: TokenStream, item: ItemStruct, errors: &mut Errors) -> Self {
        let before = errors.len();
        let usage = "write `#[event(\"user.created\")]`, `#[event(\"email.check\", reply = EmailStatus)]` for a request, or \
             `#[event(\"report.wanted\", job)]` for a job";
        let (name, reply, job) = match syn::parse2::<Arguments>(arguments) {
            Ok(arguments) => (arguments.name, arguments.reply, arguments.job),
            Err(error) => {
                errors.add_at(error.span(), "MC0401", format!("`#[event]` can't be read: {error}"), usage);
                (LitStr::new("", item.ident.span()), None, false)
            }
        };
        let valid = |part: &str| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        if errors.len() == before && !name.value().split('.').all(valid) {
            errors.add(
                &name,
                "MC0401",
                format!("event name `{}` must be lower-case words joined with `.`", name.value()),
                "write \"user.created\"",
            );
        }
        if errors.len() == before && name.value().starts_with("event.") {
            errors.add(
                &name,
                "MC0401",
                format!("event name `{}` must not begin with `event.`", name.value()),
                "what the bus says about deliveries begins so; write \"order.placed\", say",
            );
        }
        if !matches!(item.vis, Visibility::Public(_)) {
            errors.add(
                &item.ident,
                "MC0405",
                format!("event `{}` must be `pub`", item.ident),
                format!("write `pub struct {}`: an event is what a domain tells the others", item.ident),
            );
        }
        if !item.generics.params.is_empty() {
            errors.add(
                &item.generics,
                "MC0405",
                format!("event `{}` must not be generic", item.ident),
                "an event is one shape that every subscriber knows; declare one event per shape",
            );
        }
        for field in &item.fields {
            conditional::check(&field.attrs, &format!("a field of event `{}`", item.ident), errors);
        }
        if let Fields::Unnamed(fields) = &item.fields {
            errors.add(
                fields,
                "MC0405",
                format!("the fields of event `{}` must have names", item.ident),
                "write `{ pub id: i64 }`; subscribers and the manifest read the names",
            );
        }
        let private = private_fields(&item, errors);
        let broken = errors.len() > before;
        let decl = EventDecl { ty: item.ident.clone(), name, replied: reply.is_some(), job, broken };
        Self {
            doc: first_sentence(&item.attrs),
            reply,
            derives: derives(&item),
            private,
            decl,
            item: without_our_attributes(item),
        }
    }

    /// Name and type of every field, as written.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        let written = |field: &syn::Field| Some((shown(field.ident.as_ref()?), source_text(&field.ty)));
        self.item.fields.iter().filter_map(written).collect()
    }
}

/// The derives that stand on the struct: `Debug`, `Serialize`.
fn derives(item: &ItemStruct) -> Vec<String> {
    let mut names = Vec::new();
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        // What can't be read is rustc's to report.
        let _ = attribute.parse_nested_meta(|meta| {
            names.extend(meta.path.segments.last().map(|last| last.ident.to_string()));
            Ok(())
        });
    }
    names
}

/// The fields that nobody is shown; where serde calls one otherwise, so do we.
fn private_fields(item: &ItemStruct, errors: &mut Errors) -> Vec<String> {
    let mut names = Vec::new();
    for field in &item.fields {
        let Some(attribute) = field.attrs.iter().find(|attribute| attribute.path().is_ident("private")) else {
            continue;
        };
        if attribute.meta.require_path_only().is_err() {
            errors.add(attribute, "MC0405", "`#[private]` takes no arguments", "write `#[private]` alone");
        }
        let mut name = field.ident.as_ref().map(shown).unwrap_or_default();
        for serde in field.attrs.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            // What can't be read is serde's to report.
            let _ = serde.parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    name = meta.value()?.parse::<LitStr>()?.value();
                }
                Ok(())
            });
        }
        names.push(name);
    }
    names
}

fn without_our_attributes(mut item: ItemStruct) -> ItemStruct {
    item.attrs.retain(|attribute| !attribute.path().is_ident("event"));
    for field in &mut item.fields {
        field.attrs.retain(|attribute| !attribute.path().is_ident("private"));
    }
    item
}
