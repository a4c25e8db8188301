//! `/users/{id}/files/{*rest}`: literal segments, parameters and a catch-all at the end.
//!
//! In: the literal of a route. Out: its segments, or what is wrong with it.

use syn::LitStr;

use crate::errors::Errors;

/// RFC 3986, 3.3, has them encoded, or they end the path.
const NOT_IN_PATHS: [char; 11] = ['?', '#', ' ', '%', '<', '>', '"', '\\', '^', '`', '|'];

/// The path of a route, split.
#[derive(Debug, Clone)]
pub(crate) struct PathPattern {
    pub(crate) literal: LitStr,
    pub(crate) segments: Vec<Segment>,
}

/// One segment between two slashes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Segment {
    /// Matches itself.
    Literal(String),
    /// Matches any one segment that is not empty.
    Parameter(String),
    /// Matches the rest of the path.
    Rest(String),
}

impl PathPattern {
    /// Splits a path; mistakes go to `errors` and leave a pattern that the wiring can ignore.
    pub(crate) fn parse(literal: &LitStr, errors: &mut Errors) -> Option<Self> {
        let text = literal.value();
        let Some(path) = text.strip_prefix('/') else {
            errors.add(literal, "MC0301", format!("path `{text}` must start with `/`"), format!("write \"/{text}\""));
            return None;
        };
        if let Some(wrong) = path.chars().find(|character| NOT_IN_PATHS.contains(character) || character.is_control()) {
            let help = if matches!(wrong, '<' | '>') {
                "a parameter is written `{name}`"
            } else {
                "write the path alone, not encoded; the query is read by naming a parameter after its key"
            };
            let said = format!("path `{}` must not contain `{}`", text.escape_debug(), wrong.escape_debug());
            errors.add(literal, "MC0301", said, help);
            return None;
        }
        let mut pattern = Self { literal: literal.clone(), segments: Vec::new() };
        let parts: Vec<&str> = path.split('/').collect();
        for (index, part) in parts.iter().enumerate() {
            match Segment::parse(part) {
                Some(Segment::Rest(_)) if index + 1 < parts.len() => {
                    errors.add(
                        literal,
                        "MC0301",
                        format!("`{part}` must be the last segment"),
                        "it matches the rest of the path",
                    );
                    return None;
                }
                Some(segment)
                    if segment.parameter().is_some_and(|name| pattern.parameters().any(|other| other == name)) =>
                {
                    errors.add(
                        literal,
                        "MC0301",
                        format!("`{part}` stands twice in `{text}`"),
                        "give each parameter a name of its own",
                    );
                    return None;
                }
                Some(segment) => pattern.segments.push(segment),
                None if part.starts_with(':') => {
                    let name = part.trim_start_matches(':');
                    errors.add(
                        literal,
                        "MC0301",
                        format!(
                            "segment `{part}` would be a text, and `:` at its beginning is how others write a parameter"
                        ),
                        format!("write `{{{name}}}`"),
                    );
                    return None;
                }
                None => {
                    errors.add(
                        literal,
                        "MC0301",
                        format!("segment `{part}` must be a text, a parameter `{{name}}` or, at the end, `{{*rest}}`"),
                        "a parameter is a whole segment, and its name is that of a handler's parameter",
                    );
                    return None;
                }
            }
        }
        Some(pattern)
    }

    /// The names of the parameters, in order.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(Segment::parameter)
    }
}

impl Segment {
    fn parse(text: &str) -> Option<Self> {
        let Some(inner) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            return (!text.contains(['{', '}']) && !text.starts_with(':')).then(|| Self::Literal(text.to_owned()));
        };
        let (name, rest) = match inner.strip_prefix('*') {
            Some(name) => (name, true),
            None => (inner, false),
        };
        // `{type}` is read by a parameter `r#type`.
        super::ident(name, proc_macro2::Span::call_site()).filter(|_| !name.starts_with("r#"))?;
        Some(if rest { Self::Rest(name.to_owned()) } else { Self::Parameter(name.to_owned()) })
    }

    /// The parameter's name, where the segment is one.
    pub(crate) fn parameter(&self) -> Option<&str> {
        match self {
            Self::Literal(_) => None,
            Self::Parameter(name) | Self::Rest(name) => Some(name),
        }
    }

    /// The segment without the parameter's name: two routes with equal shapes serve the same paths.
    pub(crate) fn shape(&self) -> &str {
        match self {
            Self::Literal(text) => text,
            Self::Parameter(_) => "{}",
            Self::Rest(_) => "{*}",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proc_macro2::Span;

    fn parse(text: &str) -> Result<Vec<Segment>, String> {
        let mut errors = Errors::default();
        let pattern = PathPattern::parse(&LitStr::new(text, Span::call_site()), &mut errors);
        pattern.map(|pattern| pattern.segments).ok_or_else(|| errors.messages().join("\n"))
    }

    #[test]
    fn splits_literals_parameters_and_the_rest() {
        let expected =
            vec![Segment::Literal("users".into()), Segment::Parameter("id".into()), Segment::Rest("rest".into())];
        assert_eq!(parse("/users/{id}/{*rest}"), Ok(expected));
        assert_eq!(parse("/"), Ok(vec![Segment::Literal(String::new())]));
    }

    #[test]
    fn refuses_what_no_request_could_match() {
        for wrong in
            ["users", "/a?b", "/a b", "/{}", "/{1}", "/x{id}", "/{*rest}/a", "/{id}/{id}", "/%20", "/<id>", "/a/:id"]
        {
            assert!(parse(wrong).unwrap_err().contains("MC0301"), "{wrong}");
        }
    }
}
