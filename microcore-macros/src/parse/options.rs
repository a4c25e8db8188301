//! The arguments of the handler attributes, read with darling.
//!
//! In: what stands in the parentheses. Out: the first argument (a path or an event) and the options behind it.

use std::time::Duration;

use darling::FromMeta;
use darling::ast::NestedMeta;
use darling::util::{Flag, SpannedValue};
use syn::parse::Parse;
use syn::{Attribute, Expr, Ident, LitStr, Meta, Path, Token};

use super::duration::duration;
use crate::errors::{Errors, words};

/// `#[get("/users", status = 201, tag = "Users")]`.
#[derive(Debug, Default, FromMeta)]
pub(crate) struct RouteOptions {
    /// The status of a success.
    #[darling(default)]
    pub(crate) status: Option<SpannedValue<u16>>,
    /// For grouping in documents.
    #[darling(default)]
    pub(crate) tag: Option<String>,
    /// Who may ask: one of these roles is enough.
    #[darling(default)]
    pub(crate) roles: Option<Roles>,
    /// The media type of an answer that is not JSON, for documents.
    #[darling(default)]
    pub(crate) media: Option<LitStr>,
}

/// `roles("admin", "editor")`.
#[derive(Debug, Default)]
pub(crate) struct Roles(pub(crate) Vec<String>);

impl FromMeta for Roles {
    fn from_list(items: &[NestedMeta]) -> darling::Result<Self> {
        if items.is_empty() {
            return Err(darling::Error::custom("`roles` must name at least one role"));
        }
        items.iter().map(String::from_nested_meta).collect::<darling::Result<_>>().map(Self)
    }
}

/// `#[on(UserCreated, retries = 3, backoff = "500ms")]`.
#[derive(Debug, Default, FromMeta)]
pub(crate) struct SubscriptionOptions {
    /// How often a failing delivery is repeated.
    #[darling(default)]
    pub(crate) retries: Option<SpannedValue<u32>>,
    /// The wait before the first repetition; it doubles each time.
    #[darling(default)]
    pub(crate) backoff: Option<SpannedValue<String>>,
    /// Run in the publisher's task, as a plain call.
    #[darling(default)]
    pub(crate) inline: Flag,
    /// Each event goes to one member of the group only.
    #[darling(default)]
    pub(crate) group: Option<LitStr>,
    /// Every process hears it, and nothing is kept for those that are away.
    #[darling(default)]
    pub(crate) broadcast: Flag,
    /// The author knows that handling an event twice does no harm.
    #[darling(default)]
    pub(crate) idempotent: Flag,
    /// The author knows that this closes a ring of events, and how it ends.
    #[darling(default)]
    pub(crate) allow_ring: Flag,
}

/// `#[cron("0 3 * * *", zone = "Europe/Berlin", retries = 3)]`, `#[every("5m", from = "end")]`.
#[derive(Debug, Default, FromMeta)]
pub(crate) struct ScheduleOptions {
    /// Whose clock it goes by.
    #[darling(default)]
    pub(crate) zone: Option<LitStr>,
    /// How days of the month and weekdays are joined: `either` or `both`.
    #[darling(default)]
    pub(crate) days: Option<LitStr>,
    /// What becomes of ticks that nobody was there for: `once`, `skip` or `all`.
    #[darling(default)]
    pub(crate) missed: Option<LitStr>,
    /// A tick that can't begin in that time is not run.
    #[darling(default)]
    pub(crate) late: Option<LitStr>,
    /// What becomes of a tick while the last run is under way: `skip`, `wait` or `allow`.
    #[darling(default)]
    pub(crate) overlap: Option<LitStr>,
    /// It begins later by up to this, by a hash of name and tick.
    #[darling(default)]
    pub(crate) jitter: Option<LitStr>,
    /// How often a failing run is repeated.
    #[darling(default)]
    pub(crate) retries: Option<SpannedValue<u32>>,
    /// The wait before the first repetition; it doubles each time.
    #[darling(default)]
    pub(crate) backoff: Option<LitStr>,
    /// How long a run may take.
    #[darling(default)]
    pub(crate) timeout: Option<LitStr>,
    /// Its name in the history, wherever the file goes.
    #[darling(default)]
    pub(crate) name: Option<LitStr>,
    /// Every process runs it, and nothing is stored.
    #[darling(default)]
    pub(crate) broadcast: Flag,
    /// `end`: the interval is counted from the end of the last run.
    #[darling(default)]
    pub(crate) from: Option<LitStr>,
}

