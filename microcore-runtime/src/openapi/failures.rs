//! The refusals that can be told from a route's inputs and its reply, each described once under `components`.
//!
//! In: a route. Out: statuses. What its handler refuses by itself is in no type, so ranges stand for the rest.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::manifest::{Access, RouteFacts};
use crate::response::ReplyForm;

/// Status, name and meaning.
const KNOWN: [(&str, &str, &str); 13] = [
    ("400", "BadRequest", "A value or the message itself is malformed; `fields` names each value."),
    ("401", "Unauthorized", "There is no token, or one that is not good."),
    ("403", "Forbidden", "Whoever asks may not."),
    ("404", "NotFound", "There is no such thing."),
    ("408", "RequestTimeout", "The body arrives too slowly."),
    ("412", "PreconditionFailed", "There is another version than the request is about."),
    ("413", "PayloadTooLarge", "The body is longer than this server reads."),
    ("415", "UnsupportedMediaType", "The body is of another media type, or is compressed."),
    ("422", "Unprocessable", "The body is absent or of the wrong content; `fields` names each value."),
    ("426", "UpgradeRequired", "This is a web socket, and the request opens none."),
    ("4XX", "Refused", "The request is refused."),
    ("503", "Unavailable", "What answers this is down now."),
    ("5XX", "Failed", "The request failed."),
];

/// The statuses of a route's refusals.
fn statuses(route: &RouteFacts) -> BTreeSet<&'static str> {
    let mut statuses = BTreeSet::from(["4XX", "503", "5XX"]);
    let reads = |places: &[&str]| route.all_inputs().iter().any(|input| places.contains(&input.place));
    if reads(&["path", "query", "header", "body", "form", "files", "raw", "text"]) {
        statuses.insert("400");
    }
    if reads(&["body", "form", "files"]) {
        statuses.extend(["408", "413", "415", "422"]);
    }
    if reads(&["raw", "text"]) {
        statuses.extend(["408", "413", "415"]);
    }
    if route.access != Access::Open {
        statuses.insert("401");
    }
    if matches!(route.access, Access::Protected([_, ..])) {
        statuses.insert("403");
    }
    if route.form == ReplyForm::File {
        statuses.extend(["404", "412"]);
    }
    if route.is_compared() || route.may_compare() {
        statuses.insert("412");
    }
    if route.method == "WS" {
        // A browser's page of another site is told 403 where it sends cookies.
        statuses.extend(["403", "426"]);
    }
    statuses
}

/// Into an operation's responses.
pub(super) fn insert(route: &RouteFacts, responses: &mut Map<String, Value>) {
    let statuses = statuses(route);
    for (status, name, _) in KNOWN.iter().filter(|(status, ..)| statuses.contains(status)) {
        responses.insert((*status).to_owned(), json!({ "$ref": format!("#/components/responses/{name}") }));
    }
}

/// What those refer to, as far as any route does; failures are of this media type.
pub(super) fn components<'a>(routes: impl Iterator<Item = &'a RouteFacts>, media_type: &str) -> Value {
    let used: BTreeSet<&str> = routes.flat_map(statuses).collect();
    let known = KNOWN.iter().filter(|(status, ..)| used.contains(status)).map(|(_, name, description)| {
        let schema = json!({ "$ref": "#/components/schemas/Failure" });
        let content = json!({ media_type: { "schema": schema } });
        ((*name).to_owned(), json!({ "description": description, "content": content }))
    });
    known.collect::<Map<_, _>>().into()
}
