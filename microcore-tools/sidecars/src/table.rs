//! Who is asked: the routes of all guests, in one table that is replaced as a whole.
//!
//! In: a method and a path. Out: the guest, its route and the raw parameters, or the methods that the path has.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use microcore_runtime::router::{Methods, Segments};
use microcore_sidecars_manifest::{Ask, Route, Segment};

use crate::guest::Guest;

/// The guests that run, by name, and their routes.
#[derive(Debug, Default)]
pub(crate) struct Table {
    guests: BTreeMap<&'static str, Arc<Guest>>,
    /// Those with a literal go before those with a parameter in its place. None of a guest that is compiled in: the
    /// application's own router has them.
    routes: Vec<(Arc<Guest>, usize)>,
}

/// Who answers a request.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) guest: Arc<Guest>,
    route: usize,
    /// In the order of the path.
    pub(crate) parameters: Vec<String>,
}

impl Found {
    /// A route that the application's own router has found.
    pub(crate) fn of(guest: Arc<Guest>, name: &str, parameters: &[&str]) -> Option<Self> {
        let route = guest.facts.manifest.routes.iter().position(|route| route.name == name)?;
        Some(Self { guest, route, parameters: parameters.iter().map(|text| (*text).to_owned()).collect() })
    }

    pub(crate) fn route(&self) -> &Route {
        &self.guest.facts.manifest.routes[self.route]
    }
}

impl Table {
    pub(crate) fn new(guests: BTreeMap<&'static str, Arc<Guest>>) -> Self {
        let mut routes: Vec<(Arc<Guest>, usize)> = guests
            .values()
            .filter(|guest| !guest.facts.compiled)
            .flat_map(|guest| (0..guest.facts.manifest.routes.len()).map(|route| (Arc::clone(guest), route)))
            .collect();
        routes.sort_by_cached_key(|(guest, route)| {
            let segments = guest.facts.manifest.routes[*route].segments.iter();
            segments.map(|segment| matches!(segment, Segment::Parameter { .. })).collect::<Vec<_>>()
        });
        Self { guests, routes }
    }

    pub(crate) fn guests(&self) -> &BTreeMap<&'static str, Arc<Guest>> {
        &self.guests
    }

    pub(crate) fn has_routes(&self) -> bool {
        !self.routes.is_empty()
    }

    /// The guest for a request; else what the path may be asked with.
    pub(crate) fn find(&self, method: &Method, path: &str, mut allowed: Methods) -> Result<Found, Methods> {
        for (guest, index) in &self.routes {
            let route = &guest.facts.manifest.routes[*index];
            let Some(parameters) = matched(&route.segments, path) else { continue };
            if answers(route.ask, method) {
                return Ok(Found { guest: Arc::clone(guest), route: *index, parameters });
            }
            allowed.add(bit(route.ask));
        }
        Err(allowed)
    }
}

fn matched(segments: &[Segment], path: &str) -> Option<Vec<String>> {
    let mut left = Segments::of(path);
    let mut parameters = Vec::new();
    for segment in segments {
        let (text, rest) = left.split()?;
        match segment {
            Segment::Literal(literal) if literal == text => {}
            Segment::Parameter { .. } if !text.is_empty() => parameters.push(text.to_owned()),
            _ => return None,
        }
        left = rest;
    }
    left.is_end().then_some(parameters)
}

fn answers(ask: Ask, method: &Method) -> bool {
    match ask {
        // HEAD is GET without the body.
        Ask::Get => *method == Method::GET || *method == Method::HEAD,
        Ask::Post => *method == Method::POST,
        Ask::Put => *method == Method::PUT,
        Ask::Patch => *method == Method::PATCH,
        Ask::Delete => *method == Method::DELETE,
    }
}

/// Its place among DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT.
fn bit(ask: Ask) -> u8 {
    match ask {
        Ask::Delete => 1,
        Ask::Get => 1 << 1,
        Ask::Patch => 1 << 4,
        Ask::Post => 1 << 5,
        Ask::Put => 1 << 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_matches_whole_and_a_parameter_is_not_empty() {
        let segments = [
            Segment::Literal("invoices".to_owned()),
            Segment::Parameter { name: "id".to_owned(), is: microcore_sidecars_manifest::Parameter::Integer },
        ];
        assert_eq!(matched(&segments, "/invoices/7"), Some(vec!["7".to_owned()]));
        for other in ["/invoices", "/invoices/", "/invoices/7/", "/invoices/7/pdf", "/bills/7", "/"] {
            assert_eq!(matched(&segments, other), None, "{other}");
        }
        assert_eq!(matched(&[Segment::Literal(String::new())], "/"), Some(Vec::new()));
    }
}
