//! `#[extract]`: at a parameter, that its type makes itself of the request; on an impl, how it does.
//!
//! In: the impl. Out: the inputs of its function `extract`, by name as those of a handler, and its tools.

use proc_macro2::{Span, TokenStream};
use syn::{Attribute, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Pat, Type};

use super::handler::named;
use super::{Input, InputKind};
use crate::decl::shown;
use crate::errors::Errors;

const HELP: &str =
    "write `#[extract] impl CurrentUser { async fn extract(db: &Db, claims: Claims) -> Result<Self> { … } }`";

/// An impl whose function makes the type of a request.
#[derive(Debug)]
pub(crate) struct ExtractItem {
    pub(crate) item: ItemImpl,
    pub(crate) name: Ident,
    pub(crate) given: Vec<Given>,
}

/// What the function takes.
#[derive(Debug)]
pub(crate) enum Given {
    /// Of the request.
    Input(Box<Input>),
    /// `head: &Head`.
    Head(Ident),
    /// A tool of the application, by its name.
    Tool(Ident),
}

/// Whether the parameter of this name is marked.
pub(super) fn is_marked(function: &ImplItemFn, name: &Ident) -> bool {
    function.sig.inputs.iter().any(|input| match input {
        FnArg::Typed(typed) => {
            matches!(&*typed.pat, Pat::Ident(pattern) if pattern.ident == *name) && typed.attrs.iter().any(is_mark)
        }
        FnArg::Receiver(_) => false,
    })
}

/// The mark is for `#[plugin]`; rustc knows none at a parameter.
pub(super) fn unmark(function: &mut ImplItemFn) {
    for input in &mut function.sig.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.retain(|attribute| !is_mark(attribute));
        }
    }
}

fn is_mark(attribute: &Attribute) -> bool {
    attribute.path().is_ident("extract")
}

impl ExtractItem {
    /// Reads it; where it is something else, that is the mistake.
    pub(crate) fn parse(arguments: &TokenStream, item: &TokenStream, errors: &mut Errors) -> Option<Self> {
        let before = errors.len();
        if !arguments.is_empty() {
            errors.add(arguments, "MC0722", "`#[extract]` takes no arguments", HELP);
        }
        let parsed = syn::parse2::<ItemImpl>(item.clone()).ok().filter(|item| item.trait_.is_none());
        let name = parsed.as_ref().and_then(|item| match &*item.self_ty {
            Type::Path(path) if item.generics.params.is_empty() => Some(path.path.segments.last()?.ident.clone()),
            _ => None,
        });
        let Some((item, name)) = parsed.zip(name) else {
            errors.add(item, "MC0722", "`#[extract]` must stand on the impl of a type without parameters", HELP);
            return None;
        };
        let function = item.items.iter().find_map(|member| match member {
            ImplItem::Fn(function) if function.sig.ident == "extract" => Some(function),
            _ => None,
        });
        let Some(function) = function else {
            errors.add(&name, "MC0722", format!("`{name}` must have a function `extract`"), HELP);
            return None;
        };
        if function.sig.asyncness.is_none() || function.sig.receiver().is_some() {
            errors.add(
                &function.sig.ident,
                "MC0722",
                format!("`extract` of `{name}` must be `async`, and without `self`"),
                HELP,
            );
        }
        let given = function.sig.inputs.iter().filter_map(|input| given(input, &name, errors)).collect();
        (errors.len() == before).then_some(Self { item, name, given })
    }
}

fn given(input: &FnArg, of: &Ident, errors: &mut Errors) -> Option<Given> {
    let FnArg::Typed(typed) = input else { return None };
    let Pat::Ident(pattern) = &*typed.pat else {
        errors.add(&typed.pat, "MC0722", format!("a parameter of `extract` of `{of}` must be a plain name"), HELP);
        return None;
    };
    let (name, ty) = (pattern.ident.clone(), (*typed.ty).clone());
    let text = shown(&name);
    // Messages and events are of one route; whatever is called so here is what everything else is.
    let kind = named(&text, &Ident::new("get", Span::call_site()));
    match kind {
        Some(kind) if kind.is_body() => {
            errors.add(
                &name,
                "MC0721",
                format!("`extract` of `{of}` must not read a body: `{name}` is the handler's"),
                "it runs before the body is read, and a request has one; take `headers`, `claims` or parameters of the query",
            );
            None
        }
        Some(kind) => Some(Given::Input(Box::new(Input { name, ty, kind }))),
        None if text == "head" => Some(Given::Head(name)),
        None if matches!(ty, Type::Reference(_)) => Some(Given::Tool(name)),
        None => Some(Given::Input(Box::new(Input { name, ty, kind: InputKind::Query }))),
    }
}
