//! What Conduit's clients send and get, over a socket, held to the document of the application.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod schema;

use contract::App;
use microcore::testing::{Reply, Running, boot, run};
use serde_json::{Value, json};

/// All that says how tokens, replies and failures look is in one file and these settings.
const SETTINGS: [(&str, &str); 2] = [("AUTH_SCHEME", SCHEME), ("HTTP_DOCS", "true")];
const SCHEME: &str = "Token";

struct Conduit {
    app: Running<App>,
    document: Value,
}

impl Conduit {
    async fn boot() -> Self {
        let boot = SETTINGS.iter().fold(boot::<App>(), |boot, (key, value)| boot.with(key, value));
        let app = Running::<App>::boot(&boot).await.unwrap();
        let document = app.get("/openapi.json").await.json();
        Self { app, document }
    }

    /// Asks, and holds the answer to the document.
    async fn ask(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Reply {
        let authorization = format!("{SCHEME} {token}");
        let client =
            if token.is_empty() { (*self.app).clone() } else { self.app.with_header("authorization", &authorization) };
        let reply = client.send(method.parse().unwrap(), path, body).await;
        let path = path.split('?').next().unwrap();
        let template = if path.starts_with("/api/articles/") { "/api/articles/{slug}" } else { path };
        let responses = &self.document["paths"][template][method.to_ascii_lowercase()]["responses"];
        let range = format!("{}XX", reply.status.as_u16() / 100);
        let response = responses.get(reply.status.as_str()).or_else(|| responses.get(&range)).unwrap();
        let response = schema::followed(&self.document, response);
        let media_type = reply.headers["content-type"].to_str().unwrap();
        let schema = &response["content"][media_type]["schema"];
        assert!(!schema.is_null(), "{method} {path} is {} of another media type: {media_type}", reply.status);
        schema::holds(&self.document, schema, &reply.json(), &format!("{method} {path} {}", reply.status));
        reply
    }

    async fn register(&self, name: &str) -> String {
        let user = json!({ "username": name, "email": format!("{name}@example.com"), "password": "correct horse" });
        let reply = self.ask("POST", "/api/users", "", Some(json!({ "user": user }))).await;
        assert_eq!(reply.status, 201);
        assert_eq!(reply.json()["user"]["username"], name);
        reply.json()["user"]["token"].as_str().unwrap().to_owned()
    }
}

fn body(reply: &Reply) -> Value {
    reply.json()["errors"]["body"].clone()
}

#[test]
fn a_user_registers_signs_in_and_is_told_who_it_is() {
    run(async {
        let conduit = Conduit::boot().await;
        let token = conduit.register("ana").await;
        let me = conduit.ask("GET", "/api/user", &token, None).await;
        assert_eq!((me.status.as_u16(), &me.json()["user"]["email"]), (200, &json!("ana@example.com")));
        assert_eq!(me.data(), me.json(), "a value is the whole body");
        let right = json!({ "user": { "email": "ana@example.com", "password": "correct horse" } });
        let login = conduit.ask("POST", "/api/users/login", "", Some(right)).await;
        assert_eq!((login.status.as_u16(), &login.json()["user"]["bio"]), (200, &Value::Null));
        conduit.app.stop().await;
    });
}

#[test]
fn failures_of_every_origin_have_the_shape_of_the_contract() {
    run(async {
        let conduit = Conduit::boot().await;
        let token = conduit.register("bob").await;
        let bearer = conduit.app.with_header("authorization", &format!("Bearer {token}")).get("/api/user").await;
        assert_eq!((bearer.status.as_u16(), body(&bearer)), (401, json!(["a token is required"])));
        let scheme = &conduit.document["components"]["securitySchemes"]["authorization"];
        assert_eq!(
            (&scheme["in"], &scheme["description"]),
            (&json!("header"), &json!("`Token`, a space and the token."))
        );
        let security = &conduit.document["paths"]["/api/user"]["get"]["security"];
        assert_eq!(security[0], json!({ "authorization": [] }));
        // By the token, before the body is looked at.
        let nobody = conduit.ask("POST", "/api/articles", "", Some(json!({}))).await;
        assert_eq!((nobody.status.as_u16(), body(&nobody)), (401, json!(["a token is required"])));
        assert_eq!(nobody.headers["www-authenticate"], SCHEME);
        // By the handler.
        let wrong = json!({ "user": { "email": "bob@example.com", "password": "a wrong horse" } });
        let wrong = conduit.ask("POST", "/api/users/login", "", Some(wrong)).await;
        assert_eq!((wrong.status.as_u16(), body(&wrong)), (401, json!(["email or password is invalid"])));
        assert_eq!(wrong.headers["www-authenticate"], SCHEME);
        let twice = json!({ "user": { "username": "bob", "email": "b@example.com", "password": "correct horse" } });
        let twice = conduit.ask("POST", "/api/users", "", Some(twice)).await;
        assert_eq!((twice.status.as_u16(), body(&twice)), (422, json!(["username or email has already been taken"])));
        // By the rules of a body.
        let empty = json!({ "user": { "username": "", "email": "eve@example.com", "password": "correct horse" } });
        let empty = conduit.ask("POST", "/api/users", "", Some(empty)).await;
        assert_eq!((empty.status.as_u16(), body(&empty).as_array().unwrap().len()), (422, 1));
        // By the router and the edge, of which the document has no operation.
        let unknown = conduit.app.get("/api/nothing").await;
        assert_eq!((unknown.status.as_u16(), body(&unknown)), (404, json!(["GET /api/nothing not found"])));
        let method = conduit.app.delete("/api/users").await;
        assert_eq!((method.status.as_u16(), body(&method).as_array().unwrap().len()), (405, 1));
        let long = conduit.app.post("/api/users", json!("x".repeat(3 << 20))).await;
        assert_eq!((long.status.as_u16(), body(&long).as_array().unwrap().len()), (413, 1));
        let host = conduit.app.with_header("host", "a b").get("/api/articles").await;
        assert_eq!((host.status.as_u16(), body(&host).as_array().unwrap().len()), (400, 1));
        let query = conduit.app.get("/api/articles?limit=many").await;
        assert_eq!((query.status.as_u16(), body(&query).as_array().unwrap().len()), (400, 1));
        conduit.app.stop().await;
    });
}

#[test]
fn an_article_is_published_listed_and_shown() {
    run(async {
        let conduit = Conduit::boot().await;
        let token = conduit.register("cleo").await;
        let draft = json!({ "article": { "title": "How to train", "description": "It is short.", "body": "Gently." } });
        let made = conduit.ask("POST", "/api/articles", &token, Some(draft)).await;
        assert_eq!((made.status.as_u16(), &made.json()["article"]["slug"]), (201, &json!("how-to-train")));
        let shown = conduit.ask("GET", "/api/articles/how-to-train", "", None).await;
        assert_eq!(shown.json()["article"]["author"], "cleo");
        let list = conduit.ask("GET", "/api/articles?limit=1", "", None).await;
        assert_eq!((&list.json()["articlesCount"], list.json()["articles"].as_array().unwrap().len()), (&json!(1), 1));
        let none = conduit.ask("GET", "/api/articles/none", "", None).await;
        assert_eq!((none.status.as_u16(), body(&none)), (404, json!(["article not found"])));
        conduit.app.stop().await;
    });
}

#[test]
fn the_contract_is_at_most_forty_lines_in_one_place() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let lines = std::fs::read_to_string(format!("{folder}/conduit.rs")).unwrap().lines().count();
    assert!(lines <= 40, "it has {lines}");
    // No plugin says anything of it.
    let mut open = vec![std::path::PathBuf::from(format!("{folder}/domains"))];
    while let Some(place) = open.pop() {
        if place.is_dir() {
            open.extend(std::fs::read_dir(place).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&place).unwrap();
        for word in ["errors", "envelope", "authorization", "conduit", "Response"] {
            assert!(!text.contains(word), "{}: {word}", place.display());
        }
    }
}
