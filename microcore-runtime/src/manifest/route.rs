//! The records of routes. Data only; the macros write them as constants.

use std::any::type_name;

use schemars::{JsonSchema, SchemaGenerator, json_schema};

use super::ShapeOf;
use crate::request::ExtractFacts;
use crate::response::ReplyForm;

/// A route.
#[derive(Debug, Clone, Copy)]
pub struct RouteFacts {
    /// `POST`; `SSE` is a stream of events and `WS` a web socket, both opened with GET; `MOUNT` is a folder of files.
    pub method: &'static str,
    /// `/users/{id}`.
    pub path: &'static str,
    /// The handler's name.
    pub handler: &'static str,
    /// The first sentence of its documentation.
    pub doc: &'static str,
    /// For grouping in documents.
    pub tag: Option<&'static str>,
    /// The status of a success.
    pub status: u16,
    /// Who may ask.
    pub access: Access,
    /// What it reads.
    pub inputs: &'static [InputFacts],
    /// What is made of the request for it.
    pub extracts: &'static [ExtractFacts],
    /// What it answers with; `None` where that is not JSON.
    pub output: Option<ShapeOf>,
    /// In which form it answers.
    pub form: ReplyForm,
    /// Whether its answer says which version it tells of: `etag`.
    pub versioned: bool,
    /// Whether the handler reads headers by itself, conditions among them.
    pub reads_headers: bool,
    /// The names of the subprotocols that its socket speaks.
    pub protocols: &'static [&'static str],
    /// `text/csv`: the media type of an answer that is not JSON, where the route says it.
    pub media: Option<&'static str>,
    /// What follows the first sentence of its documentation.
    pub more: &'static str,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
}

impl RouteFacts {
    /// A route of which nothing is known, for what most routes leave out.
    pub const PLAIN: Self = Self {
        method: "GET",
        path: "",
        handler: "",
        doc: "",
        tag: None,
        status: 200,
        access: Access::Open,
        inputs: &[],
        extracts: &[],
        output: None,
        form: ReplyForm::Json,
        versioned: false,
        reads_headers: false,
        protocols: &[],
        media: None,
        more: "",
        deprecated: false,
    };

    /// What it reads, and what is read for it, each once.
    pub fn all_inputs(&self) -> Vec<&'static InputFacts> {
        let mut all: Vec<&InputFacts> = Vec::new();
        for input in self.inputs.iter().chain(self.extracts.iter().flat_map(|extract| extract.inputs)) {
            if !all.iter().any(|known| (known.name, known.place) == (input.name, input.place)) {
                all.push(input);
            }
        }
        all
    }

    /// Who may ask, what is made for it included.
    pub fn who_may_ask(&self) -> Access {
        let extracted = self.extracts.iter().map(|extract| extract.access);
        extracted.fold(self.access, |access, extracted| match (access, extracted) {
            (Access::Protected(_), _) | (_, Access::Open) => access,
            (_, extracted) => extracted,
        })
    }

    /// Whether its answer lasts: a stream of events or a web socket.
    pub fn lasts(&self) -> bool {
        matches!(self.method, "SSE" | "WS")
    }

    /// Whether the server compares the version of its answer with what the request says: what is read, and is 200.
    pub fn is_compared(&self) -> bool {
        self.versioned && self.method == "GET" && self.status == 200
    }

    /// Whether its handler can compare versions before it changes anything.
    pub fn may_compare(&self) -> bool {
        self.versioned && self.method != "GET" && self.reads_headers
    }

    /// Whether it is a folder of files.
    pub fn is_mount(&self) -> bool {
        self.method == "MOUNT"
    }
}

/// Who may ask for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// Everybody.
    Open,
    /// Everybody; the handler is told who, where a token says so.
    Optional,
    /// Whoever has a good token, and one of these roles where there are any.
    Protected(&'static [&'static str]),
}

/// One input of a handler.
#[derive(Debug, Clone, Copy)]
pub struct InputFacts {
    /// The parameter's name.
    pub name: &'static str,
    /// `path`, `query`, `header`, `body`, `form`, `files`, `raw`, `text`; `socket` is each message that a web socket receives.
    pub place: &'static str,
    /// Whether the server does without it: what reads the input is asked itself.
    pub may_be_absent: fn() -> bool,
    /// Its type.
    pub shape: ShapeOf,
}

impl InputFacts {
    /// The body as it came; an empty one is one.
    pub const RAW: Self = Self {
        name: "raw",
        place: "raw",
        may_be_absent: || true,
        shape: |_| json_schema!({ "type": "string", "format": "binary" }),
    };
    /// The body as a text.
    pub const TEXT: Self =
        Self { name: "text", place: "text", may_be_absent: || true, shape: SchemaGenerator::subschema_for::<String> };

    /// An input of a type that is read from one text, or from several.
    pub const fn of<T: JsonSchema>(name: &'static str, place: &'static str) -> Self {
        Self { name, place, may_be_absent: may_be_absent::<T>, shape: SchemaGenerator::subschema_for::<T> }
    }

    /// Whether it must be there.
    pub fn is_required(&self) -> bool {
        matches!(self.place, "path" | "files" | "socket") || !(self.may_be_absent)()
    }
}

/// What `FromQuery` makes of nothing: an `Option` is none and a list is empty, also under another name.
fn may_be_absent<T>() -> bool {
    ["core::option::Option<", "alloc::vec::Vec<"].iter().any(|name| type_name::<T>().starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{FromQuery, reads_nothing};

    #[test]
    fn a_parameter_is_required_where_reading_nothing_is_refused() {
        fn same<T: FromQuery + JsonSchema>() {
            let input = InputFacts::of::<T>("n", "query");
            assert_eq!(input.is_required(), !reads_nothing::<T>(), "{}", type_name::<T>());
            assert!(InputFacts { place: "path", ..input }.is_required());
        }
        type Nickname = Option<String>;
        same::<i64>();
        same::<String>();
        same::<bool>();
        same::<Option<i64>>();
        same::<Nickname>();
        same::<Vec<String>>();
        same::<Vec<u8>>();
    }
}
