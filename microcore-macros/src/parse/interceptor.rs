//! `#[before]`, `#[after]` and `#[around]`: functions that run around routes.
//!
//! In: `#[before(order = 10, path = "/admin")]` and its function. Out: the declaration, or what is wrong with it.

use darling::FromMeta;
use darling::ast::NestedMeta;
use syn::{Attribute, Ident, ImplItemFn, LitStr, Meta, Type};

use super::first_sentence;
use crate::decl::{InterceptorDecl, Scope};
use crate::errors::Errors;

const USAGE: &str = "the options are `order = 10`, and one of `domain = \"…\"`, `tag = \"…\"` and `path = \"/…\"`";

#[derive(Debug, Default, FromMeta)]
#[darling(default)]
struct Options {
    order: i32,
    domain: Option<LitStr>,
    tag: Option<LitStr>,
    path: Option<LitStr>,
}

/// Whether this attribute makes a function an interceptor.
pub(super) fn is_kind(kind: &Ident) -> bool {
    ["before", "after", "around"].iter().any(|known| kind == known)
}

pub(super) fn parse(
    attribute: &Attribute,
    function: &ImplItemFn,
    parameters: &[(Ident, Type)],
    errors: &mut Errors,
) -> Option<InterceptorDecl> {
    let kind = attribute.path().get_ident()?.clone();
    let handler = function.sig.ident.clone();
    let options = options(attribute, errors)?;
    let (wanted, returned) = match kind.to_string().as_str() {
        "before" => (["head"].as_slice(), "head: &Head) -> Result<()>"),
        "after" => (["head", "response"].as_slice(), "head: &Head, response: Response) -> Response"),
        _ => (["head", "next"].as_slice(), "head: &Head, next: impl Next) -> Response"),
    };
    // `_head` is a head that is not looked at.
    let is_named = |name: &Ident, wanted: &str| name.to_string().trim_start_matches('_') == wanted;
    let fits = parameters.iter().zip(wanted).all(|((name, _), wanted)| is_named(name, wanted));
    if parameters.len() != wanted.len() || !fits {
        errors.add(
            &handler,
            "MC0705",
            format!("`{handler}` must take `{}` behind `&self`: it is `#[{kind}]`", wanted.join("` and `")),
            format!("write `async fn {handler}(&self, {returned}`"),
        );
        return None;
    }
    if function.sig.asyncness.is_none() {
        errors.add(
            &handler,
            "MC0705",
            format!("`{handler}` must be `async`: it is `#[{kind}]`"),
            format!("write `async fn {handler}(&self, {returned}`"),
        );
        return None;
    }
    let scopes = [options.domain.map(Scope::Domain), options.tag.map(Scope::Tag), options.path.map(Scope::Path)];
    let mut scopes = scopes.into_iter().flatten();
    let scope = scopes.next().unwrap_or(Scope::All);
    if scopes.next().is_some() {
        errors.add(attribute, "MC0705", format!("`{handler}` must have one scope"), USAGE);
        return None;
    }
    let doc = first_sentence(&function.attrs);
    Some(InterceptorDecl { kind, handler, order: options.order, scope, doc })
}

fn options(attribute: &Attribute, errors: &mut Errors) -> Option<Options> {
    let items = match &attribute.meta {
        Meta::Path(_) => return Some(Options::default()),
        Meta::List(list) => NestedMeta::parse_meta_list(list.tokens.clone()).map_err(darling::Error::from),
        Meta::NameValue(value) => Err(darling::Error::custom("write options in parentheses").with_span(value)),
    };
    match items.and_then(|items| Options::from_list(&items)) {
        Ok(options) => Some(options),
        Err(error) => {
            for error in error.flatten() {
                errors.add_at(error.span(), "MC0705", format!("an interceptor can't be read: {error}"), USAGE);
            }
            None
        }
    }
}