/// `#[job(ReportWanted, retries = 5, unique(tenant, month), key = tenant)]`.
#[derive(Debug, Default, FromMeta)]
pub(crate) struct JobOptions {
    /// How often a failing attempt is repeated.
    #[darling(default)]
    pub(crate) retries: Option<SpannedValue<u32>>,
    /// The wait before the first repetition; it doubles each time.
    #[darling(default)]
    pub(crate) backoff: Option<LitStr>,
    /// How long an attempt may take.
    #[darling(default)]
    pub(crate) timeout: Option<LitStr>,
    /// Of jobs with the same values in these fields there is one.
    #[darling(default)]
    pub(crate) unique: Option<Fields>,
    /// So long after it was enqueued, too.
    #[darling(default)]
    pub(crate) within: Option<LitStr>,
    /// The payload that came last counts.
    #[darling(default)]
    pub(crate) latest: Flag,
    /// Jobs with the same value in this field run one after the other.
    #[darling(default)]
    pub(crate) key: Option<Field>,
    /// How many run at once in all processes.
    #[darling(default)]
    pub(crate) at_once: Option<SpannedValue<u32>>,
    /// How many begin in which time in all processes.
    #[darling(default)]
    pub(crate) rate: Option<LitStr>,
    /// The author knows that doing a job twice does no harm.
    #[darling(default)]
    pub(crate) idempotent: Flag,
}

/// `unique(tenant, month)`.
#[derive(Debug, Clone)]
pub(crate) struct Fields(pub(crate) Vec<Ident>);

impl FromMeta for Fields {
    fn from_list(items: &[NestedMeta]) -> darling::Result<Self> {
        if items.is_empty() {
            return Err(darling::Error::custom("`unique` must name at least one field"));
        }
        let field = |item: &NestedMeta| match item {
            NestedMeta::Meta(Meta::Path(path)) => path.get_ident().cloned(),
            _ => None,
        };
        let wrong = || darling::Error::custom("`unique` must name fields of the event, as in `unique(tenant, month)`");
        items
            .iter()
            .map(|item| field(item).ok_or_else(|| wrong().with_span(item)))
            .collect::<darling::Result<_>>()
            .map(Self)
    }
}

/// `key = tenant`.
#[derive(Debug, Clone)]
pub(crate) struct Field(pub(crate) Ident);

impl FromMeta for Field {
    fn from_expr(expr: &Expr) -> darling::Result<Self> {
        let field = match expr {
            Expr::Path(path) => path.path.get_ident().cloned(),
            _ => None,
        };
        let wrong =
            || darling::Error::custom("`key` must name a field of the event, as in `key = tenant`").with_span(expr);
        field.map(Self).ok_or_else(wrong)
    }
}

/// Splits `("…", key = value, …)` into its first argument and its options.
fn split<First: Parse, Options: FromMeta + Default>(
    attribute: &Attribute,
    code: &'static str,
    known: &'static str,
    usage: &str,
    errors: &mut Errors,
) -> Option<(First, Options)> {
    let Meta::List(list) = &attribute.meta else {
        errors.add(
            &attribute.meta,
            code,
            format!(
                "`{}` must say {}",
                name_of(attribute),
                if code == "MC0809" { "when it runs" } else { "what it handles" }
            ),
            format!("write `{usage}`"),
        );
        return None;
    };
    let parser = |input: syn::parse::ParseStream<'_>| {
        let first: First = input.parse()?;
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
        Ok((first, input.parse::<proc_macro2::TokenStream>()?))
    };
    let (first, rest) = match list.parse_args_with(parser) {
        Ok(split) => split,
        Err(error) => {
            errors.add_at(
                error.span(),
                code,
                format!("`{}` can't be read: {error}", name_of(attribute)),
                format!("write `{usage}`"),
            );
            return None;
        }
    };
    let options =
        NestedMeta::parse_meta_list(rest).map_err(darling::Error::from).and_then(|items| Options::from_list(&items));
    match options {
        Ok(options) => Some((first, options)),
        Err(error) => {
            for error in error.flatten() {
                let said = in_our_words(&name_of(attribute), &error.to_string());
                errors.add_at(error.span(), code, said, format!("the options are {known}"));
            }
            // The first argument was fine: the rest of the checks can go on.
            Some((first, Options::default()))
        }
    }
}

/// The path and the options of a route.
pub(crate) fn route(attribute: &Attribute, errors: &mut Errors) -> Option<(LitStr, RouteOptions)> {
    let usage = format!("#[{}(\"/path\")]", name_of(attribute));
    let (path, options) = split::<LitStr, RouteOptions>(
        attribute,
        "MC0302",
        "`status = 201`, `tag = \"…\"`, `roles(\"admin\")` and `media = \"text/csv\"`",
        &usage,
        errors,
    )?;
    if let Some(status) = options.status.as_ref().filter(|status| !(200..400).contains(&***status)) {
        errors.add_at(
            status.span(),
            "MC0302",
            format!("`status = {}` must be that of a success, 200 to 399", **status),
            "a failure's status comes from the error that the handler returns",
        );
    }
    if let Some(media) = options.media.as_ref().filter(|media| !is_media_type(&media.value())) {
        errors.add(
            media,
            "MC0712",
            format!("`{}` must be a media type", media.value()),
            "write `type/subtype` with its parameters, as in \"text/csv\" or \"text/plain; charset=utf-8\"",
        );
    }
    Some((path, options))
}

