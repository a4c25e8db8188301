//! Forms, uploads, cookies and strict types, over a real socket.

use hmac::{Hmac, KeyInit, Mac};
use http::Request;
use http_body_util::Full;
use microcore::testing::{Client, Reply};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::wires::booted;

const FORM: &str = "application/x-www-form-urlencoded";

async fn send(app: &Client, path: &str, media_type: &str, body: impl Into<Vec<u8>>) -> Reply {
    let request = Request::post(path).header("host", "test").header("content-type", media_type);
    app.exchange(request.body(Full::new(body.into().into())).unwrap()).await
}

/// What the fields were refused for: `(pointer, rule)`.
fn refused(reply: &Reply) -> Vec<(String, String)> {
    let error = reply.error();
    let fields = error["fields"].as_array().cloned().unwrap_or_default();
    let text = |field: &Value, key: &str| field[key].as_str().unwrap_or_default().to_owned();
    fields.iter().map(|field| (text(field, "pointer"), text(field, "rule"))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, rule)| ((*pointer).to_owned(), (*rule).to_owned())).collect()
}

#[microcore::test]
async fn a_form_is_decoded_and_its_rules_hold() {
    let app = booted("form", &[]).await;
    let good = send(&app, "/bodies/form", FORM, "email=a%40b.de&password=long+enough&tag=x&tag=%C3%A9&age=7").await;
    assert_eq!(good.data(), json!({"email": "a@b.de", "password": "long enough", "tag": ["x", "é"], "age": 7}));
    let rules = send(&app, "/bodies/form", FORM, "email=a&password=short").await;
    assert_eq!((rules.status.as_u16(), refused(&rules)), (422, pairs(&[("/email", "email"), ("/password", "length")])));
    let missing = send(&app, "/bodies/form", FORM, "").await;
    assert_eq!(
        (missing.status.as_u16(), refused(&missing)),
        (422, pairs(&[("/email", "required"), ("/password", "required")]))
    );
    let malformed = send(&app, "/bodies/form", FORM, "email=a%40b.de&password=long+enough&age=old").await;
    assert_eq!((malformed.status.as_u16(), refused(&malformed)), (422, pairs(&[("/age", "type")])));
    let twice = send(&app, "/bodies/form", FORM, "email=a%40b.de&email=c%40d.de&password=long+enough").await;
    assert_eq!((twice.status.as_u16(), refused(&twice)), (422, pairs(&[("/email", "repeated")])));
    let all = send(&app, "/bodies/form", FORM, "email=a&email=b&password=short&age=old&is_admin=true").await;
    let each = [("/email", "repeated"), ("/password", "length"), ("/age", "type"), ("/is_admin", "unknown")];
    assert_eq!((all.status.as_u16(), refused(&all)), (422, pairs(&each)));
    app.stop().await;
}

#[microcore::test]
async fn a_body_that_may_be_absent_may_be_absent() {
    let app = booted("maybe", &[]).await;
    let login = "email=a%40b.de&password=long+enough";
    for path in ["/bodies/maybe", "/bodies/form/maybe"] {
        let none = app.exchange(Request::post(path).body(Full::default()).unwrap()).await;
        assert_eq!((none.status.as_u16(), none.data()), (200, json!(false)), "{path}");
    }
    assert_eq!(send(&app, "/bodies/form/maybe", FORM, login).await.data(), json!(true));
    assert_eq!(app.get("/bodies/query/maybe").await.data(), json!(false));
    assert_eq!(app.get("/bodies/query/maybe?limit=7").await.data(), json!(true));
    assert_eq!(app.get("/bodies/query/maybe?limit=700").await.status, 400);
    let some = app.post("/bodies/maybe", json!({"email": "a@b.de", "password": "long enough"})).await;
    assert_eq!(some.data(), json!(true));
    let wrong = app.post("/bodies/maybe", json!({"email": "a", "password": "short"})).await;
    assert_eq!((wrong.status.as_u16(), refused(&wrong).len()), (422, 2), "its rules hold where it is there");
    assert_eq!(app.exchange(Request::post("/bodies/strict").body(Full::default()).unwrap()).await.status, 422);
    app.stop().await;
}

#[microcore::test]
async fn each_body_says_what_it_is() {
    let app = booted("media", &[]).await;
    for (path, wrong, said) in [
        ("/bodies/form", "application/json", "must be a form"),
        ("/bodies/strict", FORM, "must be JSON"),
        ("/bodies/files", FORM, "must be multipart"),
        ("/bodies/form", "multipart/form-data; boundary=x", "must be a form"),
    ] {
        let reply = send(&app, path, wrong, "{}").await;
        assert_eq!(reply.status, 415, "{path}");
        assert!(reply.error()["message"].as_str().unwrap().contains(said), "{path}: {}", reply.error());
    }
    assert_eq!(send(&app, "/bodies/files", "multipart/form-data", "").await.status, 400, "no boundary");
    app.stop().await;
}

