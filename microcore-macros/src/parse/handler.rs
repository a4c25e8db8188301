//! One handler: a function with `#[get]`, `#[on]`, `#[reply]`, `#[cron]` or `#[job]`.

use proc_macro2::Span;
use syn::{Attribute, Ident, ImplItemFn, LitStr, ReturnType, Type};

use super::interceptor::InterceptorInput;
use super::{
    JobItem, ScheduleItem, body, channel, documentation, extract, feature, interceptor, job, options, schedule,
    signature, source_text,
};
use crate::decl::{InterceptorDecl, JobDecl, PathPattern, RouteDecl, ScheduleDecl, SubscriptionDecl, ident, shown};
use crate::errors::Errors;

/// The attributes of routes. All but the last two are methods; those answer GET, see [`channel`].
const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "sse", "ws"];

/// A handler and what it handles. A function with two attributes is two handlers.
#[derive(Debug)]
pub(crate) struct Handler {
    pub(crate) name: Ident,
    pub(crate) is_async: bool,
    pub(crate) doc: String,
    pub(crate) more: String,
    pub(crate) deprecated: bool,
    pub(crate) role: Role,
}

/// What a handler handles.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "a few per plugin, each read once")]
pub(crate) enum Role {
    Route {
        decl: RouteDecl,
        inputs: Vec<Input>,
        output: Type,
        status: u16,
        tag: Option<String>,
        roles: Vec<String>,
        media: Option<LitStr>,
    },
    /// `repeats` is where its repetitions are asked for, unless it says that they do no harm.
    Subscription {
        decl: SubscriptionDecl,
        repeats: Option<Span>,
    },
    Reply {
        decl: SubscriptionDecl,
        output: Type,
    },
    Schedule {
        decl: ScheduleDecl,
        item: ScheduleItem,
    },
    Job {
        decl: JobDecl,
        item: JobItem,
    },
    Interceptor {
        decl: InterceptorDecl,
        inputs: Vec<InterceptorInput>,
    },
}

/// One input of a route's handler.
#[derive(Debug)]
pub(crate) struct Input {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
    pub(crate) kind: InputKind,
}

/// Where an input comes from: its name says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InputKind {
    Path,
    Query,
    QueryStruct,
    Body,
    Form,
    Files,
    /// The body as it came.
    Raw,
    /// The body as a text.
    Text,
    Headers,
    Cookies,
    Context,
    Claims,
    /// `#[extract]`: a type of the application's own makes itself of the request.
    Extract,
    /// `last_event_id` of an `#[sse]`.
    LastEventId,
    /// `events` of an `#[sse]`, `socket` of a `#[ws]`.
    Channel,
}

impl InputKind {
    /// Whether it is the body, of which there is one.
    pub(crate) fn is_body(self) -> bool {
        matches!(self, Self::Files) || self.is_whole_body()
    }

    /// Whether it is the body as one value.
    pub(crate) fn is_whole_body(self) -> bool {
        matches!(self, Self::Body | Self::Form | Self::Raw | Self::Text)
    }
}

impl Handler {
    /// Whether this attribute makes a function a handler.
    pub(crate) fn is_attribute(attribute: &Attribute) -> bool {
        attribute.path().get_ident().is_some_and(Self::is_word)
    }

    /// Whether an attribute of this name does.
    pub(crate) fn is_word(name: &Ident) -> bool {
        interceptor::is_kind(name)
            || schedule::is_kind(name)
            || job::is_kind(name)
            || METHODS.iter().chain(&["on", "reply"]).any(|known| name == known)
    }

