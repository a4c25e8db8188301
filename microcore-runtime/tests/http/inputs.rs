//! Inputs over the wire: what is read, and how each mistake is answered.

use crate::fixture::Server;

const JSON: &str = "content-type: application/json\r\n";

#[tokio::test]
async fn path_and_query_are_read_and_every_refusal_is_named() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.ask("GET /users/%34%32?tag=a+b&limit=3&other=1&tag=%C3%A9").await;
    assert_eq!(client.answer().await.body, r#"{"success":true,"data":{"id":42,"limit":3,"tags":["a b","é"]}}"#);
    client.ask("GET /users/x?limit=-1&tag=%FF").await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.message(),
        "path parameter `id` must be an integer; query parameter `limit` must be a whole number; \
         query parameter `tag` must be percent-encoded UTF-8"
    );
    let first = &answer.json()["error"]["fields"][0];
    assert_eq!((first["in"].as_str(), first["field"].as_str()), (Some("path"), Some("id")));
    client.ask("GET /users/1?limit=1&limit=2").await;
    assert_eq!(client.answer().await.message(), "query parameter `limit` must be given once");
}

#[tokio::test]
async fn a_number_has_one_spelling_and_a_list_has_two() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for wrong in ["+1", "01", "-0", "1.0", "1_0", "%201", "1%20", "0x1", "limit"] {
        client.ask(&format!("GET /users/{wrong}?limit={wrong}")).await;
        let answer = client.answer().await;
        let said = "path parameter `id` must be an integer; query parameter `limit` must be a whole number";
        assert_eq!((answer.status, answer.message().as_str()), (400, said), "{wrong}");
    }
    for list in ["tag=a&tag=b", "tag[]=a&tag[]=b", "tag%5B%5D=a&tag=b"] {
        client.ask(&format!("GET /users/1?{list}")).await;
        assert_eq!(client.answer().await.json()["data"]["tags"], serde_json::json!(["a", "b"]), "{list}");
    }
    client.ask("GET /users/1?limit[]=3").await;
    assert_eq!(client.answer().await.message(), "query parameter `limit` must be one value and no list");
}

#[tokio::test]
async fn a_json_body_is_read() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.post("/users", "content-type: application/vnd.x+json; charset=utf-8\r\n", r#"{"name":"Ana","age":7}"#).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.body.as_str()), (201, r#"{"success":true,"data":{"name":"Ana","age":7}}"#));
    client.send(&format!("POST /users HTTP/1.1\r\nhost: t\r\n{JSON}transfer-encoding: chunked\r\n\r\n")).await;
    client.send("a\r\n{\"name\":\"A\r\n").await;
    client.send("b\r\nna\",\"age\":7\r\n1\r\n}\r\n0\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 201);
}

#[tokio::test]
async fn another_media_type_is_415() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.post("/users", "", "{}").await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 415);
    assert_eq!(answer.message(), "the body must be JSON: send `content-type: application/json`");
    let mut client = server.client().await;
    client.post("/users", "content-type: text/plain\r\n", "{}").await;
    assert_eq!(
        client.answer().await.message(),
        "the body must be JSON: send `content-type: application/json`, not `text/plain`"
    );
}

