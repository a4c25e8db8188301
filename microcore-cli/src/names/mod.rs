//! Names, as the macros want them: modules, events, types. What is refused here would be refused by the compiler.
//!
//! In: what somebody typed. Out: the name, or what is wrong with it and what to write instead.

use crate::problem::{Problem, Result};

/// Names that the framework's prelude or the generated code use: a type that is called so would hide one of them.
pub(crate) const TAKEN_TYPES: &[&str] = &[
    "App",
    "Auth",
    "AuthError",
    "Bus",
    "BusError",
    "ByteSize",
    "Bytes",
    "Config",
    "Context",
    "Cookie",
    "Cookies",
    "Counter",
    "Created",
    "Date",
    "Db",
    "DbError",
    "DbErrorKind",
    "Decimal",
    "DeliveryFailed",
    "Deserialize",
    "Enqueued",
    "Err",
    "Error",
    "EventStatus",
    "EventStream",
    "Feed",
    "Files",
    "Folder",
    "Gauge",
    "Head",
    "Headers",
    "Histogram",
    "Http",
    "Job",
    "JobFailed",
    "JobOptions",
    "JobStatus",
    "Json",
    "Label",
    "Logger",
    "Media",
    "Meter",
    "Next",
    "NoContent",
    "None",
    "Ok",
    "OnViolation",
    "Option",
    "PublishOptions",
    "Redirect",
    "Response",
    "Result",
    "Route",
    "Row",
    "Rows",
    "SameSite",
    "Scheduler",
    "Schema",
    "Secret",
    "Self",
    "SendFile",
    "SentEvent",
    "Serialize",
    "Settings",
    "Socket",
    "Some",
    "State",
    "StateError",
    "Streamed",
    "String",
    "Subprotocol",
    "SubscriberPaused",
    "SubscriberResumed",
    "SubscriberStatus",
    "Subscription",
    "Tick",
    "Timestamp",
    "TraceNode",
    "TraceRecord",
    "Uuid",
    "Validate",
    "Vec",
    "Version",
    "Versioned",
    "Violations",
    "With",
    "Work",
];

/// The framework's tools and the names that generated code and tests use.
pub(crate) const TAKEN_TOOLS: &[&str] = &[
    "logger",
    "config",
    "http",
    "db",
    "bus",
    "state",
    "scheduler",
    "app",
    "boot",
    "meter",
    "plugins",
    "settings",
    "tools",
];

/// A domain, a plugin, a tool, a migration: what can be a module and a file everywhere.
pub(crate) fn module(kind: &str, name: &str) -> Result<()> {
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '_';
    let starts = name.starts_with(|char: char| char.is_ascii_lowercase());
    // A file `mod.rs` is its folder's, and no module of that name.
    let is_word = ["self", "super", "crate"].contains(&name) || (name == "mod" && ["plugin", "tool"].contains(&kind));
    if starts && name.chars().all(plain) && !is_word {
        return Ok(());
    }
    let said = Problem::new(format!("{kind} `{name}` must be named in lower-case letters, digits and `_`"));
    let near = snake(name);
    Err(if near != name && module(kind, &near).is_ok() {
        said.help(format!("write `{near}`"))
    } else if name.is_empty() {
        said.help("write one, as in `export_users`")
    } else {
        said.help("it begins with a letter, and is no word such as `self`; for example `export_users`")
    })
}

/// `domain/name`, both modules.
pub(crate) fn place<'a>(kind: &str, text: &'a str, example: &str) -> Result<(&'a str, &'a str)> {
    let Some((domain, name)) = text.split_once('/').filter(|(_, name)| !name.contains('/')) else {
        return Err(Problem::new(format!("{kind} `{text}` must be named with its domain: `<domain>/<name>`"))
            .help(format!("for example `{example}`")));
    };
    module("domain", domain)?;
    Ok((domain, name))
}

/// `user.exported`.
pub(crate) fn event(name: &str) -> Result<()> {
    let valid = |part: &str| {
        part.starts_with(|char: char| char.is_ascii_lowercase())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    };
    if !name.split('.').all(valid) {
        let said = Problem::new(format!("event name `{name}` must be lower-case words joined with `.`"));
        let near = snake(name).replace('_', ".");
        return Err(said.help(if near != name && event(&near).is_ok() {
            format!("write `{near}`, say: what happened to what")
        } else {
            "say what happened to what, as in `user.exported`".to_owned()
        }));
    }
    if name.starts_with("event.") {
        return Err(Problem::new(format!("event name `{name}` must not begin with `event.`"))
            .help("what the bus says about deliveries begins so"));
    }
    let ty = pascal(name);
    if TAKEN_TYPES.contains(&ty.as_str()) {
        return Err(Problem::new(format!("event `{name}` would be the type `{ty}`, which the prelude has already"))
            .help("say what happened to what, as in `user.exported`"));
    }
    Ok(())
}