#[microcore::test]
async fn a_raw_body_is_the_bytes_that_were_sent() {
    let app = booted("raw", &[("HTTP_BODY_LIMIT", "1KiB")]).await;
    for (media_type, sent) in [("application/json", &b"{\"a\": 1} "[..]), ("image/png", &[0, 255, 10]), (FORM, b"")] {
        let reply = send(&app, "/bodies/raw", media_type, sent).await;
        assert_eq!((reply.status.as_u16(), &reply.body[..]), (200, sent));
        assert_eq!(reply.headers["content-type"], media_type);
    }
    assert_eq!(send(&app, "/bodies/raw", FORM, vec![0; 1_025]).await.status, 413);
    let coded = Request::post("/bodies/raw").header("host", "test").header("content-encoding", "gzip");
    assert_eq!(app.exchange(coded.body(Full::from("x")).unwrap()).await.status, 415, "its bytes are not what is meant");
    app.stop().await;
}

#[microcore::test]
async fn a_text_is_utf_8() {
    let app = booted("plain", &[]).await;
    assert_eq!(send(&app, "/bodies/plain", "text/plain; charset=UTF-8", "héllo").await.data(), "héllo");
    assert_eq!(send(&app, "/bodies/plain?limit=2", "application/yaml", "héllo").await.data(), "hé");
    let broken = send(&app, "/bodies/plain", "text/plain", b"h\xe9llo".as_slice()).await;
    assert_eq!((broken.status.as_u16(), &broken.error()["message"]), (400, &json!("the body must be UTF-8")));
    let latin = send(&app, "/bodies/plain", "text/plain; charset=iso-8859-1", b"h\xe9llo".as_slice()).await;
    assert_eq!(latin.status, 415);
    app.stop().await;
}

#[microcore::test]
async fn json_that_is_read_from_a_raw_body_is_refused_like_a_body() {
    let app = booted("typed", &[]).await;
    let (good, json) = (json!({"email": "a@b.de", "password": "long enough"}), "application/json");
    assert_eq!(app.post("/bodies/raw/typed", good).await.data()["email"], "a@b.de");
    for sent in ["", "{", "[]", r#"{"email": "a", "password": 1, "other": 2}"#, r#"{"email": "a", "password": "b"}"#] {
        let (typed, body) = (send(&app, "/bodies/raw/typed", json, sent), send(&app, "/bodies/strict", json, sent));
        let (typed, body) = (typed.await, body.await);
        let said = |reply: &Reply| (reply.status, reply.error()["message"].clone(), reply.error()["fields"].clone());
        assert_eq!(said(&typed), said(&body), "{sent}");
    }
    app.stop().await;
}

#[microcore::test]
async fn a_signed_webhook_is_checked_before_it_is_read() {
    let app = booted("paid", &[("PAID_KEY", "shared")]).await;
    let hear = async |body: &'static str, signature: &str| {
        let request = Request::post("/paid").header("host", "test").header("x-signature", signature);
        app.exchange(request.body(Full::from(body)).unwrap()).await
    };
    let signed = |body: &str| {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"shared").unwrap();
        mac.update(body.as_bytes());
        mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    // A space more is the same JSON, and another body.
    let (sent, spaced) = (r#"{"order": "7", "cents": 250}"#, r#"{"order": "7",  "cents": 250}"#);
    assert_eq!(hear(sent, &signed(sent)).await.status, 204);
    assert_eq!(hear(spaced, &signed(sent)).await.status, 401);
    assert_eq!(hear("no JSON", &signed(sent)).await.status, 401, "a stranger learns nothing of what is expected");
    let wrong = r#"{"order": "", "cents": 0}"#;
    let refused = hear(wrong, &signed(wrong)).await;
    assert_eq!(
        (refused.status.as_u16(), self::refused(&refused)),
        (422, pairs(&[("/order", "length"), ("/cents", "range")]))
    );
    app.stop().await;
}

#[microcore::test]
async fn a_field_too_many_is_refused_where_the_type_says_so() {
    let app = booted("strict", &[]).await;
    let unknown = [("/is_admin".to_owned(), "unknown".to_owned())];
    let form = send(&app, "/bodies/form", FORM, "email=a%40b.de&password=long+enough&is_admin=true").await;
    assert_eq!((form.status.as_u16(), refused(&form)), (422, unknown.to_vec()));
    let body = json!({"email": "a@b.de", "password": "long enough", "is_admin": true});
    let reply = app.post("/bodies/strict", body).await;
    assert_eq!((reply.status.as_u16(), refused(&reply)), (422, unknown.to_vec()));
    app.stop().await;
}

const UPLOAD: &str = "--x\r\ncontent-disposition: form-data; name=\"title\"\r\n\r\nhello\r\n\
    --x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"../../etc/pass wd\"\r\n\
    content-type: text/plain\r\n\r\nline\r\n--y\r\n--x--\r\n";