/// RFC 9110, 8.4 and 12.5.3.
#[tokio::test]
async fn a_coded_body_is_415_and_says_that_it_is_the_coding() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for coding in ["gzip", "br", "identity, gzip", "x-gzip", "GZIP", "identity;q=1"] {
        // Whatever the bytes are: what they stand for is another body.
        client.post("/users", &format!("{JSON}content-encoding: {coding}\r\n"), r#"{"name":"Ana","age":7}"#).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.header("accept-encoding")), (415, Some("identity")), "{coding}");
        assert_eq!(answer.message(), "the body must be sent without `content-encoding`");
    }
    for nothing in ["identity", "Identity", "identity, IDENTITY", "", " , identity"] {
        client.post("/users", &format!("{JSON}content-encoding: {nothing}\r\n"), r#"{"name":"Ana","age":7}"#).await;
        assert_eq!(client.answer().await.status, 201, "{nothing}");
    }
    client.post("/users", "content-type: text/plain\r\n", "x").await;
    let other = client.answer().await;
    assert_eq!((other.status, other.header("accept-encoding")), (415, None), "the media type is another matter");
}

/// RFC 3986, 2.1.
#[tokio::test]
async fn a_malformed_escape_is_400_with_the_name_of_its_input() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for (target, blamed) in [
        ("/users/%zz", "path parameter `id`"),
        ("/users/%", "path parameter `id`"),
        ("/users/1?tag=100%", "query parameter `tag`"),
        ("/users/1?tag=a+%2", "query parameter `tag`"),
    ] {
        client.ask(&format!("GET {target}")).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.message()), (400, format!("{blamed} must be percent-encoded UTF-8")));
        assert_eq!(answer.json()["error"]["fields"][0]["rule"], "encoding", "{target}");
    }
    client.ask("GET /users/1?tag=100%25&other=100%").await;
    assert_eq!(client.answer().await.json()["data"]["tags"][0], "100%");
}

#[tokio::test]
async fn malformed_json_is_400_and_the_wrong_shape_is_422() {
    let server = Server::start().await;
    let mut client = server.client().await;
    for (body, status, message) in [
        ("{\"name\":", 400, "the body is not valid JSON: EOF while parsing a value at line 1 column 8"),
        ("{\n x}", 400, "the body is not valid JSON: key must be a string at line 2 column 2"),
        ("", 422, "a JSON body is required"),
        ("{\"age\":\"x\" oops", 400, "the body is not valid JSON: expected `,` or `}` at line 1 column 12"),
        ("{}", 422, "`name` is required; `age` is required"),
        ("{\"name\":\"\",\"age\":1}", 422, "`name` must not be empty"),
        ("{\"name\":\"A\",\"name\":\"secret\",\"age\":1}", 422, "`name` must be given once"),
        ("{\"name\":\"A\",\"age\":\"secret\"}", 422, "`age` must be an integer from 0 to 255"),
        ("{\"name\":\"A\",\"age\":1e999}", 422, "`age` must be an integer from 0 to 255"),
        ("{\"name\":\"A\",\"age\":300}", 422, "`age` must be an integer from 0 to 255"),
    ] {
        client.post("/users", JSON, body).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.message().as_str()), (status, message), "{body}");
    }
    client.post("/users", JSON, "[]").await;
    assert_eq!(client.answer().await.status, 422);
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_before_and_while_it_arrives() {
    let server = Server::start().await;
    let mut client = server.client().await;
    client.send(&format!("POST /users HTTP/1.1\r\nhost: test\r\n{JSON}content-length: 1025\r\n\r\n")).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.message().as_str()), (413, "the body may have at most 1024 bytes"));
    let mut client = server.client().await;
    client.send(&format!("POST /users HTTP/1.1\r\nhost: t\r\n{JSON}transfer-encoding: chunked\r\n\r\n")).await;
    let chunk = "x".repeat(0x200);
    client.send(&format!("200\r\n{chunk}\r\n200\r\n{chunk}\r\n1\r\nx\r\n")).await;
    assert_eq!(client.answer().await.status, 413);
}

#[tokio::test]
async fn a_body_is_not_read_where_the_query_is_refused_already() {
    let server = Server::start().await;
    let mut client = server.client().await;
    // The body never comes: reading it would wait forever.
    client.send(&format!("POST /users?page=x HTTP/1.1\r\nhost: test\r\n{JSON}content-length: 9\r\n\r\n")).await;
    let answer = client.answer().await;
    assert_eq!((answer.status, answer.message().as_str()), (400, "query parameter `page` must be a whole number"));
}