/// `/users/{id}/files/{*rest}`: the names of its parameters, by the macros' rule for paths.
pub(crate) fn path(text: &str) -> Result<Vec<(String, bool)>> {
    let refused = |said: String, help: String| Err(Problem::new(said).help(help));
    let Some(inside) = text.strip_prefix('/') else {
        return refused(format!("path `{text}` must start with `/`"), format!("write `/{text}`"));
    };
    let wrong = |char: &char| "?#% <>\"\\^`|".contains(*char) || char.is_control();
    if let Some(wrong) = inside.chars().find(wrong) {
        let help = "write the path alone, not encoded; a parameter is `{name}`, and the query has no place in it";
        return refused(
            format!("path `{}` must not contain `{}`", text.escape_debug(), wrong.escape_debug()),
            help.into(),
        );
    }
    let mut parameters: Vec<(String, bool)> = Vec::new();
    let parts: Vec<&str> = inside.split('/').collect();
    for (index, part) in parts.iter().enumerate() {
        if !part.contains(['{', '}', '*']) && !part.starts_with(':') {
            if part.is_empty() && index + 1 < parts.len() {
                return refused(format!("path `{text}` has an empty segment"), "write one `/` between segments".into());
            }
            continue;
        }
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        let is_rest = name.is_some_and(|name| name.starts_with('*'));
        let name = name.map(|name| name.strip_prefix('*').unwrap_or(name));
        let Some(name) = name.filter(|name| module("path parameter", name).is_ok()) else {
            let help =
                format!("a parameter is a whole segment: `{{{}}}`", snake(part.trim_matches([':', '{', '}', '*'])));
            return refused(format!("segment `{part}` must be a text or a parameter `{{name}}`"), help);
        };
        if is_rest && index + 1 < parts.len() {
            return refused(format!("`{part}` must be the last segment"), "it matches the rest of the path".into());
        }
        if parameters.iter().any(|(known, _)| known == name) {
            return refused(format!("`{part}` stands twice in `{text}`"), "give each a name of its own".into());
        }
        if INPUTS.contains(&name) {
            let said = format!("path parameter `{name}` has the name of another input of handlers");
            return refused(said, format!("write `{{{name}_id}}`, say"));
        }
        parameters.push((name.to_owned(), is_rest));
    }
    Ok(parameters)
}

/// What a parameter of a handler is by its name alone, and so can't be a part of a path.
pub(crate) const INPUTS: &[&str] = &[
    "body",
    "claims",
    "cookies",
    "ctx",
    "event",
    "events",
    "files",
    "form",
    "head",
    "headers",
    "last_event_id",
    "next",
    "query",
    "raw",
    "response",
    "route",
    "socket",
    "text",
];

/// `export_users`, `user.exported` → `ExportUsers`, `UserExported`.
pub(crate) fn pascal(name: &str) -> String {
    let mut pascal = String::new();
    for word in name.split(['_', '.', '-']) {
        let mut chars = word.chars();
        pascal.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        pascal.push_str(chars.as_str());
    }
    pascal
}

/// `ExportUsers`, `export-users` → `export_users`.
pub(crate) fn snake(name: &str) -> String {
    let mut snake = String::new();
    let mut before = '_';
    for char in name.chars() {
        if char.is_ascii_uppercase() && before != '_' && !before.is_ascii_uppercase() {
            snake.push('_');
        }
        before = if char.is_ascii_alphanumeric() { char } else { '_' };
        snake.push(before.to_ascii_lowercase());
    }
    snake.trim_matches('_').to_owned()
}

/// A name in Rust: words of the language are raw.
pub(crate) fn raw(name: &str) -> String {
    if syn::parse_str::<syn::Ident>(name).is_ok() { name.to_owned() } else { format!("r#{name}") }
}

/// `export_users` → `export users`.
pub(crate) fn words(name: &str) -> String {
    name.replace(['_', '.'], " ")
}

/// The known name that is meant, where one is near.
pub(crate) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let all = known.into_iter().map(|one| (strsim::damerau_levenshtein(name, one), one));
    all.filter(|(distance, one)| *distance > 0 && *distance <= one.len().min(6) / 3).min().map(|(_, one)| one)
}

#[cfg(test)]
mod tests;
