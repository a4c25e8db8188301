//! Trace Context of the W3C, version 1: what a caller says about the trace that a request belongs to, and what we say to
//! whom we call. <https://www.w3.org/TR/trace-context-1/>
//!
//! In: the headers `traceparent` and `tracestate`. Out: a [`Caller`], or nothing where they say nothing usable; and the
//! same headers, made of what is being handled.

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::{Context, Id, look};

pub(crate) const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
const TRACESTATE: HeaderName = HeaderName::from_static("tracestate");

/// Longer states are left out: 3.3.1.5 asks for 512 at least.
const LONGEST_STATE: usize = 512;
/// So many members a state may have: 3.3.1.1.
const MOST_MEMBERS: usize = 32;

/// Who called, in the words of the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The trace: 32 hexadecimal digits.
    trace: Id,
    /// The span of the call: 16 of them.
    span: Id,
    sampled: bool,
    state: Option<Arc<str>>,
}

impl Caller {
    /// What the headers say. Two `traceparent` say nothing, and neither does a broken one; a broken state is left out.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let mut sent = headers.get_all(TRACEPARENT).into_iter();
        let (parent, None) = (sent.next()?.to_str().ok()?, sent.next()) else { return None };
        let (trace, span, flags) = parsed(parent)?;
        Some(Self {
            trace: Id::adopt(trace)?,
            span: Id::adopt(span)?,
            sampled: flags & 1 == 1,
            state: state(headers).map(Into::into),
        })
    }
}

impl Context {
    /// The same as part of the caller's trace.
    pub(crate) fn called_by(self, caller: &Caller) -> Self {
        Self {
            origin: caller.trace.clone(),
            cause: Some(caller.span.clone()),
            sampled: Some(caller.sampled),
            state: caller.state.clone(),
            ..self
        }
    }

    /// The trace that it belongs to, as 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        let [high, low] = self.origin.trace();
        format!("{high:016x}{low:016x}")
    }

    /// What is done in it, as 16 hexadecimal digits; each attempt of a delivery is another span, and so is each subscriber.
    pub fn span_id(&self) -> String {
        format!("{:016x}", self.id.span_of(self.attempt, self.by()))
    }

    /// The header `traceparent` for a call that is made in it.
    pub fn traceparent(&self) -> String {
        // Where nobody has decided, it is recorded: by us.
        let flags = u8::from(self.sampled.unwrap_or(true));
        format!("00-{}-{}-{flags:02x}", self.trace_id(), self.span_id())
    }
}

/// The header `traceparent` for a call of another service, made of what is being handled: set it on the request of any
/// client, and the other's spans are part of the same trace. `None` where nothing is handled.
///
/// ```
/// use microcore_runtime::context;
///
/// let headers = [("traceparent", context::traceparent()), ("tracestate", context::tracestate())];
/// let headers: Vec<(&str, String)> = headers.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
/// // Outside of handlers there is no trace to go on with.
/// assert!(headers.is_empty());
/// ```
pub fn traceparent() -> Option<String> {
    look(|handled| handled.map(Context::traceparent))
}

/// The header `tracestate` that goes with it, as the caller sent it; most send none.
pub fn tracestate() -> Option<String> {
    look(|handled| handled.and_then(|context| context.state.as_deref().map(ToOwned::to_owned)))
}

/// The trace and the span, as 32 and 16 hexadecimal digits, and the flags.
fn parsed(text: &str) -> Option<(&str, &str, u8)> {
    // A list of headers in one line may be padded.
    let text = text.trim_matches([' ', '\t']);
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let (version, rest) = text.split_at_checked(2)?;
    let rest = rest.strip_prefix('-')?;
    let (trace, rest) = rest.split_at_checked(32)?;
    let (span, rest) = rest.strip_prefix('-')?.split_at_checked(16)?;
    let (flags, rest) = rest.strip_prefix('-')?.split_at_checked(2)?;
    // Later versions may have more behind the flags, and this one must not: 4.3.
    let goes_on = if version == "00" { rest.is_empty() } else { rest.is_empty() || rest.starts_with('-') };
    let is_zero = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_sound = version != "ff" && [version, trace, span, flags].into_iter().all(is_hex);
    (goes_on && is_sound && !is_zero(trace) && !is_zero(span))
        .then(|| u8::from_str_radix(flags, 16).ok().map(|flags| (trace, span, flags)))?
}

