//! `#[before]`, `#[after]` and `#[around]`: functions that run around routes.
//!
//! In: `#[before(order = 10, path = "/admin")]` and its function. Out: the declaration, or what is wrong with it.

use darling::FromMeta;
use darling::ast::NestedMeta;
use darling::util::Flag;
use syn::{Attribute, Ident, ImplItemFn, Lit, LitStr, Meta, Type};

use super::first_sentence;
use crate::decl::{InterceptorDecl, Reads, Scope};
use crate::errors::Errors;

const USAGE: &str = "the options are `order = 10`, `methods(\"POST\", …)`, and one of `routes`, `domain = \"…\"`, \
                     `tag = \"…\"` and `path = \"/…\"`";

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

#[derive(Debug, Default, FromMeta)]
#[darling(default)]
struct Options {
    order: i32,
    methods: Texts,
    routes: Flag,
    domain: Option<LitStr>,
    tag: Option<LitStr>,
    path: Option<LitStr>,
}

/// `methods("POST", "PUT")`.
#[derive(Debug, Default)]
struct Texts(Vec<LitStr>);

impl FromMeta for Texts {
    fn from_list(items: &[NestedMeta]) -> darling::Result<Self> {
        if items.is_empty() {
            return Err(darling::Error::custom("`methods` must name at least one method"));
        }
        let texts = items.iter().map(|item| match item {
            NestedMeta::Lit(Lit::Str(text)) => Ok(text.clone()),
            other => Err(darling::Error::custom("a method is a text: `\"POST\"`").with_span(other)),
        });
        texts.collect::<darling::Result<_>>().map(Self)
    }
}

/// One input of an interceptor.
#[derive(Debug)]
pub(crate) struct InterceptorInput {
    pub(crate) kind: InterceptorInputKind,
    pub(crate) ty: Type,
}

/// What an input of an interceptor is: its name says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InterceptorInputKind {
    Head,
    Claims,
    Route,
    /// `response` of an `#[after]`.
    Response,
    /// `next` of an `#[around]`.
    Next,
}

impl InterceptorInputKind {
    /// `_head` is a head that is not looked at.
    fn named(name: &Ident) -> Option<Self> {
        Some(match name.to_string().trim_start_matches('_') {
            "head" => Self::Head,
            "claims" => Self::Claims,
            "route" => Self::Route,
            "response" => Self::Response,
            "next" => Self::Next,
            _ => return None,
        })
    }
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
) -> Option<(InterceptorDecl, Vec<InterceptorInput>)> {
    let before = errors.len();
    let kind = attribute.path().get_ident()?.clone();
    let handler = function.sig.ident.clone();
    let options = options(attribute, errors)?;
    let (rest, returned) = match kind.to_string().as_str() {
        "before" => (None, "head: &Head) -> Result<()>"),
        "after" => (Some(InterceptorInputKind::Response), "head: &Head, response: Response) -> Response"),
        _ => (Some(InterceptorInputKind::Next), "head: &Head, next: impl Next) -> Response"),
    };
    let help = format!("write `async fn {handler}(&self, {returned}`; `claims` and `route` may stand there too");
    let mut inputs = Vec::new();
    for (name, ty) in parameters {
        let known = InterceptorInputKind::named(name);
        let fits =
            |kind| !matches!(kind, InterceptorInputKind::Response | InterceptorInputKind::Next) || rest == Some(kind);
        match known.filter(|kind| fits(*kind)) {
            Some(kind) => inputs.push(InterceptorInput { kind, ty: ty.clone() }),
            None => errors.add(
                name,
                "MC0705",
                format!("`{handler}` must not take `{name}`: it is `#[{kind}]`"),
                help.clone(),
            ),
        }
    }
    if let Some(rest) = rest.filter(|rest| !inputs.iter().any(|input| input.kind == *rest)) {
        let rest = if rest == InterceptorInputKind::Next { "next" } else { "response" };
        errors.add(&handler, "MC0705", format!("`{handler}` must take `{rest}`: it is `#[{kind}]`"), help.clone());
    }
    if function.sig.asyncness.is_none() {
        errors.add(&handler, "MC0705", format!("`{handler}` must be `async`: it is `#[{kind}]`"), help);
    }
    let methods = methods(options.methods.0, errors);
    let routes = options.routes.is_present().then_some(Scope::Routes);
    let scopes =
        [routes, options.domain.map(Scope::Domain), options.tag.map(Scope::Tag), options.path.map(Scope::Path)];
    let mut scopes = scopes.into_iter().flatten();
    // A method alone is that of every route.
    let scope = scopes.next().unwrap_or(if methods.is_empty() { Scope::All } else { Scope::Routes });
    if scopes.next().is_some() {
        errors.add(attribute, "MC0705", format!("`{handler}` must have one scope"), USAGE);
    }
    let reads = |wanted| match inputs.iter().find(|input| input.kind == wanted) {
        None => Reads::No,
        Some(input) if is_option(&input.ty) => Reads::Maybe,
        Some(_) => Reads::Must,
    };
    let (claims, route) = (reads(InterceptorInputKind::Claims), reads(InterceptorInputKind::Route));
    let ty = |kind| inputs.iter().find(|input| input.kind == kind).map(|input| &input.ty);
    if let Some(ty) = ty(InterceptorInputKind::Claims).filter(|_| kind == "after" && claims == Reads::Must) {
        errors.add(
            ty,
            "MC0705",
            format!("`claims` of `{handler}` must be an `Option`: it is `#[after]`"),
            "the request is answered by then; what refuses is a `#[before]` or an `#[around]`",
        );
    }
    if let Some(ty) = ty(InterceptorInputKind::Route).filter(|_| route == Reads::Must && matches!(scope, Scope::All)) {
        errors.add(
            ty,
            "MC0705",
            format!("`route` of `{handler}` must be `Option<&Route>`: it runs around every request"),
            format!("some have no route; write `#[{kind}(routes)]` for those that have one"),
        );
    }
    let doc = first_sentence(&function.attrs);
    let decl = InterceptorDecl { kind, handler, order: options.order, scope, methods, claims, route, doc };
    (errors.len() == before).then_some((decl, inputs))
}

/// Each in capitals, and one that there is.
fn methods(written: Vec<LitStr>, errors: &mut Errors) -> Vec<LitStr> {
    let known = written.into_iter().filter_map(|text| {
        let method = text.value().to_ascii_uppercase();
        if METHODS.contains(&method.as_str()) {
            return Some(LitStr::new(&method, text.span()));
        }
        errors.add(
            &text,
            "MC0705",
            format!("`{}` is no method that a route answers", text.value()),
            format!("the methods are `{}`; HEAD, streams and sockets are GET", METHODS.join("`, `")),
        );
        None
    });
    known.collect()
}

/// As written.
fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
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
