//! The handshake of RFC 6455, 4.2. In: the head of a request. Out: the answer that opens the socket, or a refusal.

use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderValue, Method, StatusCode};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use crate::error::{Error, Kind};
use crate::request::Head;
use crate::response::{Response, empty, failure};

/// A handshake that can be accepted.
pub(super) struct Handshake {
    pub(super) upgrade: OnUpgrade,
    accepted: HeaderValue,
}

impl Handshake {
    /// Over HTTP/1.1 only: HTTP/2 has no upgrades.
    pub(super) fn of(head: &Head) -> Result<Self, Box<Response>> {
        let names = |header, word: &str| {
            let values = head.headers.get_all(header).into_iter().filter_map(|value| value.to_str().ok());
            values.flat_map(|value| value.split(',')).any(|one| one.trim().eq_ignore_ascii_case(word))
        };
        let upgrade = head.extensions.get::<OnUpgrade>().cloned();
        let asked = head.method == Method::GET && names(CONNECTION, "upgrade") && names(UPGRADE, "websocket");
        let Some(upgrade) = upgrade.filter(|_| asked) else {
            return Err(upgrade_required("this route speaks WebSocket, over HTTP/1.1"));
        };
        if !names(SEC_WEBSOCKET_VERSION, "13") {
            return Err(upgrade_required("the version of WebSocket must be 13"));
        }
        let mut keys = head.headers.get_all(SEC_WEBSOCKET_KEY).into_iter();
        let (Some(key), None) = (keys.next().filter(|key| is_key(key.as_bytes())), keys.next()) else {
            let said = "the header `sec-websocket-key` must be there once, as 16 bytes in base64";
            return Err(Box::new(failure(Error::bad_request(said))));
        };
        let accepted = HeaderValue::from_str(&derive_accept_key(key.as_bytes())).expect("base64 is header text");
        Ok(Self { upgrade, accepted })
    }

    /// With the subprotocol that was agreed on.
    pub(super) fn response(accepted: HeaderValue, protocol: Option<&'static str>) -> Response {
        let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_ACCEPT, accepted);
        if let Some(protocol) = protocol.and_then(|name| HeaderValue::from_str(name).ok()) {
            headers.insert(SEC_WEBSOCKET_PROTOCOL, protocol);
        }
        response
    }

    /// Apart, so that each half goes its own way.
    pub(super) fn split(self) -> (OnUpgrade, HeaderValue) {
        (self.upgrade, self.accepted)
    }
}

/// Whether it is 16 bytes in base64, which have 22 signs and the filling of RFC 4648, 4.
fn is_key(key: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/".contains(byte);
    key.len() == 24 && key.ends_with(b"==") && key[..22].iter().all(is_sign)
}

/// RFC 9110, 15.5.22: the answer says what to upgrade to.
fn upgrade_required(said: &'static str) -> Box<Response> {
    let mut response = failure(Error::of(Kind::UpgradeRequired, said));
    let headers = response.headers_mut();
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
    Box::new(response)
}
