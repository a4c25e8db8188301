//! The subprotocols of a socket: RFC 6455, 1.9. In: the names that a client offers. Out: the first of them that is known.

/// What a socket and its client agree to speak, as a type: the third of `Socket<In, Out, Protocol>`.
///
/// ```
/// use microcore_runtime::realtime::Subprotocol;
///
/// enum Chat {
///     First,
///     Second,
/// }
///
/// impl Subprotocol for Chat {
///     const NAMES: &'static [&'static str] = &["chat.v1", "chat.v2"];
///
///     fn named(name: &str) -> Option<Self> {
///         match name {
///             "chat.v1" => Some(Self::First),
///             "chat.v2" => Some(Self::Second),
///             _ => None,
///         }
///     }
/// }
/// ```
pub trait Subprotocol: Sized + Send + 'static {
    /// The names that are known, as they stand in `sec-websocket-protocol`.
    const NAMES: &'static [&'static str];

    /// The protocol of that name; of each of the names there is one.
    fn named(name: &str) -> Option<Self>;
}

/// A socket that speaks none by name.
impl Subprotocol for () {
    const NAMES: &'static [&'static str] = &[];

    fn named(_: &str) -> Option<Self> {
        None
    }
}

/// The names that a socket of this type knows.
pub const fn spoken<P: Subprotocol>() -> &'static [&'static str] {
    P::NAMES
}

/// The name and the protocol that are agreed on: the client's order counts.
#[cfg(feature = "ws")]
pub(super) fn agreed<P: Subprotocol>(headers: &http::HeaderMap) -> Option<(&'static str, P)> {
    let lines = headers.get_all(http::header::SEC_WEBSOCKET_PROTOCOL).into_iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).find_map(|offered| {
        let name = P::NAMES.iter().find(|name| **name == offered)?;
        Some((*name, P::named(name)?))
    })
}