    /// Reads one attribute of a function.
    pub(crate) fn parse(attribute: &Attribute, function: &ImplItemFn, errors: &mut Errors) -> Option<Self> {
        let kind = attribute.path().get_ident()?;
        let parameters = signature::parameters(function, errors);
        let parameters = if interceptor::is_kind(kind) {
            parameters
        } else {
            parameters.filter(|parameters| signature::are_named(function, parameters, errors))
        };
        let role = if kind == "on" {
            subscription(attribute, function, parameters?, errors)
        } else if kind == "reply" {
            reply(attribute, function, parameters?, errors)
        } else if schedule::is_kind(kind) {
            let parsed = schedule::parse(attribute, function, &parameters?, errors);
            parsed.map(|(decl, item)| Role::Schedule { decl, item })
        } else if job::is_kind(kind) {
            let parsed = job::parse(attribute, function, &parameters?, errors);
            parsed.map(|(decl, item)| Role::Job { decl, item })
        } else if interceptor::is_kind(kind) {
            let parsed = interceptor::parse(attribute, function, &parameters?, errors);
            parsed.map(|(decl, inputs)| Role::Interceptor { decl, inputs })
        } else {
            route(kind, attribute, function, parameters, errors)
        }?;
        let name = function.sig.ident.clone();
        let (doc, more) = documentation(&function.attrs);
        let deprecated = function.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated"));
        Some(Self { name, is_async: function.sig.asyncness.is_some(), doc, more, deprecated, role })
    }
}

/// The input that a parameter's name stands for, whatever the path says.
pub(super) fn named(name: &str, method: &Ident) -> Option<InputKind> {
    Some(match name {
        "body" => InputKind::Body,
        "query" => InputKind::QueryStruct,
        "form" => InputKind::Form,
        "files" => InputKind::Files,
        "raw" => InputKind::Raw,
        "text" => InputKind::Text,
        "headers" => InputKind::Headers,
        "cookies" => InputKind::Cookies,
        "ctx" => InputKind::Context,
        "claims" => InputKind::Claims,
        text if channel::name(method) == Some(text) => InputKind::Channel,
        "last_event_id" if method == "sse" => InputKind::LastEventId,
        _ => return None,
    })
}

fn route(
    method: &Ident,
    attribute: &Attribute,
    function: &ImplItemFn,
    parameters: Option<Vec<(Ident, Type)>>,
    errors: &mut Errors,
) -> Option<Role> {
    let (literal, options) = options::route(attribute, errors)?;
    let path = PathPattern::parse(&literal, errors)?;
    let parameters = parameters?;
    let handler = &function.sig.ident;
    for missing in path.parameters().filter(|name| !parameters.iter().any(|(parameter, _)| shown(parameter) == *name)) {
        let written = ident(missing, Span::call_site()).map_or_else(|| missing.to_owned(), |name| name.to_string());
        errors.add(
            &literal,
            "MC0303",
            format!("path parameter `{{{missing}}}` must be a parameter of `{handler}`"),
            format!("write `{written}: i64` or `{written}: String` behind `&self`"),
        );
    }
    if let Some(taken) = path.parameters().find(|name| named(name, method).is_some()) {
        errors.add(
            &literal,
            "MC0303",
            format!("path parameter `{{{taken}}}` must have another name: `{taken}` is an input of its own"),
            format!("write `{{{taken}_id}}` or what the segment is"),
        );
        return None;
    }
    let in_path: Vec<String> = path.parameters().map(str::to_owned).collect();
    let is_named = |name: &Ident| {
        let text = shown(name);
        in_path.contains(&text) || named(&text, method).is_some()
    };
    let mut inputs = Vec::new();
    for (name, ty) in parameters {
        let text = shown(&name);
        let is_path = path.parameters().any(|parameter| parameter == text);
        let kind = if extract::is_marked(function, &name) {
            InputKind::Extract
        } else if is_path {
            InputKind::Path
        } else {
            named(&text, method).unwrap_or(InputKind::Query)
        };
        if kind == InputKind::Files && !feature::MULTIPART.serves(handler, &name, errors) {
            return None;
        }
        inputs.push(Input { name, ty, kind });
    }
    body::check(method, handler, &inputs, errors);
    if channel::name(method).is_some() {
        channel::check(method, function, &inputs, &options, errors);
    }
    let output = signature::output(function, errors);
    let status = options.status.map_or(200, |status| *status);
    let roles = options.roles.unwrap_or_default().0;
    let guarded = !roles.is_empty() || inputs.iter().any(|input| input.kind == InputKind::Claims);
    let extracts = inputs.iter().any(|input| input.kind == InputKind::Extract);
    if let Some(input) = inputs.iter().find(|input| input.kind == InputKind::Extract && is_named(&input.name)) {
        let name = &input.name;
        errors.add(
            name,
            "MC0722",
            format!("`{name}` of `{handler}` must have another name: it is extracted"),
            "that name is an input of its own; call it what it is, such as `user`",
        );
    }
    let tag = options.tag.clone();
    let decl = RouteDecl { method: method.clone(), path, handler: handler.clone(), guarded, extracts, tag };
    Some(Role::Route { decl, inputs, output, status, tag: options.tag, roles, media: options.media })
}

