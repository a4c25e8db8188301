//! An application of so many routes: five to a plugin, literals and parameters mixed; and the same table for matchit.

use std::fmt::Write as _;

use crate::support::build;
use crate::support::package::Workspace;

/// Routes of one plugin: method, handler, what follows the resource's name, parameters.
const ROUTES: [(&str, &str, &str, &[&str]); 5] = [
    ("get", "list", "", &[]),
    ("get", "show", "/{id}", &["id"]),
    ("put", "store", "/{id}", &["id"]),
    ("get", "recent", "/recent", &[]),
    ("get", "part", "/{id}/parts/{part}", &["id", "part"]),
];
const WORDS: [&str; 20] = [
    "orders",
    "customers",
    "invoices",
    "payments",
    "shipments",
    "products",
    "prices",
    "stocks",
    "carts",
    "users",
    "groups",
    "roles",
    "sessions",
    "messages",
    "comments",
    "reviews",
    "tickets",
    "reports",
    "files",
    "events",
];
/// At the most so many requests are tried.
const REQUESTS: usize = 40;

pub(crate) fn write(workspace: &Workspace, size: usize) {
    written(workspace, &format!("router-{size}"), size, false);
}

/// The same table in a package of this name, in an application that runs guests or does not.
pub(crate) fn written(workspace: &Workspace, package: &str, size: usize, has_guests: bool) {
    let plugins = size / ROUTES.len();
    let dependencies = format!(
        "http = \"1\"\nmatchit = \"0.9\"\nmicrocore = {{ path = {:?} }}\n\
         tokio = {{ version = \"1\", default-features = false, features = [\"rt\", \"time\"] }}\n",
        build::repository()
    );
    let (tools, guests) = if has_guests {
        let path = build::repository().join("microcore-tools/sidecars");
        (" sidecars: Process ", format!("microcore-sidecars = {{ path = {path:?} }}\n"))
    } else {
        ("", String::new())
    };
    workspace.manifest(package, &format!("{dependencies}{guests}"));
    let program = build::repository().join("benches/router/program.rs");
    let main = format!(
        "//! Generated.\nmicrocore::app! {{{tools}}}\nmod by_matchit;\n#[path = {program:?}]\nmod program;\n\
         fn main() {{\n    program::main();\n}}\n"
    );
    workspace.write(format!("{package}/src/main.rs"), &main);
    for number in 0..plugins {
        workspace.write(format!("{package}/src/domains/{}/plugins/p{number}.rs", domain(number)), &plugin(number));
    }
    workspace.write(format!("{package}/src/by_matchit.rs"), &by_matchit(plugins));
}

/// Ten resources to a domain.
fn domain(plugin: usize) -> String {
    format!("d{}", plugin / 10)
}

/// `/api/v1/orders`, `/api/v1/orders-1`, …
fn resource(plugin: usize) -> String {
    let word = WORDS[plugin % WORDS.len()];
    match plugin / WORDS.len() {
        0 => format!("/api/v1/{word}"),
        round => format!("/api/v1/{word}-{round}"),
    }
}

fn plugin(number: usize) -> String {
    let resource = resource(number);
    let handlers: String = ROUTES
        .iter()
        .map(|(method, handler, path, parameters)| {
            let inputs: String = parameters.iter().map(|name| format!(", {name}: i64")).collect();
            // What is read must not be optimised away.
            let reads: String =
                parameters.iter().map(|name| format!("        std::hint::black_box({name});\n")).collect();
            format!(
                "    #[{method}(\"{resource}{path}\")]\n    \
                 async fn {handler}(&self{inputs}) -> NoContent {{\n{reads}        NoContent\n    }}\n"
            )
        })
        .collect();
    format!(
        "//! {resource}\nuse crate::prelude::*;\n\n#[plugin]\npub struct P{number} {{}}\n\n#[plugin]\nimpl P{number} {{\n{handlers}}}\n"
    )
}

fn by_matchit(plugins: usize) -> String {
    // One entry per path; the methods of a path are told apart in the `match`.
    let mut paths: Vec<(String, Vec<(usize, usize)>)> = Vec::new();
    for plugin in 0..plugins {
        for (route, (_, _, path, _)) in ROUTES.iter().enumerate() {
            let path = format!("{}{path}", resource(plugin));
            match paths.iter_mut().find(|(known, _)| *known == path) {
                Some((_, routes)) => routes.push((plugin, route)),
                None => paths.push((path, vec![(plugin, route)])),
            }
        }
    }
    let (mut fields, mut built, mut inserts, mut arms) = Default::default();
    for plugin in 0..plugins {
        let module = format!("crate::domains::{}::plugins::p{plugin}::P{plugin}", domain(plugin));
        append(&mut fields, &format!("    p{plugin}: {module},\n"));
        append(&mut built, &format!("            p{plugin}: {module}::new(),\n"));
    }
    for (index, (path, routes)) in paths.iter().enumerate() {
        append(&mut inserts, &format!("        table.insert({path:?}, {index}).unwrap();\n"));
        let methods: String = routes.iter().map(|(plugin, route)| method(*plugin, *route)).collect();
        append(
            &mut arms,
            &format!(
                "            {index} => match head.method {{\n{methods}                _ => *response = mc::no_route(head, mc::Methods::of(2)),\n            }},\n"
            ),
        );
    }
    format!(
        r"//! Generated: the same routes with matchit.
#![allow(deprecated)]
use microcore::__private as mc;

pub struct Hand {{
    table: matchit::Router<usize>,
{fields}}}

impl Hand {{
    pub fn new() -> Self {{
        let mut table = matchit::Router::new();
{inserts}        Self {{
            table,
{built}        }}
    }}

    pub async fn respond(&'static self, head: &mc::Head, body: mc::Body, response: &mut mc::Response) {{
        let Ok(found) = self.table.at(head.uri.path()) else {{
            *response = mc::not_found(head);
            return;
        }};
        let given = |name| found.params.get(name).unwrap_or_default();
        match *found.value {{
{arms}            _ => *response = mc::not_found(head),
        }}
    }}
}}

pub const REQUESTS: &[(&str, &str)] = &[
{}];
",
        requests(plugins)
    )
}

fn method(plugin: usize, route: usize) -> String {
    let (method, handler, _, parameters) = ROUTES[route];
    let arguments: String = parameters.iter().map(|name| format!(", given({name:?})")).collect();
    let constant = method.to_uppercase();
    format!(
        "                mc::HttpMethod::{constant} => self.p{plugin}.__{method}_{handler}(head, body{arguments}, response).await,\n"
    )
}

/// Spread evenly over the table, so that every kind of route is among them.
fn requests(plugins: usize) -> String {
    let all = plugins * ROUTES.len();
    // Not a multiple of a plugin's routes, or only one kind would be met.
    let step = (all / REQUESTS).max(1);
    let step = if step.is_multiple_of(ROUTES.len()) { step + 1 } else { step };
    let mut text = String::new();
    for request in (0..all).step_by(step) {
        let (method, _, path, _) = ROUTES[request % ROUTES.len()];
        let path = path.replace("{id}", "4711").replace("{part}", "12");
        let target = format!("{}{path}", resource(request / ROUTES.len()));
        append(&mut text, &format!("    ({:?}, {target:?}),\n", method.to_uppercase()));
    }
    text
}

fn append(text: &mut String, more: &str) {
    text.write_str(more).expect("a text can be written to");
}
