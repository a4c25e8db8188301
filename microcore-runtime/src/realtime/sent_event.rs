//! One server-sent event with more than its data. In: a value, and what stands beside it. Out: the lines of the HTML standard,
//! 9.2.5.

use std::fmt::Display;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use crate::error::{Error, Result};

/// An event with a name, an id or a time to come again, for [`EventStream::send_event`](super::EventStream::send_event).
///
/// ```
/// use std::time::Duration;
/// use microcore_runtime::realtime::SentEvent;
///
/// let event = SentEvent::new("sold out").name("stock").id(7).retry(Duration::from_secs(3));
/// ```
#[derive(Debug, Clone)]
pub struct SentEvent<T> {
    value: T,
    name: Option<String>,
    id: Option<String>,
    retry: Option<Duration>,
}

impl<T> SentEvent<T> {
    /// The value alone: what `send` sends.
    pub fn new(value: T) -> Self {
        Self { value, name: None, id: None, retry: None }
    }

    /// What a page listens for with `addEventListener`; without one it is `message`. One line of text; `failure` is the
    /// name of the framework's own last event.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        Self { name: Some(name.into()), ..self }
    }

    /// What a client that connects again sends back as `last_event_id`. One line of text.
    #[must_use]
    pub fn id(self, id: impl Display) -> Self {
        Self { id: Some(id.to_string()), ..self }
    }

    /// How long the client waits before it connects again, from now on; in whole milliseconds.
    #[must_use]
    pub fn retry(self, after: Duration) -> Self {
        Self { retry: Some(after), ..self }
    }
}

impl<T: Serialize> SentEvent<T> {
    /// The event as it is sent.
    pub(super) fn write(self) -> Result<Bytes> {
        let mut text = Vec::with_capacity(64);
        field(&mut text, "event", self.name.as_deref())?;
        field(&mut text, "id", self.id.as_deref())?;
        if let Some(after) = self.retry {
            text.extend_from_slice(format!("retry: {}\n", after.as_millis()).as_bytes());
        }
        text.extend_from_slice(b"data: ");
        // JSON has no line breaks of its own.
        serde_json::to_writer(&mut text, &self.value)
            .map_err(|error| Error::internal("an event can't be serialised").with_source(error))?;
        text.extend_from_slice(b"\n\n");
        Ok(text.into())
    }
}

/// One line, where there is such a field. A line break in it would begin a field of somebody else's.
fn field(text: &mut Vec<u8>, name: &str, value: Option<&str>) -> Result<()> {
    let Some(value) = value else { return Ok(()) };
    if value.contains(['\n', '\r', '\0']) {
        return Err(Error::internal(format!("{value:?} can't be the {name} of a sent event: it is one line of text")));
    }
    text.extend_from_slice(format!("{name}: {value}\n").as_bytes());
    Ok(())
}

/// Lines that clients read over.
pub(super) fn comment(text: &str) -> Bytes {
    let mut lines = String::new();
    for line in text.split(['\n', '\r']) {
        lines.extend([": ", line, "\n"]);
    }
    lines.push('\n');
    lines.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_field_is_a_line_and_the_data_are_last() {
        let written = |event: SentEvent<&str>| String::from_utf8(event.write().unwrap().to_vec()).unwrap();
        assert_eq!(written(SentEvent::new("a")), "data: \"a\"\n\n");
        let all = SentEvent::new("a\nb").name("tick").id(7).retry(Duration::from_millis(1500));
        assert_eq!(written(all), "event: tick\nid: 7\nretry: 1500\ndata: \"a\\nb\"\n\n");
        for wrong in ["a\nb", "a\rb", "a\0b", "\ndata: forged"] {
            assert!(SentEvent::new(1).name(wrong).write().is_err(), "{wrong:?}");
            assert!(SentEvent::new(1).id(wrong).write().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_comment_says_nothing_whatever_is_in_it() {
        assert_eq!(comment("a"), ": a\n\n");
        assert_eq!(comment("a\r\ndata: 1\n\nb"), ": a\n: \n: data: 1\n: \n: b\n\n");
        assert_eq!(comment(""), ": \n\n");
    }
}
