//! `src/domains/users/plugins/export_users.rs`: a route, a subscription, or both.

mod parts;
mod route;

use super::event::value;
use super::{Scaffold, sample};
use crate::change::Changes;
use crate::names::{self, pascal, raw};
use crate::pack;
use crate::problem::{Problem, Result};
use crate::project::{Declared, Field, Project};

/// What was asked for.
#[derive(Debug, Default)]
pub(crate) struct PluginAsked {
    /// `users/export_users`.
    pub(crate) place: String,
    /// `get` and `/users/export`.
    pub(crate) route: Option<(String, String)>,
    /// `user.exported`.
    pub(crate) publishes: Option<String>,
    /// `user.created`.
    pub(crate) on: Option<String>,
    /// Only with a token.
    pub(crate) auth: bool,
    /// Tools besides those that the rest needs.
    pub(crate) tools: Vec<String>,
}

/// Everything that the text is made of.
struct Parts {
    domain: String,
    name: String,
    ty: String,
    route: Option<RouteParts>,
    publishes: Option<Declared>,
    on: Option<Declared>,
    /// Tools that it takes, and uses by nothing but their names.
    tools: Vec<String>,
    /// Whether tests can write JSON.
    has_json: bool,
}

struct RouteParts {
    method: String,
    path: String,
    /// What the reply gives back: parameters of the path, the body's name, who asked.
    parameters: Vec<Field>,
    has_body: bool,
    auth: bool,
}

/// A file with a plugin and its tests.
pub(crate) fn plugin(project: &Project, asked: &PluginAsked) -> Result<Scaffold> {
    let (domain, name) = names::place("plugin", &asked.place, "users/export_users")?;
    names::module("plugin", name)?;
    if asked.route.is_none() && asked.on.is_none() {
        return Err(Problem::new("a plugin serves a route or hears an event: which one?")
            .help("add `--get /users/export` (or `--post`, `--put`, `--patch`, `--delete`), or `--on user.created`"));
    }
    let route = asked.route.as_ref().map(|(method, path)| route(project, method, path, asked.auth)).transpose()?;
    if asked.auth && route.is_none() {
        return Err(
            Problem::new("`--auth` is for routes: an event has no token").help("add `--get /…`, or leave it out")
        );
    }
    let publishes = asked.publishes.as_deref().map(|event| declared(project, event, "--publishes")).transpose()?;
    let on = asked.on.as_deref().map(|event| declared(project, event, "--on")).transpose()?;
    if let (Some(told), Some(heard)) = (&publishes, &on)
        && told == heard
    {
        return Err(Problem::new(format!("`{}` would hear what it publishes: a ring of events", asked.place))
            .help("publish another event"));
    }
    project.domain_or_new(domain)?;
    let folder = format!("{}/domains/{domain}/plugins", project.sources());
    if project.root.join(&folder).join(name).exists() {
        return Err(Problem::new(format!("`{folder}/{name}/` exists already")).help("choose another name"));
    }
    let mut ty = pascal(name);
    let is_event = |event: &Option<Declared>| event.as_ref().is_some_and(|event| event.ty == ty);
    if names::TAKEN_TYPES.contains(&ty.as_str()) || is_event(&publishes) || is_event(&on) || ty == "Claims" {
        ty.push_str("Plugin");
    }
    let tools = tools(project, &asked.tools)?;
    let has_json = project.text("Cargo.toml")?.contains("serde_json");
    let parts = Parts { domain: domain.to_owned(), name: name.to_owned(), ty, route, publishes, on, tools, has_json };
    let mut changes = Changes::below(&project.root);
    changes.create(format!("{folder}/{name}.rs"), parts.text());
    Ok(Scaffold { changes, next: vec![format!("cargo test {}", raw(name))] })
}

fn route(project: &Project, method: &str, path: &str, auth: bool) -> Result<RouteParts> {
    let parameters = names::path(path)?;
    let shape = |path: &str| {
        let segments = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        segments.collect::<Vec<_>>().join("/")
    };
    let routes = project.routes();
    if let Some(known) = routes.iter().find(|known| known.method == method && shape(&known.path) == shape(path)) {
        return Err(Problem::new(format!(
            "`{} {path}` is served by `{}` already",
            method.to_uppercase(),
            known.plugin
        ))
        .help("give it another path"));
    }
    if auth && project.app()?.value("auth").is_none() {
        return Err(
            Problem::new("`--auth` needs the tool `auth`, which `app!` does not have").help("microcore add auth")
        );
    }
    let typed = |(name, is_rest): (String, bool)| {
        let number = !is_rest && (name == "id" || name.ends_with("_id"));
        Field { ty: if number { "i64" } else { "String" }.to_owned(), name }
    };
    let parameters = parameters.into_iter().map(typed).collect();
    let has_body = ["post", "put", "patch"].contains(&method);
    Ok(RouteParts { method: method.to_owned(), path: path.to_owned(), parameters, has_body, auth })
}

/// Tools that are there.
fn tools(project: &Project, asked: &[String]) -> Result<Vec<String>> {
    let known = project.tools();
    let mut tools = Vec::new();
    for name in asked {
        if name == "config" {
            return Err(Problem::new("`config` is taken with the type of its section, which `--tool` does not write")
                .help("write `config: Config<YourSettings>` into the file; see docs/guide/configuration.md"));
        }
        if !known.contains(name) {
            let near = names::nearest(name, known.iter().map(String::as_str));
            return Err(Problem::new(format!("there is no tool `{name}`")).help(match (near, pack::nearest(name)) {
                (_, Some(pack)) if pack == name => format!("`microcore add {name}` brings it"),
                (Some(near), _) => format!("did you mean `{near}`?"),
                (None, Some(pack)) => format!("did you mean `{pack}`? `microcore add {pack}` brings it"),
                (None, None) => format!("there are `{}`; `microcore add tool {name}` makes one", known.join("`, `")),
            }));
        }
        if !tools.contains(name) {
            tools.push(name.clone());
        }
    }
    Ok(tools)
}

/// An event that is there, and that an example can be made of.
fn declared(project: &Project, name: &str, option: &str) -> Result<Declared> {
    let mut events = project.events();
    let Some(event) = events.remove(name) else {
        let said = Problem::new(format!("there is no event `{name}`"));
        let near = names::nearest(name, events.keys().map(String::as_str));
        return Err(said.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it first: `microcore add event <domain>/{name} id:i64`"),
        }));
    };
    if event.is_request {
        return Err(Problem::new(format!("event `{name}` is a request, which `{option}` does not write"))
            .help("it is asked with `self.bus.request(…)` and answered by `#[reply(…)]`; see docs/guide/events.md"));
    }
    if value(&event.ty, &event.fields).is_none() {
        return Err(Problem::new(format!("event `{name}` has a field of a type for which no example can be written"))
            .help(format!("leave `{option}` out and write it into the file; known are {}", sample::KNOWN)));
    }
    Ok(event)
}
