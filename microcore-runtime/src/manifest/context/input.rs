//! What a route reads and answers with, on one line: `path {id: integer} → {id: integer, name: string}`.

use crate::manifest::{InputFacts, RouteFacts, input_shape, output_brief};

/// The line, or `None` where the route reads nothing and answers with no JSON.
pub(super) fn shapes(route: &RouteFacts) -> Option<String> {
    let mut parts = Vec::new();
    for place in places(route) {
        let (whole, single): (Vec<_>, Vec<_>) =
            route.inputs.iter().filter(|input| input.place == place).partition(|input| is_whole(input));
        if !single.is_empty() {
            let fields: Vec<String> = single.into_iter().map(field).collect();
            parts.push(format!("{place} {{{}}}", fields.join(", ")));
        }
        parts.extend(whole.into_iter().map(|input| {
            let mark = if input.is_required() { "" } else { "?" };
            format!("{}{mark} {}", input.name, shape(input))
        }));
    }
    let made: Vec<&str> = route.extracts.iter().map(|extract| extract.name).collect();
    if !made.is_empty() {
        parts.push(format!("extracts {}", made.join(", ")));
    }
    if let Some(output) = route.output {
        parts.push(format!("→ {}", output_brief(output)));
    }
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The places that the route reads, in the order in which a request is read; unknown ones stay in their order.
fn places(route: &RouteFacts) -> Vec<&'static str> {
    let mut places = vec!["path", "query", "header"];
    for input in route.inputs {
        if !places.contains(&input.place) {
            places.push(input.place);
        }
    }
    places
}

/// A `query` parameter of that name is the whole query; what is neither path, query nor header is whole anyway.
fn is_whole(input: &InputFacts) -> bool {
    input.name == input.place || !matches!(input.place, "path" | "query" | "header")
}

fn field(input: &InputFacts) -> String {
    let mark = if input.is_required() { "" } else { "?" };
    format!("{}{mark}: {}", input.name, shape(input))
}

/// An optional input is marked with `?`; only JSON knows `null` besides.
fn shape(input: &InputFacts) -> String {
    let shape = input_shape(input.shape);
    match shape.strip_suffix("|null") {
        Some(present) if !input.is_required() => present.to_owned(),
        _ => shape,
    }
}
