//! Reads a type from a tree. In: a node. Out: the value, or the first mistake with the way to it.

use std::borrow::Cow;
use std::vec::IntoIter;

use serde::de::value::{BorrowedStrDeserializer, CowStrDeserializer, StringDeserializer};
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};

use super::node::Node;
use super::refusal::{Met, Refusal};
use crate::scalar::{RAW, float, is_integer};

pub(super) struct Reader<'j>(pub(super) Node<'j>);

fn items(items: Vec<Node<'_>>) -> Items<'_> {
    Items { rest: items.into_iter(), at: 0 }
}

fn entries<'j>(entries: Vec<(Cow<'j, str>, Node<'j>)>) -> Entries<'j> {
    Entries { rest: entries.into_iter(), value: None }
}

impl Node<'_> {
    fn met(&self) -> Unexpected<'static> {
        match self {
            Self::Null => Unexpected::Unit,
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Number(_) => Unexpected::Other("number"),
            Self::Text(_) => Unexpected::Other("text"),
            Self::List(_) => Unexpected::Seq,
            Self::Object(_) => Unexpected::Map,
        }
    }

    fn is_flat(&self) -> bool {
        let has_parts = |node: &Self| matches!(node, Self::List(_) | Self::Object(_));
        match self {
            Self::List(items) => !items.iter().any(has_parts),
            Self::Object(entries) => !entries.iter().any(|(_, node)| has_parts(node)),
            _ => true,
        }
    }
}

fn visit_number<'j, V: Visitor<'j>>(text: &'j str, visitor: V) -> Result<V::Value, Refusal> {
    if is_integer(text) {
        if let Ok(number) = text.parse() {
            return visitor.visit_u64(number);
        }
        if let Ok(number) = text.parse() {
            return visitor.visit_i64(number);
        }
    }
    match float(text) {
        Some(number) => visitor.visit_f64(number),
        None => Err(Refusal::invalid_type(Unexpected::Other("number"), &visitor)),
    }
}

macro_rules! by_any {
    ($($method:ident)+) => {$(
        fn $method<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
            self.direct(visitor)
        }
    )+};
}

macro_rules! wide {
    ($($method:ident $visit:ident)+) => {$(
        fn $method<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
            match &self.0 {
                Node::Number(text) if is_integer(text) => match text.parse() {
                    Ok(number) => visitor.$visit(number),
                    Err(_) => Err(Refusal::invalid_type(Unexpected::Other("number"), &visitor)),
                },
                _ => self.direct(visitor),
            }
        }
    )+};
}

/// Reads one node, and says of a mistake whose it is.
pub(super) fn read<'j, S: DeserializeSeed<'j>>(seed: S, node: Node<'j>) -> Result<S::Value, Refusal> {
    let is_flat = node.is_flat();
    let (met, sent) = match &node {
        Node::List(_) => (Some(Met::List), Cow::Borrowed("")),
        Node::Object(_) => (Some(Met::Object), Cow::Borrowed("")),
        Node::Number(text) => (None, Cow::Borrowed(*text)),
        Node::Text(text) => (None, text.clone()),
        Node::Null | Node::Bool(_) => (None, Cow::Borrowed("")),
    };
    seed.deserialize(Reader(node)).map_err(|refusal| match met {
        // What was set aside is read when the reader is through.
        Some(met) if !refusal.is_placed() => refusal.of_buffered(met, is_flat),
        Some(_) => refusal,
        None => refusal.without(&sent).placed(),
    })
}

impl<'j> Reader<'j> {
    /// What the visitor reads at once.
    fn direct<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let read = match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(value),
            Node::Number(text) => visit_number(text, visitor),
            Node::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Node::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Node::List(list) => {
                let mut list = items(list);
                match visitor.visit_seq(&mut list) {
                    Ok(_) if list.rest.len() > 0 => Err(Refusal::invalid_length(0, &"fewer items")),
                    read => read,
                }
            }
            Node::Object(object) => visitor.visit_map(&mut entries(object)),
        };
        read.map_err(Refusal::placed)
    }
}

impl<'j> Deserializer<'j> for Reader<'j> {
    type Error = Refusal;

    by_any! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
        deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64 deserialize_char deserialize_str
        deserialize_string deserialize_bytes deserialize_byte_buf deserialize_unit deserialize_seq deserialize_identifier
        deserialize_any
    }
    wide! { deserialize_i128 visit_i128 deserialize_u128 visit_u128 }

    /// A map, or a struct with `flatten`.
    fn deserialize_map<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
        let is_flat = self.0.is_flat();
        let Node::Object(object) = self.0 else { return self.direct(visitor) };
        let mut entries = entries(object);
        let read = visitor.visit_map(&mut entries);
        // The mistake of an entry was found while it was read; what is found after the last one is of all of them.
        let is_after = entries.rest.len() == 0 && entries.value.is_none();
        read.map_err(|refusal| {
            let is_known = refusal.has_way() || !is_after;
            if is_known { refusal.placed() } else { refusal.of_buffered(Met::Object, is_flat) }
        })
    }

    fn deserialize_option<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
        if matches!(self.0, Node::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'j>>(self, name: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        match self.0 {
            // Whoever asks for this wants a number as it was written.
            Node::Number(text) if name == RAW => visitor.visit_borrowed_str(text),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'j>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        self.direct(visitor)
    }

    fn deserialize_tuple<V: Visitor<'j>>(self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        self.direct(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'j>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.direct(visitor)
    }

    fn deserialize_struct<V: Visitor<'j>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.direct(visitor)
    }

    /// A text is a variant without content; an object with one key is one with it.
    fn deserialize_enum<V: Visitor<'j>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        let read = match self.0 {
            Node::Text(text) => visitor.visit_enum(CowStrDeserializer::new(text)),
            Node::Object(object) => match <[_; 1]>::try_from(object) {
                Ok([(name, content)]) => visitor.visit_enum(Variant { name, content }),
                Err(_) => Err(Refusal::of_variants(variants)),
            },
            _ => Err(Refusal::of_variants(variants)),
        };
        read.map_err(Refusal::placed)
    }

    /// Not looked into: nobody asks what it is.
    fn deserialize_ignored_any<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_unit()
    }
}