/// RFC 9110, 8.3.1: two tokens, then parameters.
fn is_media_type(text: &str) -> bool {
    let is_token = |text: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&byte);
        !text.is_empty() && text.bytes().all(is_part)
    };
    let is_value = |text: &str| {
        let quoted = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        quoted
            .map_or_else(|| is_token(text), |text| text.bytes().all(|byte| byte != b'"' && matches!(byte, b' '..=b'~')))
    };
    let mut parts = text.split(';');
    let is_pair = |(ty, subtype): (&str, &str)| is_token(ty) && is_token(subtype);
    parts.next().and_then(|essence| essence.trim_end_matches(' ').split_once('/')).is_some_and(is_pair)
        && parts.all(|part| {
            part.trim_matches(' ').split_once('=').is_some_and(|(name, value)| is_token(name) && is_value(value))
        })
}

/// The event and the options of a subscription.
pub(crate) fn subscription(attribute: &Attribute, errors: &mut Errors) -> Option<(Path, SubscriptionOptions)> {
    split(
        attribute,
        "MC0402",
        "`retries = 3`, `backoff = \"500ms\"`, `group = \"…\"`, `broadcast`, `inline`, `idempotent` and `allow_ring`",
        &format!("#[{}(EventType)]", name_of(attribute)),
        errors,
    )
}

/// `500ms`, `2s`, `1m`.
pub(crate) fn backoff(options: &SubscriptionOptions, errors: &mut Errors) -> Duration {
    let Some(text) = &options.backoff else { return Duration::from_millis(500) };
    duration(text).unwrap_or_else(|| {
        errors.add_at(
            text.span(),
            "MC0402",
            format!("`{}` must be a duration", **text),
            "write \"500ms\", \"2s\" or \"1m\"",
        );
        Duration::ZERO
    })
}

/// The expression or the interval of a schedule, and its options.
pub(crate) fn schedule(attribute: &Attribute, errors: &mut Errors) -> Option<(LitStr, ScheduleOptions)> {
    let name = name_of(attribute);
    let (usage, known) = if name == "cron" {
        (
            "#[cron(\"0 3 * * *\")]",
            "`zone = \"Europe/Berlin\"`, `days = \"either\"`, `missed = \"once\"`, `late = \"2h\"`, `overlap = \"skip\"`, \
             `jitter = \"5m\"`, `retries = 3`, `backoff = \"500ms\"`, `timeout = \"10m\"`, `broadcast` and `name = \"…\"`",
        )
    } else {
        (
            "#[every(\"5m\")]",
            "`from = \"end\"`, `missed = \"once\"`, `late = \"2h\"`, `overlap = \"skip\"`, `jitter = \"5m\"`, `retries = 3`, \
             `backoff = \"500ms\"`, `timeout = \"10m\"`, `broadcast` and `name = \"…\"`",
        )
    };
    split(attribute, "MC0809", known, usage, errors)
}

/// The event and the options of a worker.
pub(crate) fn job(attribute: &Attribute, errors: &mut Errors) -> Option<(Path, JobOptions)> {
    split(
        attribute,
        "MC0812",
        "`retries = 3`, `backoff = \"500ms\"`, `timeout = \"10m\"`, `unique(…)`, `within = \"1h\"`, `latest`, `key = …`, \
         `at_once = 4`, `rate = \"60/m\"` and `idempotent`",
        "#[job(EventType)]",
        errors,
    )
}

fn name_of(attribute: &Attribute) -> String {
    attribute.path().get_ident().map(ToString::to_string).unwrap_or_default()
}

fn in_our_words(attribute: &str, said: &str) -> String {
    words::unknown(said).unwrap_or_else(|| format!("`{attribute}` can't be read: {}", words::lower_first(said)))
}

#[cfg(test)]
mod tests {
    use super::is_media_type;

    #[test]
    fn a_media_type_has_two_tokens_and_perhaps_parameters() {
        for right in
            ["text/csv", "image/svg+xml", "text/plain; charset=utf-8", "a/b;c=d; e=\"f g\"", "application/vnd.x-1"]
        {
            assert!(is_media_type(right), "{right}");
        }
        for wrong in [
            "",
            "csv",
            "text/",
            "/csv",
            "*/*",
            "text/csv;",
            "text/csv; charset",
            "text csv/x",
            "a/b/c",
            "text/csv\n",
            "a/b; c=\"\n\"",
        ] {
            assert!(!is_media_type(wrong), "{wrong}");
        }
    }
}