/// All lines of the state as one; nothing where it is broken or too long.
fn state(headers: &HeaderMap) -> Option<String> {
    let lines: Result<Vec<&str>, _> = headers.get_all(TRACESTATE).into_iter().map(HeaderValue::to_str).collect();
    let lines = lines.ok()?;
    let members = lines.iter().flat_map(|line| line.split(',')).map(|one| one.trim_matches([' ', '\t']));
    let members: Vec<&str> = members.filter(|member| !member.is_empty()).collect();
    let mut keys: Vec<&str> = Vec::new();
    for member in &members {
        let (key, value) = member.split_once('=')?;
        if !is_key(key) || !is_value(value) || keys.contains(&key) {
            return None;
        }
        keys.push(key);
    }
    let state = members.join(",");
    (!members.is_empty() && members.len() <= MOST_MEMBERS && state.len() <= LONGEST_STATE).then_some(state)
}

/// 3.3.1.3.1: a simple key, or a tenant at a system.
fn is_key(key: &str) -> bool {
    let is_of = |text: &str, digits_first: bool, longest: usize| {
        let first = text.bytes().next();
        first.is_some_and(|byte| byte.is_ascii_lowercase() || (digits_first && byte.is_ascii_digit()))
            && text.len() <= longest
            && text.bytes().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'*' | b'/')
            })
    };
    match key.split_once('@') {
        None => is_of(key, false, 256),
        Some((tenant, system)) => is_of(tenant, true, 241) && is_of(system, false, 14),
    }
}