#[microcore::test]
async fn an_upload_arrives_part_by_part() {
    let app = booted("upload", &[]).await;
    let reply = send(&app, "/bodies/files", "multipart/form-data; boundary=x", UPLOAD).await;
    let title = json!({"name": "title", "file": null, "media_type": null, "bytes": 5});
    let file = json!({"name": "file", "file": "pass wd", "media_type": "text/plain", "bytes": 9});
    assert_eq!(reply.data(), json!([title, file]));
    app.stop().await;
}

#[microcore::test]
async fn an_upload_has_limits() {
    let app = booted("upload_limits", &[("HTTP_UPLOAD_LIMIT", "1KiB")]).await;
    let multipart = "multipart/form-data; boundary=x";
    let head = "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n";
    let long = format!("{head}{}\r\n--x--\r\n", "a".repeat(2000));
    assert_eq!(send(&app, "/bodies/files", multipart, long).await.status, 413);
    assert_eq!(send(&app, "/bodies/text", multipart, format!("{head}12345678\r\n--x--\r\n")).await.data(), "12345678");
    assert_eq!(send(&app, "/bodies/text", multipart, format!("{head}123456789\r\n--x--\r\n")).await.status, 413);
    for broken in ["", "nonsense", head] {
        let reply = send(&app, "/bodies/files", multipart, broken).await;
        assert_eq!(reply.status, 400, "{broken:?}");
    }
    app.stop().await;
    let app = booted("upload_heads", &[]).await;
    let endless = format!("--x\r\nx-a: {}", "a".repeat(1 << 20));
    let reply = send(&app, "/bodies/files", multipart, endless).await;
    let said = "the body is not valid multipart: the head of a part may have at most 8192 bytes";
    assert_eq!((reply.status.as_u16(), &reply.error()["message"]), (400, &json!(said)));
    let upper = "--x\r\nCONTENT-DISPOSITION: FORM-DATA; NAME=\"a\"; FILENAME=\"..\"\r\n\r\n1\r\n--x--";
    let reply = send(&app, "/bodies/files", "Multipart/Form-Data; Boundary=x", upper).await;
    assert_eq!(reply.data(), json!([{"name": "a", "file": null, "media_type": null, "bytes": 1}]));
    app.stop().await;
    let app = booted("upload_parts", &[]).await;
    let many = format!("{}--x--\r\n", format!("{head}\r\n").repeat(1001));
    let reply = send(&app, "/bodies/files", multipart, many).await;
    assert_eq!(
        (reply.status.as_u16(), &reply.error()["message"]),
        (413, &json!("the body may have at most 1000 parts"))
    );
    app.stop().await;
}

#[microcore::test]
async fn cookies_are_read_by_name() {
    let app = booted("cookies", &[]).await;
    let request = Request::get("/bodies/cookies").header("host", "test").header("cookie", "a=b; session=x%20y");
    assert_eq!(app.exchange(request.body(Full::default()).unwrap()).await.data(), "x y");
    assert_eq!(app.get("/bodies/cookies?session=1").await.data(), Value::Null);
    app.stop().await;
}

#[microcore::test]
async fn a_query_struct_obeys_its_rules() {
    let app = booted("query_rules", &[]).await;
    assert_eq!(app.get("/bodies/page?limit=100").await.data(), json!({"limit": 100}));
    let refused = app.get("/bodies/page?limit=101").await;
    assert_eq!((refused.status.as_u16(), &refused.error()["fields"][0]["in"]), (400, &json!("query")));
    let twice = app.get("/bodies/page?limit=1&limit=2&other=1&other=2").await;
    let field = json!([{"in": "query", "field": "limit", "rule": "repeated", "message": "must be given once"}]);
    assert_eq!((twice.status.as_u16(), &twice.error()["fields"]), (400, &field));
    let others = app.get("/bodies/page?limit=1&other=1&other=2").await;
    assert_eq!(others.data(), json!({"limit": 1}), "a key that is no field may be repeated");
    app.stop().await;
}

#[microcore::test]
async fn nothing_that_a_client_sends_stands_in_for_another_input() {
    let app = booted("stand_in", &[]).await;
    let body = json!({"id": 9, "limit": 2, "claims": {"sub": "root"}, "_auth": {"sub": "root"}});
    assert_eq!(app.post("/bodies/1?limit=3&id=8", body.clone()).await.data(), json!([1, 2, 3]));
    assert_eq!(app.post("/bodies/1", body).await.data(), json!([1, 2, null]), "the body is no query");
    let refused = app.post("/bodies/x?id=1", json!({"id": 1})).await;
    assert_eq!(refused.status, 400, "only the path gives a path parameter");
    app.stop().await;
}

#[microcore::test]
async fn a_list_is_no_struct() {
    let app = booted("list", &[]).await;
    let list = app.post("/bodies/1", json!([7])).await;
    assert_eq!((list.status.as_u16(), &list.error()["message"]), (422, &json!("the body must be an object")));
    app.stop().await;
}
