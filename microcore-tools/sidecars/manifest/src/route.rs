//! `[[route]]`: a method, a path, and what its parameters must be.

use std::fmt;

use super::Named;
use super::section::{Reader, Section, listed};

/// A route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// What the guest calls it.
    pub name: String,
    /// The method.
    pub ask: Ask,
    /// `/invoices/{id}/pdf`.
    pub path: String,
    /// The path, taken apart.
    pub segments: Vec<Segment>,
    /// What it does, in a sentence, for documents.
    pub doc: String,
    /// For grouping in documents, and for interceptors of this tag.
    pub tag: Option<String>,
    /// Whether it is for those alone who have a good token.
    pub protected: bool,
    /// The roles of which one is needed; any good token where there are none.
    pub roles: Vec<Named>,
    /// The file with the JSON Schema of its body.
    pub body: Option<Named>,
    /// The file with the JSON Schema of its answer.
    pub answer: Option<Named>,
    /// The media type of its answer, where the guest says none.
    pub reply: Option<String>,
    /// The line, from 1.
    pub line: usize,
}

/// A method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// GET.
    Get,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
}

impl Ask {
    const ALL: [(&'static str, Self); 5] = [
        ("get", Self::Get),
        ("post", Self::Post),
        ("put", Self::Put),
        ("patch", Self::Patch),
        ("delete", Self::Delete),
    ];
}

/// `GET`.
impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        })
    }
}

/// What stands between two slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Itself.
    Literal(String),
    /// One value.
    Parameter {
        /// Its name.
        name: String,
        /// What it must be.
        is: Parameter,
    },
}

/// What a parameter of a path may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// Any text.
    Text,
    /// An integer of 64 bits.
    Integer,
    /// A finite number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A UUID.
    Uuid,
}

impl Parameter {
    const ALL: [(&'static str, Self); 5] = [
        ("text", Self::Text),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("boolean", Self::Boolean),
        ("uuid", Self::Uuid),
    ];
}

/// What begins with one of these is of the framework.
const FRAMEWORK: [&str; 4] = ["system", "docs", "openapi.json", "metrics"];

impl Route {
    /// Whether it is below a path of the framework, and would never be asked.
    pub fn is_of_the_framework(&self) -> bool {
        matches!(self.segments.first(), Some(Segment::Literal(first)) if FRAMEWORK.contains(&first.as_str()))
    }

