//! `#[job(ReportWanted, retries = 5, …)]` on a handler.
//!
//! In: the attribute and the function. Out: the declaration, and what stands in the manifest.

use syn::{Attribute, GenericArgument, Ident, ImplItemFn, LitStr, PathArguments, Type};

use super::duration::duration;
use super::feature;
use super::options::{self, Fields, JobOptions};
use crate::decl::JobDecl;
use crate::errors::Errors;

/// How a worker takes its jobs.
#[derive(Debug)]
pub(crate) struct JobItem {
    pub(crate) retries: u32,
    /// Times are in milliseconds.
    pub(crate) backoff: u64,
    /// 0 where there is none.
    pub(crate) timeout: u64,
    pub(crate) unique: Option<Fields>,
    pub(crate) within: u64,
    pub(crate) latest: bool,
    pub(crate) key: Option<Ident>,
    /// 0 where there is no limit.
    pub(crate) at_once: u32,
    /// How many in which time.
    pub(crate) rate: Option<(u32, u64)>,
    /// Its author knows that doing it twice does no harm.
    pub(crate) idempotent: bool,
    /// The steps that its handler names; the plugin's other functions are known later.
    pub(crate) steps: Vec<String>,
}

/// Whether an attribute of this name is one.
pub(super) fn is_kind(name: &Ident) -> bool {
    name == "job"
}

pub(super) fn parse(
    attribute: &Attribute,
    function: &ImplItemFn,
    parameters: &[(Ident, Type)],
    errors: &mut Errors,
) -> Option<(JobDecl, JobItem)> {
    let handler = &function.sig.ident;
    if !feature::JOBS.serves(handler, attribute.path(), errors) {
        return None;
    }
    let before = errors.len();
    let (event, options) = options::job(attribute, errors)?;
    takes_job(handler, &event, parameters, errors);
    let is_async = function.sig.asyncness.is_some();
    if let Some(timeout) = options.timeout.as_ref().filter(|_| !is_async) {
        errors.add(
            timeout,
            "MC0814",
            format!("`{handler}` must not have a timeout: it is a plain `fn`, which can't be stopped"),
            "make it an `async fn`, or remove `timeout`",
        );
    }
    exclusive(handler, &options, errors);
    let JobOptions { retries, backoff, timeout, unique, within, latest, key, at_once, rate, idempotent } = options;
    let mut time = |text: Option<&LitStr>, otherwise: u64| text.map_or(otherwise, |text| millis(text, errors));
    let item = JobItem {
        retries: retries.as_ref().map_or(0, |retries| **retries),
        backoff: time(backoff.as_ref(), 500),
        timeout: time(timeout.as_ref(), if is_async { 60 * 60 * 1000 } else { 0 }),
        within: time(within.as_ref(), 0),
        unique,
        latest: latest.is_present(),
        key: key.map(|key| key.0),
        at_once: at_once.as_ref().map_or(0, |at_once| **at_once),
        rate: rate.as_ref().and_then(|text| frequency(text, errors)),
        idempotent: idempotent.is_present(),
        steps: Vec::new(),
    };
    if let Some(none) = at_once.filter(|at_once| **at_once == 0) {
        errors.add_at(none.span(), "MC0812", "`at_once = 0` lets none run", "write `at_once = 1` or more");
    }
    let decl = JobDecl { event, handler: handler.clone(), unique: item.unique.is_some(), key: item.key.is_some() };
    (errors.len() == before).then_some((decl, item))
}

/// `job: &Job<ReportWanted>` and nothing else.
fn takes_job(handler: &Ident, event: &syn::Path, parameters: &[(Ident, Type)], errors: &mut Errors) {
    let Some(event) = event.segments.last().map(|last| &last.ident) else { return };
    let help = format!("write `async fn {handler}(&self, job: &Job<{event}>) -> Result<()>`");
    match parameters {
        [(_, ty)] if is_job_of(ty, event) => {}
        [(_, ty)] => errors.add(ty, "MC0808", format!("`{handler}` must take `&Job<{event}>`"), help),
        _ => errors.add(handler, "MC0808", format!("`{handler}` must take the job and nothing else"), help),
    }
}

fn is_job_of(ty: &Type, event: &Ident) -> bool {
    let Type::Reference(reference) = ty else { return false };
    let Type::Path(path) = &*reference.elem else { return false };
    let Some(last) = path.path.segments.last().filter(|last| last.ident == "Job") else { return false };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
    let is_event = |argument: &GenericArgument| match argument {
        GenericArgument::Type(Type::Path(path)) => path.path.segments.last().is_some_and(|last| last.ident == *event),
        _ => false,
    };
    reference.mutability.is_none() && arguments.args.len() == 1 && arguments.args.iter().all(is_event)
}

/// Options that say nothing without another.
fn exclusive(handler: &Ident, options: &JobOptions, errors: &mut Errors) {
    let JobOptions { retries, backoff, unique, within, latest, .. } = options;
    if retries.as_ref().is_none_or(|retries| **retries == 0)
        && let Some(backoff) = backoff
    {
        errors.add(
            backoff,
            "MC0812",
            format!("`{handler}` must not have `backoff` without `retries`: nothing is repeated"),
            "write `retries = 3`, or remove `backoff`",
        );
    }
    if unique.is_some() {
        return;
    }
    let help = "say which fields are compared: `unique(tenant, month)`";
    if let Some(within) = within {
        errors.add(
            within,
            "MC0812",
            format!("`{handler}` must not have `within` without `unique`: nothing is compared"),
            help,
        );
    }
    if latest.is_present() {
        errors.add_at(
            latest.span(),
            "MC0812",
            format!("`{handler}` must not have `latest` without `unique`: nothing is compared"),
            help,
        );
    }
}

fn millis(text: &LitStr, errors: &mut Errors) -> u64 {
    let Some(duration) = duration(&text.value()) else {
        let help = "write \"500ms\", \"30s\", \"10m\", \"2h\" or \"1d\"";
        errors.add(text, "MC0806", format!("`{}` is no duration", text.value()), help);
        return 0;
    };
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// `60/m`, `100/s`, `1000/h`, `5000/d`.
fn frequency(text: &LitStr, errors: &mut Errors) -> Option<(u32, u64)> {
    let said = text.value();
    let units = [("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let read = said.split_once('/').and_then(|(count, unit)| {
        let count = count.trim().parse::<u32>().ok().filter(|count| *count > 0)?;
        let (_, per) = units.into_iter().find(|(name, _)| *name == unit.trim())?;
        Some((count, per))
    });
    if read.is_none() {
        errors.add(
            text,
            "MC0812",
            format!("`{said}` is no rate"),
            "write how many in which time: \"100/s\", \"60/m\", \"1000/h\" or \"5000/d\"",
        );
    }
    read
}