impl<'j> IntoDeserializer<'j, Refusal> for Reader<'j> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items<'j> {
    rest: IntoIter<Node<'j>>,
    at: usize,
}

impl<'j> SeqAccess<'j> for &mut Items<'j> {
    type Error = Refusal;

    fn next_element_seed<S: DeserializeSeed<'j>>(&mut self, seed: S) -> Result<Option<S::Value>, Refusal> {
        let Some(node) = self.rest.next() else { return Ok(None) };
        let at = self.at;
        self.at += 1;
        read(seed, node).map(Some).map_err(|refusal| refusal.within(at))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'j> {
    rest: IntoIter<(Cow<'j, str>, Node<'j>)>,
    value: Option<(Cow<'j, str>, Node<'j>)>,
}

impl<'j> MapAccess<'j> for &mut Entries<'j> {
    type Error = Refusal;

    fn next_key_seed<K: DeserializeSeed<'j>>(&mut self, seed: K) -> Result<Option<K::Value>, Refusal> {
        let Some((key, node)) = self.rest.next() else { return Ok(None) };
        let read = match &key {
            Cow::Borrowed(text) => seed.deserialize(KeyReader(BorrowedStrDeserializer::new(text))),
            Cow::Owned(text) => seed.deserialize(KeyReader(StringDeserializer::new(text.clone()))),
        };
        let read = read.map_err(|refusal| refusal.of_key(&key));
        self.value = Some((key, node));
        read.map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'j>>(&mut self, seed: S) -> Result<S::Value, Refusal> {
        let Some((key, node)) = self.value.take() else { return Err(Refusal::of_the_whole()) };
        read(seed, node).map_err(|refusal| refusal.within(key))
    }
}

/// A key: a text, and a number or a truth value where the type of the map has those as keys.
struct KeyReader<D>(D);

macro_rules! parsed {
    ($($method:ident $visit:ident)+) => {$(
        fn $method<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
            let text: String = serde::Deserialize::deserialize(self.0)?;
            match text.parse() {
                Ok(number) if text == "true" || text == "false" || is_integer(&text) => visitor.$visit(number),
                _ => Err(Refusal::invalid_type(Unexpected::Other("text"), &visitor)),
            }
        }
    )+};
}

impl<'j, D: Deserializer<'j, Error = Refusal>> Deserializer<'j> for KeyReader<D> {
    type Error = Refusal;

    parsed! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32 deserialize_i64 visit_i64
        deserialize_i128 visit_i128 deserialize_u8 visit_u8 deserialize_u16 visit_u16 deserialize_u32 visit_u32
        deserialize_u64 visit_u64 deserialize_u128 visit_u128 deserialize_bool visit_bool
    }

    fn deserialize_any<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
        self.0.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'j>>(self, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'j>>(self, _: &'static str, visitor: V) -> Result<V::Value, Refusal> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'j>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refusal> {
        self.0.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        <W: Visitor<'j>>
        f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// `{"Name": content}`
struct Variant<'j> {
    name: Cow<'j, str>,
    content: Node<'j>,
}

struct Content<'j> {
    name: Cow<'j, str>,
    content: Node<'j>,
}

impl<'j> EnumAccess<'j> for Variant<'j> {
    type Error = Refusal;
    type Variant = Content<'j>;

    fn variant_seed<S: DeserializeSeed<'j>>(self, seed: S) -> Result<(S::Value, Content<'j>), Refusal> {
        let Self { name, content } = self;
        let variant = seed.deserialize(CowStrDeserializer::new(name.clone()))?;
        Ok((variant, Content { name, content }))
    }
}

impl<'j> VariantAccess<'j> for Content<'j> {
    type Error = Refusal;

    fn unit_variant(self) -> Result<(), Refusal> {
        match self.content {
            Node::Null => Ok(()),
            other => Err(Refusal::invalid_type(other.met(), &"null").within(self.name)),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'j>>(self, seed: S) -> Result<S::Value, Refusal> {
        read(seed, self.content).map_err(|refusal| refusal.within(self.name))
    }

    fn tuple_variant<V: Visitor<'j>>(self, _: usize, visitor: V) -> Result<V::Value, Refusal> {
        match self.content {
            list @ Node::List(_) => Reader(list).direct(visitor),
            other => Err(Refusal::invalid_type(other.met(), &visitor)),
        }
        .map_err(|refusal| refusal.within(self.name))
    }

    fn struct_variant<V: Visitor<'j>>(self, _: &'static [&'static str], visitor: V) -> Result<V::Value, Refusal> {
        Reader(self.content).direct(visitor).map_err(|refusal| refusal.within(self.name))
    }
}
