//! Signing and reading.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use microcore_runtime::settings::{Environment, Settings};
use microcore_tools::auth::{AuthError, AuthSettings};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{KEY, auth, reference};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Claims {
    sub: String,
    roles: Vec<String>,
}

fn ana() -> Claims {
    Claims { sub: "ana".into(), roles: vec!["admin".into()] }
}

fn is_invalid<T: std::fmt::Debug>(read: Result<T, AuthError>) -> bool {
    matches!(read, Err(AuthError::Invalid(_)))
}

#[tokio::test]
async fn a_token_gives_its_claims_back_with_who_for_whom_and_until_when() {
    let auth = auth([("AUTH_SECRET_KEY", KEY), ("AUTH_ISSUER", "shop"), ("AUTH_AUDIENCE", "web")]).await;
    let token = auth.create_token(&ana()).unwrap();
    assert_eq!(auth.decode_token::<Claims>(&token).unwrap(), ana());
    let all: Value = auth.decode_token(&token).unwrap();
    assert_eq!((&all["iss"], &all["aud"]), (&json!("shop"), &json!("web")));
    assert_eq!(all["exp"].as_u64().unwrap() - all["iat"].as_u64().unwrap(), 3600);
    assert!(matches!(auth.create_token("ana"), Err(AuthError::Claims)));
}

#[tokio::test]
async fn an_expired_token_is_told_apart_from_a_bad_one() {
    let auth = auth([("AUTH_SECRET_KEY", KEY)]).await;
    let expired = auth.create_token_for(&json!({"sub": "ana"}), Duration::ZERO).unwrap();
    // RFC 7519, 4.1.4: at `exp` it is expired.
    assert!(matches!(auth.decode_token::<Value>(&expired), Err(AuthError::Expired)));
}