    /// Whether both answer the same requests.
    pub fn clashes(&self, other: &Self) -> bool {
        let same = |pair: (&Segment, &Segment)| match pair {
            (Segment::Literal(one), Segment::Literal(other)) => one == other,
            (Segment::Parameter { .. }, Segment::Parameter { .. }) => true,
            _ => false,
        };
        self.ask == other.ask
            && self.segments.len() == other.segments.len()
            && self.segments.iter().zip(&other.segments).all(same)
    }
}

pub(crate) fn read(reader: &mut Reader<'_>, section: &Section<'_>) -> Option<Route> {
    let known = [
        "name", "get", "post", "put", "patch", "delete", "path", "doc", "tag", "auth", "roles", "body", "answer",
        "reply",
    ];
    reader.only(section, &known);
    let mut asked = Vec::new();
    for (key, ask) in Ask::ALL {
        if let Some((path, line)) = reader.text(section, key) {
            asked.push((ask, path, line));
        }
    }
    let [(ask, path, line)] = <[_; 1]>::try_from(asked)
        .map_err(|asked| {
            let said = if asked.is_empty() { "has no path" } else { "has more than one path" };
            reader.problem(section.line, format!("`[[route]]` {said}: write `get = \"/invoices/{{id}}\"`"));
        })
        .ok()?;
    let reply = reader.text(section, "reply").map(|(reply, line)| {
        let is_media = reply.split_once('/').is_some_and(|(ty, of)| {
            let is_plain = |byte: u8| (b' '..=b'~').contains(&byte);
            !ty.is_empty() && !of.is_empty() && reply.bytes().all(is_plain)
        });
        if !is_media {
            reader.problem(line, format!("`reply = \"{reply}\"` must be a media type, such as \"application/pdf\""));
        }
        reply
    });
    let name = match reader.text(section, "name") {
        Some((name, line)) => {
            if !is_word(&name) {
                reader.problem(line, format!("`name = \"{name}\"` must be of lower-case letters, digits and `_`"));
            }
            name
        }
        None => {
            reader.missing(section, "name", "name = \"pdf\"");
            return None;
        }
    };
    let types = reader.section(section, "path");
    let segments = segments(reader, &path, line, types.as_ref())?;
    let text = |reader: &mut Reader<'_>, key: &str| reader.text(section, key).map(|(text, _)| text);
    let (doc, tag) = (text(reader, "doc").unwrap_or_default(), text(reader, "tag"));
    let roles = reader.names(section, "roles");
    let protected = reader.flag(section, "auth") || !roles.is_empty();
    let (body, answer) = (schema(reader, section, "body"), schema(reader, section, "answer"));
    if let Some(Named { line, .. }) = body.as_ref().filter(|_| matches!(ask, Ask::Get | Ask::Delete)) {
        reader.problem(
            *line,
            format!("`body` is not read of a {ask}: use `post`, `put` or `patch`, or leave `body` out"),
        );
    }
    Some(Route { name, ask, path, segments, doc, tag, protected, roles, body, answer, reply, line })
}

/// The name of a file beside the manifest.
fn schema(reader: &mut Reader<'_>, section: &Section<'_>, key: &str) -> Option<Named> {
    let (name, line) = reader.text(section, key)?;
    let is_beside = name.split('/').all(|part| !part.is_empty() && !part.starts_with('.'));
    if !is_beside || !name.to_ascii_lowercase().ends_with(".json") || name.contains('\\') {
        reader.problem(line, format!("`{key} = \"{name}\"` must name a file of JSON in the guest's folder"));
        return None;
    }
    Some(Named { name, line })
}

fn segments(reader: &mut Reader<'_>, path: &str, line: usize, types: Option<&Section<'_>>) -> Option<Vec<Segment>> {
    let Some(rest) = path.strip_prefix('/') else {
        reader.problem(line, format!("the path `{path}` must begin with `/`"));
        return None;
    };
    let mut segments = Vec::new();
    for part in rest.split('/') {
        segments.push(match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            Some(name) if is_name(name) => {
                Segment::Parameter { name: name.to_owned(), is: parameter(reader, types, name) }
            }
            None if part.starts_with(':') => {
                let name = part.trim_start_matches(':');
                reader.problem(line, format!("the path `{path}` has a segment `{part}`: write `{{{name}}}`"));
                return None;
            }
            None if part.bytes().all(is_plain) => Segment::Literal(part.to_owned()),
            _ => {
                let said = "has a segment that is neither plain text nor a parameter such as `{id}`";
                reader.problem(line, format!("the path `{path}` {said}: `{part}`"));
                return None;
            }
        });
    }
    let names: Vec<&str> = segments
        .iter()
        .filter_map(|segment| if let Segment::Parameter { name, .. } = segment { Some(name.as_str()) } else { None })
        .collect();
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            reader.problem(line, format!("the path `{path}` has two parameters `{name}`"));
        }
    }
    if let Some(types) = types {
        reader.only(types, &names);
    }
    Some(segments)
}

fn parameter(reader: &mut Reader<'_>, types: Option<&Section<'_>>, name: &str) -> Parameter {
    let Some((word, line)) = types.and_then(|types| reader.text(types, name)) else { return Parameter::Text };
    match Parameter::ALL.iter().find(|(known, _)| *known == word) {
        Some((_, parameter)) => *parameter,
        None => {
            let known: Vec<&str> = Parameter::ALL.iter().map(|(name, _)| *name).collect();
            reader.problem(line, format!("a parameter can't be `{word}`: it may be {}", listed(&known)));
            Parameter::Text
        }
    }
}

/// Words that no name of a program may be.
const NO_NAMES: [&str; 4] = ["_", "crate", "self", "super"];

/// A name as those of handlers.
pub(crate) fn is_word(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(is_plain)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !NO_NAMES.contains(&name)
}

fn is_name(name: &str) -> bool {
    if NO_NAMES.contains(&name) || name == "Self" {
        return false;
    }
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') && name.bytes().all(is_word)
}

/// What requests spell as it is: RFC 3986, 3.3.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte)
}