/// 3.3.1.3.2: printable, without commas and equals signs, and not ending in a blank.
fn is_value(value: &str) -> bool {
    (1..=256).contains(&value.len())
        && !value.ends_with(' ')
        && value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b',' && byte != b'=')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "12345678901234567890123456789012";
    const SPAN: &str = "1234567890123456";

    fn caller(parents: &[&str], states: &[&str]) -> Option<Caller> {
        let mut headers = HeaderMap::new();
        for parent in parents {
            headers.append(TRACEPARENT, HeaderValue::from_bytes(parent.as_bytes()).unwrap());
        }
        for state in states {
            headers.append(TRACESTATE, HeaderValue::from_bytes(state.as_bytes()).unwrap());
        }
        Caller::of(&headers)
    }

    /// The cases of the W3C's own suite, `test/test.py` in w3c/trace-context, by their names there.
    #[test]
    fn a_good_parent_is_taken_and_a_broken_one_is_ignored() {
        let with = |version: &str, flags: &str, more: &str| format!("{version}-{TRACE}-{SPAN}-{flags}{more}");
        let taken = [
            ("traceparent_included_tracestate_missing", with("00", "01", "")),
            ("traceparent_version_0x00, not sampled", with("00", "00", "")),
            ("traceparent_version_0xcc", with("cc", "01", "")),
            ("traceparent_version_0xcc, with more", with("cc", "01", "-what-the-future-will-be-like")),
            ("traceparent_trace_flags, unknown ones", with("00", "ff", "")),
            ("traceparent_ows_handling", format!("  {}\t", with("00", "01", ""))),
        ];
        for (case, parent) in taken {
            let caller = caller(&[&parent], &[]).unwrap_or_else(|| panic!("{case}: {parent}"));
            assert_eq!(
                (caller.trace.to_string(), caller.span.to_string()),
                (TRACE.to_owned(), SPAN.to_owned()),
                "{case}"
            );
        }
        let ignored = [
            ("traceparent_version_0x00, with more", with("00", "01", ".")),
            ("traceparent_version_0x00, with more", with("00", "01", "-what-the-future-will-be-like")),
            ("traceparent_version_0xcc, glued", with("cc", "01", ".what-the-future-will-be-like")),
            ("traceparent_version_0xff", with("ff", "01", "")),
            ("traceparent_version_illegal_characters", with(".0", "01", "")),
            ("traceparent_version_illegal_characters", with("0.", "01", "")),
            ("traceparent_version_too_long", with("000", "01", "")),
            ("traceparent_version_too_long", with("0000", "01", "")),
            ("traceparent_version_too_short", with("0", "01", "")),
            ("traceparent_trace_id_all_zero", format!("00-{}-{SPAN}-01", "0".repeat(32))),
            ("traceparent_trace_id_illegal_characters", format!("00-.{}-{SPAN}-01", &TRACE[1..])),
            ("traceparent_trace_id_illegal_characters", format!("00-{}.-{SPAN}-01", &TRACE[1..])),
            ("traceparent_trace_id_too_long", format!("00-1{TRACE}-{SPAN}-01")),
            ("traceparent_trace_id_too_short", format!("00-{}-{SPAN}-01", &TRACE[1..])),
            ("traceparent_parent_id_all_zero", format!("00-{TRACE}-{}-01", "0".repeat(16))),
            ("traceparent_parent_id_illegal_characters", format!("00-{TRACE}-.{}-01", &SPAN[1..])),
            ("traceparent_parent_id_too_long", format!("00-{TRACE}-1{SPAN}-01")),
            ("traceparent_parent_id_too_short", format!("00-{TRACE}-{}-01", &SPAN[1..])),
            ("traceparent_trace_flags_illegal_characters", with("00", ".0", "")),
            ("traceparent_trace_flags_too_long", with("00", "001", "")),
            ("traceparent_trace_flags_too_short", with("00", "1", "")),
            ("upper case is not allowed", with("00", "01", "").replace('1', "A")),
            ("empty", String::new()),
            ("two in one", format!("{},{}", with("00", "01", ""), with("00", "01", ""))),
            ("no text", "\u{e4}".repeat(55)),
        ];
        for (case, parent) in ignored {
            assert_eq!(caller(&[&parent], &["a=1"]), None, "{case}: {parent}");
        }
        let good = with("00", "01", "");
        assert_eq!(caller(&[&good, &good], &[]), None, "traceparent_duplicated");
        assert_eq!(caller(&[], &["foo=1"]), None, "tracestate_included_traceparent_missing");
    }

    #[test]
    fn only_the_lowest_flag_says_that_it_is_sampled() {
        for (flags, sampled) in [("00", false), ("01", true), ("02", false), ("ff", true), ("fe", false)] {
            let caller = caller(&[&format!("00-{TRACE}-{SPAN}-{flags}")], &[]).unwrap();
            assert_eq!(caller.sampled, sampled, "{flags}");
        }
    }

    #[test]
    fn a_good_state_is_kept_and_a_broken_one_is_left_out() {
        let parent = format!("00-{TRACE}-{SPAN}-01");
        let kept = |states: &[&str]| caller(&[&parent], states).unwrap().state.map(|state| state.to_string());
        let tenant = format!("t{}@v", "a".repeat(240));
        let system = format!("t@v{}", "a".repeat(13));
        let value = format!("foo={}", "x".repeat(256));
        let many: Vec<String> = (1..=32).map(|number| format!("bar{number:02}={number:02}")).collect();
        for (case, states, expected) in [
            (
                "tracestate_multiple_headers_different_keys",
                vec!["foo=1,bar=2", "rojo=1,congo=2", "baz=3"],
                "foo=1,bar=2,rojo=1,congo=2,baz=3",
            ),
            ("tracestate_ows_handling", vec!["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
            ("tracestate_empty_header", vec!["foo=1", ""], "foo=1"),
            ("tracestate_header_name, blanks inside", vec!["foo=a b"], "foo=a b"),
            ("tracestate_key_length_limit", vec![&*format!("{tenant}=1")], &*format!("{tenant}=1")),
            ("tracestate_key_length_limit", vec![&*format!("{system}=1")], &*format!("{system}=1")),
            ("a value of 256", vec![&*value], &*value),
            ("tracestate_member_count_limit", vec![&*many.join(",")], &*many.join(",")),
            ("all that a key may have", vec!["a0_-*/=1"], "a0_-*/=1"),
        ] {
            assert_eq!(kept(&states).as_deref(), Some(expected), "{case}");
        }
        let more = format!("{},bar33=33", many.join(","));
        let long = format!("a={},b={},c=1", "x".repeat(256), "x".repeat(256));
        for (case, states) in [
            ("tracestate_duplicated_keys", vec!["foo=1,foo=2"]),
            ("tracestate_duplicated_keys", vec!["foo=1", "foo=2"]),
            ("tracestate_all_allowed_characters, not upper case", vec!["FOO=1"]),
            ("tracestate_key_illegal_characters", vec!["foo =1"]),
            ("tracestate_key_illegal_characters", vec!["foo.bar=1"]),
            ("tracestate_key_illegal_vendor_format", vec!["foo@=1,bar=2"]),
            ("tracestate_key_illegal_vendor_format", vec!["@foo=1,bar=2"]),
            ("tracestate_key_illegal_vendor_format", vec!["foo@@bar=1"]),
            ("tracestate_key_illegal_vendor_format", vec!["foo@bar@baz=1"]),
            ("tracestate_key_length_limit", vec![&*format!("t{tenant}=1")]),
            ("tracestate_key_length_limit", vec![&*format!("{system}a=1")]),
            ("tracestate_value_illegal_characters", vec!["foo=bar=baz"]),
            ("tracestate_value_illegal_characters", vec!["foo=,bar=3"]),
            ("tracestate_member_count_limit", vec![&*more]),
            ("longer than is kept", vec![&*long]),
            ("no pair", vec!["foo"]),
            ("none", vec![]),
            ("empty", vec![""]),
        ] {
            assert_eq!(kept(&states), None, "{case}: {states:?}");
        }
    }

    #[test]
    fn what_is_called_from_a_request_of_a_trace_is_part_of_it() {
        let caller = caller(&[&format!("00-{TRACE}-{SPAN}-00")], &["foo=1"]).unwrap();
        let context = Context::request(Id::make()).called_by(&caller);
        assert_eq!(
            (context.trace_id().as_str(), context.cause.as_ref().map(Id::to_string).as_deref()),
            (TRACE, Some(SPAN))
        );
        let parent = context.traceparent();
        assert_eq!(parent, format!("00-{TRACE}-{}-00", context.span_id()));
        assert_ne!(context.span_id(), SPAN);
        // Whoever we call reads it as we do.
        let (trace, span, flags) = parsed(&parent).unwrap();
        assert_eq!((trace, span, flags), (TRACE, context.span_id().as_str(), 0));
    }

    #[test]
    fn a_trace_that_begins_here_is_sampled_and_an_attempt_is_a_span_of_its_own() {
        let context = Context::request(Id::make());
        let (trace, span, flags) =
            parsed(&context.traceparent()).map(|(a, b, c)| (a.to_owned(), b.to_owned(), c)).unwrap();
        assert_eq!((trace, span, flags), (context.trace_id(), context.span_id(), 1));
        let spans = [0, 1, 2].map(|attempt| Context { attempt, ..context.clone() }.span_id());
        assert!(spans[0] != spans[1] && spans[1] != spans[2] && spans[0] != spans[2]);
        let two = ["mail.welcome.send", "stats.count.add"].map(|name| context.clone().delivered_to(name, 1).span_id());
        assert!(two[0] != two[1] && !spans.contains(&two[0]) && !spans.contains(&two[1]));
    }
}