#[tokio::test]
async fn nothing_but_our_own_signature_is_accepted() {
    let auth = auth([("AUTH_SECRET_KEY", KEY)]).await;
    let token = auth.create_token(&ana()).unwrap();
    let [head, body, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
    let decoded = String::from_utf8(URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap();
    let admin = encode(&decoded.replace("ana", "root"));
    let forged = [
        format!("{}.{body}.", encode(r#"{"alg":"none","typ":"JWT"}"#)),
        format!("{}.{body}.{signature}", encode(r#"{"alg":"HS512","typ":"JWT"}"#)),
        format!("{}.{body}.{signature}", encode(r#"{"alg":"RS256","typ":"JWT"}"#)),
        format!("{head}.{admin}.{signature}"),
        format!("{head}.{body}"),
        format!("{head}.{body}.{}", &signature[1..]),
        String::new(),
        "..".into(),
    ];
    for token in forged {
        assert!(is_invalid(auth.decode_token::<Value>(&token)), "{token}");
    }
}

/// RFC 7515, 4.1.11.
#[tokio::test]
async fn a_token_that_says_what_must_be_understood_is_refused() {
    let auth = auth([("AUTH_SECRET_KEY", KEY)]).await;
    reference::install();
    let claims: Value = auth.decode_token(&auth.create_token(&ana()).unwrap()).unwrap();
    let signed = |crit: Option<Vec<String>>| {
        let head = Header { crit, ..Header::default() };
        encode(&head, &claims, &EncodingKey::from_secret(KEY.as_bytes())).unwrap()
    };
    assert_eq!(auth.decode_token::<Claims>(&signed(None)).unwrap(), ana());
    assert!(is_invalid(auth.decode_token::<Claims>(&signed(Some(vec!["b64".into()])))));
}

/// A token of the other implementation, with what is changed in the claims of a good one.
async fn theirs(change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> String {
    reference::install();
    let auth = auth([("AUTH_SECRET_KEY", KEY)]).await;
    let mut claims: Value = auth.decode_token(&auth.create_token(&ana()).unwrap()).unwrap();
    change(claims.as_object_mut().unwrap());
    encode(&Header::default(), &claims, &EncodingKey::from_secret(KEY.as_bytes())).unwrap()
}

#[tokio::test]
async fn another_implementation_reads_our_tokens_and_we_read_its() {
    reference::install();
    let auth = auth([("AUTH_SECRET_KEY", KEY)]).await;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&["microcore"]);
    validation.set_audience(&["microcore"]);
    let token = auth.create_token(&ana()).unwrap();
    let read = decode::<Claims>(&token, &DecodingKey::from_secret(KEY.as_bytes()), &validation).unwrap();
    assert_eq!((read.claims, read.header.typ.as_deref()), (ana(), Some("JWT")));
    assert_eq!(auth.decode_token::<Claims>(&theirs(|_| {}).await).unwrap(), ana());
}

#[tokio::test]
async fn claims_of_time_and_of_people_are_read_as_the_standard_says() {
    let auth = auth([("AUTH_SECRET_KEY", KEY)]).await;
    let good: [(&str, Value); 6] = [
        ("exp", json!(9_999_999_999.5)),
        ("exp", json!(u64::MAX)),
        ("nbf", json!(0)),
        ("nbf", json!(1.5)),
        ("aud", json!(["other", "microcore"])),
        ("iss", json!(["microcore"])),
    ];
    for (name, value) in good {
        let token = theirs(|claims| drop(claims.insert(name.into(), value.clone()))).await;
        assert_eq!(auth.decode_token::<Claims>(&token).unwrap(), ana(), "{name}: {value}");
    }
    let bad: [(&str, Value); 11] = [
        ("exp", json!("9999999999")),
        ("exp", json!(-1)),
        ("exp", Value::Null),
        ("nbf", json!(9_999_999_999_u64)),
        ("nbf", json!("0")),
        ("nbf", Value::Null),
        ("aud", json!([])),
        ("aud", json!(["other"])),
        ("aud", json!({ "microcore": true })),
        ("iss", json!(7)),
        ("sub", json!(7)),
    ];
    for (name, value) in bad {
        let token = theirs(|claims| drop(claims.insert(name.into(), value.clone()))).await;
        assert!(is_invalid(auth.decode_token::<Claims>(&token)), "{name}: {value}");
    }
    for name in ["exp", "iss", "aud", "sub"] {
        let token = theirs(|claims| drop(claims.remove(name))).await;
        assert!(is_invalid(auth.decode_token::<Claims>(&token)), "without {name}");
    }
    let expired = theirs(|claims| drop(claims.insert("exp".into(), json!(1)))).await;
    assert!(matches!(auth.decode_token::<Claims>(&expired), Err(AuthError::Expired)));
}

#[tokio::test]
async fn a_token_of_another_key_issuer_or_audience_is_refused() {
    let ours = auth([("AUTH_SECRET_KEY", KEY)]).await;
    let others = [
        auth([("AUTH_SECRET_KEY", "another key of thirty-two bytes or more")]).await,
        auth([("AUTH_SECRET_KEY", KEY), ("AUTH_ISSUER", "other")]).await,
        auth([("AUTH_SECRET_KEY", KEY), ("AUTH_AUDIENCE", "other")]).await,
        auth([]).await,
    ];
    for other in others {
        assert!(is_invalid(ours.decode_token::<Value>(&other.create_token(&ana()).unwrap())));
    }
}

#[tokio::test]
async fn the_key_of_yesterday_is_still_read_and_never_signs() {
    let before = auth([("AUTH_SECRET_KEY", "yesterday's key of thirty-two bytes")]).await;
    let settings = [("AUTH_SECRET_KEY", KEY), ("AUTH_PREVIOUS_KEY", "yesterday's key of thirty-two bytes")];
    let now = auth(settings).await;
    assert_eq!(now.decode_token::<Claims>(&before.create_token(&ana()).unwrap()).unwrap(), ana());
    assert!(is_invalid(before.decode_token::<Claims>(&now.create_token(&ana()).unwrap())));
}

#[test]
fn a_short_key_is_a_wrong_setting_that_never_shows() {
    let problems = AuthSettings::load(&Environment::of([("AUTH_SECRET_KEY", "too short")])).unwrap_err();
    let said = problems.to_string();
    assert!(said.contains("AUTH_SECRET_KEY") && said.contains("at least 32 bytes"), "{said}");
    assert!(!said.contains("too short"), "{said}");
    let settings = AuthSettings::load(&Environment::of([("AUTH_SECRET_KEY", KEY)])).unwrap();
    assert!(!format!("{settings:?}").contains("thirty-two"));
}
