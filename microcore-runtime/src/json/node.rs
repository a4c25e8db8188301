//! JSON as it was sent: numbers as text, keys in order, those that are there twice both times.
//!
//! In: a text that `serde_json` has read once, at least up to a number that is too large. Out: its tree.

use std::borrow::Cow;

use serde_json::{Map, Number, Value, json};

/// `serde_json`'s own bound.
const DEEPEST: usize = 128;

#[derive(Debug)]
pub(super) enum Node<'j> {
    Null,
    Bool(bool),
    Number(&'j str),
    Text(Cow<'j, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'j, str>, Self)>),
}

impl<'j> Node<'j> {
    /// The tree; `None` where the text is no JSON after all.
    pub(super) fn of(text: &'j str) -> Option<Self> {
        let mut cursor = Cursor(text);
        let node = cursor.node(0)?;
        cursor.skip_spaces();
        cursor.0.is_empty().then_some(node)
    }

    pub(super) fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            // An object is what no field with a number can be.
            Self::Number(text) => serde_json::from_str::<Number>(text).map_or_else(|_| json!({}), Value::Number),
            Self::Text(text) => Value::String(text.clone().into_owned()),
            Self::List(items) => items.iter().map(Self::to_value).collect(),
            Self::Object(entries) => {
                let entries = entries.iter().map(|(key, node)| (key.clone().into_owned(), node.to_value()));
                Value::Object(entries.collect::<Map<_, _>>())
            }
        }
    }
}

/// What is left of the text.
struct Cursor<'j>(&'j str);

impl<'j> Cursor<'j> {
    fn skip_spaces(&mut self) {
        self.0 = self.0.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    /// Whether this comes next; it is read then.
    fn takes(&mut self, token: &str) -> bool {
        self.skip_spaces();
        self.0.strip_prefix(token).map(|rest| self.0 = rest).is_some()
    }

    fn split(&mut self, at: usize) -> Option<&'j str> {
        let (taken, rest) = self.0.split_at_checked(at)?;
        self.0 = rest;
        Some(taken)
    }

    fn node(&mut self, depth: usize) -> Option<Node<'j>> {
        self.skip_spaces();
        match self.0.as_bytes().first()? {
            _ if depth > DEEPEST => None,
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.text().map(Node::Text),
            b'n' => self.takes("null").then_some(Node::Null),
            b't' => self.takes("true").then_some(Node::Bool(true)),
            b'f' => self.takes("false").then_some(Node::Bool(false)),
            _ => self.number().map(Node::Number),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Node<'j>> {
        let mut entries = Vec::new();
        self.split(1)?;
        if self.takes("}") {
            return Some(Node::Object(entries));
        }
        loop {
            self.skip_spaces();
            let key = self.text()?;
            if !self.takes(":") {
                return None;
            }
            entries.push((key, self.node(depth + 1)?));
            if !self.takes(",") {
                return self.takes("}").then_some(Node::Object(entries));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Node<'j>> {
        let mut items = Vec::new();
        self.split(1)?;
        if self.takes("]") {
            return Some(Node::List(items));
        }
        loop {
            items.push(self.node(depth + 1)?);
            if !self.takes(",") {
                return self.takes("]").then_some(Node::List(items));
            }
        }
    }

    fn text(&mut self) -> Option<Cow<'j, str>> {
        let inside = self.0.strip_prefix('"')?;
        let mut is_escaped = false;
        let mut escapes = false;
        let end = inside.bytes().position(|byte| {
            let was_escaped = is_escaped;
            is_escaped = !was_escaped && byte == b'\\';
            escapes |= is_escaped;
            byte == b'"' && !was_escaped
        })?;
        let quoted = self.split(end + 2)?;
        if escapes { serde_json::from_str(quoted).ok().map(Cow::Owned) } else { quoted.get(1..=end).map(Cow::Borrowed) }
    }

    fn number(&mut self) -> Option<&'j str> {
        let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
        let end = self.0.bytes().position(|byte| !is_part(byte)).unwrap_or(self.0.len());
        self.split(end).filter(|text| crate::scalar::is_number(text))
    }
}