fn subscription(
    attribute: &Attribute,
    function: &ImplItemFn,
    parameters: Vec<(Ident, Type)>,
    errors: &mut Errors,
) -> Option<Role> {
    let (event, options) = options::subscription(attribute, errors)?;
    let backoff = options::backoff(&options, errors);
    let handler = function.sig.ident.clone();
    one_event(&handler, &event, &parameters, "Result<()>", errors)?;
    let inline = options.inline.is_present();
    if inline && let Some(token) = &function.sig.asyncness {
        errors.add(
            token,
            "MC0403",
            format!("`{handler}` must not be `async`: it is `inline`"),
            "an inline subscriber is a plain call in the publisher's task; remove `async`, or remove `inline`",
        );
    }
    if inline && let Some(retries) = options.retries.as_ref().filter(|retries| ***retries > 0) {
        errors.add(
            attribute,
            "MC0403",
            format!("`{handler}` must not ask for `retries = {}`: it is `inline`", **retries),
            "a repetition would hold up the publisher; remove `inline`, or remove `retries`",
        );
    }
    let broadcast = options.broadcast.is_present().then(|| Ident::new("broadcast", options.broadcast.span()));
    if inline && let Some(place) = options.group.as_ref().map(LitStr::span).or(broadcast.as_ref().map(Ident::span)) {
        errors.add_at(
            place,
            "MC0403",
            format!("`{handler}` must not share or spread its events: it is `inline`"),
            "an inline subscriber is called where the event is published, each time; remove `inline`, or this option",
        );
    }
    if let (Some(group), Some(_)) = (&options.group, &broadcast) {
        errors.add(
            group,
            "MC0402",
            format!("`{handler}` must not be in a group: it is `broadcast`"),
            "a group shares each event, a broadcast reaches everybody; keep one of the two",
        );
    }
    let decl = SubscriptionDecl {
        inline,
        retries: options.retries.as_ref().map_or(0, |retries| **retries),
        backoff: u64::try_from(backoff.as_millis()).unwrap_or(u64::MAX),
        group: options.group,
        broadcast,
        allow_ring: options.allow_ring.is_present(),
        ..SubscriptionDecl::new(event, handler)
    };
    let repeats = options.retries.filter(|retries| **retries > 0 && !options.idempotent.is_present());
    Some(Role::Subscription { decl, repeats: repeats.map(|retries| retries.span()) })
}

fn reply(
    attribute: &Attribute,
    function: &ImplItemFn,
    parameters: Vec<(Ident, Type)>,
    errors: &mut Errors,
) -> Option<Role> {
    let (event, _) = options::subscription(attribute, errors)?;
    let handler = function.sig.ident.clone();
    // What is answered is the event's to say; where the function says something, that is it.
    let answered = match &function.sig.output {
        ReturnType::Default => "Result<…>` with the type behind `reply =` of the event".to_owned(),
        ReturnType::Type(_, ty) => source_text(ty),
    };
    one_event(&handler, &event, &parameters, &answered, errors)?;
    let decl = SubscriptionDecl::new(event, handler);
    Some(Role::Reply { decl, output: signature::output(function, errors) })
}

/// A subscriber reads one shared event: `event: &E`.
fn one_event(
    handler: &Ident,
    event: &syn::Path,
    parameters: &[(Ident, Type)],
    answer: &str,
    errors: &mut Errors,
) -> Option<()> {
    let event_type = &event.segments.last()?.ident;
    let end = if answer.contains('`') { "" } else { "`" };
    let help = format!("write `async fn {handler}(&self, event: &{event_type}) -> {answer}{end}");
    match parameters {
        [(_, Type::Reference(reference))] if reference.mutability.is_none() => Some(()),
        [(_, ty)] => {
            errors.add(ty, "MC0404", format!("the event of `{handler}` must be a shared reference"), help);
            None
        }
        _ => {
            errors.add(handler, "MC0404", format!("`{handler}` must take the event and nothing else"), help);
            None
        }
    }
}
