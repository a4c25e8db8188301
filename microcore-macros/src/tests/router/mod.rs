//! The generated router against a naive model, over random tables of routes and random paths.
//!
//! The code that `app!` writes is not compiled for each table: `interpreter` runs it as it stands, token by token.
//! `PROPTEST_CASES` says how many tables are tried.

mod interpreter;
mod model;

use proc_macro2::TokenStream;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use quote::{format_ident, quote};

use self::interpreter::Router;
use self::model::{MOUNT, Route};
use crate::entry;

const METHODS: [&str; 5] = ["delete", "get", "patch", "post", "put"];
const ASKED: [&str; 7] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
/// Few letters, so that patterns overlap; more words than a plain `match` is written for, of equal and other lengths.
const WORDS: [&str; 14] = ["a", "b", "c", "d", "e", "f", "g", "h", "aa", "ab", "ba", "bb", "abc", "users"];
const PARTS: [&str; 21] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "aa", "ab", "ba", "bb", "abc", "users", "", "x", "%61", "%2F", "é", "a.b",
    "A",
];

/// A pattern: literals and parameters, and perhaps a rest at its end.
fn pattern() -> impl Strategy<Value = String> {
    let segment = prop_oneof![3 => select(&WORDS[..]).prop_map(str::to_owned), 2 => Just("{}".to_owned())];
    let rest = prop_oneof![3 => Just(false), 1 => Just(true)];
    (proptest::collection::vec(segment, 0..4), rest).prop_map(|(segments, rest)| {
        let mut pattern = String::new();
        for (position, segment) in segments.iter().enumerate() {
            let segment = if segment == "{}" { format!("{{p{position}}}") } else { segment.clone() };
            pattern.push('/');
            pattern.push_str(&segment);
        }
        if rest {
            pattern.push_str("/{*rest}");
        }
        if pattern.is_empty() { "/".to_owned() } else { pattern }
    })
}

/// A folder below some segments.
fn folder() -> impl Strategy<Value = String> {
    let segment = prop_oneof![3 => select(&WORDS[..]).prop_map(str::to_owned), 1 => Just("{}".to_owned())];
    proptest::collection::vec(segment, 0..3).prop_map(|segments| {
        let written = segments.iter().enumerate().map(|(position, segment)| {
            if segment == "{}" { format!("/{{p{position}}}") } else { format!("/{segment}") }
        });
        format!("{}/{{*path}}", written.collect::<String>())
    })
}

/// A table without two routes for one method on the same paths, which the wiring refuses, and without folders of which
/// it says that a route hides them.
fn table() -> impl Strategy<Value = Vec<Route>> {
    let methods = subsequence(METHODS.to_vec(), 1..=2);
    let routes = proptest::collection::vec((pattern(), methods), 1..40);
    (routes, proptest::collection::vec(folder(), 0..4)).prop_map(|(written, folders)| {
        let mut table: Vec<Route> = Vec::new();
        let mut add = |route: Route| {
            if !table.iter().any(|known| known.is_same(&route)) {
                table.push(route);
            }
        };
        for (pattern, methods) in written {
            for method in methods {
                add(Route::new(method, &pattern));
            }
        }
        for pattern in folders {
            add(Route::new(MOUNT, &pattern));
        }
        if wired(&table).to_string().contains("MC0709") {
            table.retain(|route| !route.is_mount());
        }
        table
    })
}

fn path() -> impl Strategy<Value = String> {
    let parts = proptest::collection::vec(select(&PARTS[..]), 1..5);
    parts.prop_map(|parts| format!("/{}", parts.join("/")))
}

/// What `app!` writes for an application of one plugin with these routes.
fn wired(table: &[Route]) -> TokenStream {
    let routes = table.iter().enumerate().map(|(number, route)| {
        let (method, handler) = (format_ident!("{}", route.method), format_ident!("h{number}"));
        let path = &route.pattern;
        quote!(#method #path #handler false false "")
    });
    entry::wire(quote! {
        []
        { { logger false false }
          { plugin site page }
          {}
          { sqlite true "/app/src" } {} }
        { plugin { [#(#routes)*] [] [] [] [] [] false false false } }
    })
}

proptest! {
    /// Literal before parameter before rest, the next possibility where a path has not the method, and all methods of
    /// all patterns that have the path where none has it.
    #[test]
    fn the_router_finds_what_a_naive_model_finds(
        table in table(),
        paths in proptest::collection::vec((select(&ASKED[..]), path()), 1..60),
    ) {
        let router = Router::of(wired(&table));
        for (method, path) in paths {
            prop_assert_eq!(router.find(method, &path), model::find(&table, method, &path), "{} {}", method, path);
        }
    }
}
