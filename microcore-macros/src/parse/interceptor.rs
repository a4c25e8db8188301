//! `#[before]`, `#[after]` and `#[around]`: functions that run around routes, or around deliveries of events and runs of
//! jobs.
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
                     `tag = \"…\"` and `path = \"/…\"`; or `events`, `jobs` and a `domain`";

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
    events: Flag,
    jobs: Flag,
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
    /// The delivery or the run, around events and jobs.
    Work,
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
            "work" => Self::Work,
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
    let is_work = options.events.is_present() || options.jobs.is_present();
    let (rest, returned) = match (kind.to_string().as_str(), is_work) {
        ("before", false) => (None, "head: &Head) -> Result<()>"),
        ("before", true) => (None, "work: &Work) -> Result<()>"),
        ("after", _) => (Some(InterceptorInputKind::Response), "head: &Head, response: Response) -> Response"),
        (_, false) => (Some(InterceptorInputKind::Next), "head: &Head, next: impl Next) -> Response"),
        (_, true) => (Some(InterceptorInputKind::Next), "work: &Work, next: impl Next<Result<()>>) -> Result<()>"),
    };
    let too = if is_work { "" } else { "; `claims` and `route` may stand there too" };
    let help = format!("write `async fn {handler}(&self, {returned}`{too}");
    if is_work && kind == "after" {
        errors.add(
            &kind,
            "MC0705",
            format!("`{handler}` must not be `#[after]`: events and jobs have no response"),
            "write `#[around(events)]`, and look at what `next.await` gives",
        );
        return None;
    }
    let mut inputs = Vec::new();
    for (name, ty) in parameters {
        let known = InterceptorInputKind::named(name);
        let fits = |kind| match kind {
            InterceptorInputKind::Response | InterceptorInputKind::Next => rest == Some(kind),
            InterceptorInputKind::Work => is_work,
            _ => !is_work,
        };
        let around = if is_work { " around events and jobs" } else { "" };
        match known.filter(|kind| fits(*kind)) {
            Some(kind) => inputs.push(InterceptorInput { kind, ty: ty.clone() }),
            None => errors.add(
                name,
                "MC0705",
                format!("`{handler}` must not take `{name}`: it is `#[{kind}]`{around}"),
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
    let scope = if is_work {
        let of_routes = options.routes.is_present() || options.tag.is_some() || options.path.is_some();
        if of_routes || !methods.is_empty() {
            let what = format!("`{handler}` must not name routes: it runs around events and jobs");
            errors.add(attribute, "MC0705", what, USAGE);
        }
        let (events, jobs) = (options.events.is_present(), options.jobs.is_present());
        Scope::Work { events, jobs, domain: options.domain }
    } else {
        let routes = options.routes.is_present().then_some(Scope::Routes);
        let scopes =
            [routes, options.domain.map(Scope::Domain), options.tag.map(Scope::Tag), options.path.map(Scope::Path)];
        let mut scopes = scopes.into_iter().flatten();
        // A method alone is that of every route.
        let scope = scopes.next().unwrap_or(if methods.is_empty() { Scope::All } else { Scope::Routes });
        if scopes.next().is_some() {
            errors.add(attribute, "MC0705", format!("`{handler}` must have one scope"), USAGE);
        }
        scope
    };
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
