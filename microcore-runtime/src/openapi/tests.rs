//! The document of a small application, and what must hold for every one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::document;
use crate::manifest::{Access, InputFacts, Manifest, PluginFacts, RouteFacts};
use crate::plugin::Identity;
use crate::response::{replying, schema_of};

#[derive(Serialize, Deserialize, JsonSchema)]
struct User {
    id: i64,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is looked at")]
struct Filter {
    word: String,
    limit: Option<u32>,
}

const fn input(name: &'static str, place: &'static str, shape: crate::manifest::ShapeOf) -> InputFacts {
    InputFacts { name, place, required: true, shape }
}

const ROUTES: &[RouteFacts] = &[
    RouteFacts {
        method: "PUT",
        path: "/users/{id}",
        handler: "put",
        doc: "Changes a user.",
        tag: Some("Users"),
        status: 200,
        access: Access::Protected(&["admin"]),
        inputs: &[input("id", "path", schema_of::<i64>), input("body", "body", schema_of::<User>)],
        output: replying::<_, User>(200).shape,
    },
    RouteFacts {
        method: "GET",
        path: "/files/{*rest}",
        handler: "files",
        doc: "",
        tag: None,
        status: 204,
        access: Access::Open,
        inputs: &[input("rest", "path", schema_of::<String>), input("query", "query", schema_of::<Filter>)],
        output: None,
    },
];

const MANIFEST: Manifest = Manifest {
    name: "shop",
    version: "1.2.3",
    folder: "",
    tools: &[],
    plugins: &[PluginFacts {
        routes: ROUTES,
        ..PluginFacts::needing(&[]).at(Identity { domain: "shop", plugin: "all", name: "shop.all" })
    }],
    events: &[],
    migrations: &[],
};

#[test]
fn a_protected_route_shows_its_lock_its_body_and_its_reply() {
    let document = document(&MANIFEST);
    let put = &document["paths"]["/users/{id}"]["put"];
    assert_eq!(put["security"], json!([{ "bearer": [] }]));
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!((&put["operationId"], &put["tags"][0]), (&json!("shop.all.put.put"), &json!("Users")));
    let body = &put["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["$ref"], "#/components/schemas/User");
    let data = &put["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"];
    assert_eq!(data["$ref"], "#/components/schemas/UserReply");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["User"]["required"], json!(["id"]), "a body may leave out what has a default");
    assert_eq!(schemas["UserReply"]["required"], json!(["id", "name"]), "a reply has it always");
    assert_eq!(put["parameters"][0]["schema"]["maximum"], i64::MAX);
}

#[test]
fn a_query_struct_is_its_fields_and_null_can_not_be_written() {
    let document = document(&MANIFEST);
    let parameters = document["paths"]["/files/{rest}"]["get"]["parameters"].as_array().unwrap().clone();
    let of = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
    assert_eq!((&of("word")["required"], &of("limit")["required"]), (&json!(true), &json!(false)));
    assert_eq!(of("limit")["schema"]["type"], "integer");
    assert!(document["paths"]["/files/{rest}"]["get"]["responses"]["204"].get("content").is_none());
}

#[test]
fn a_stream_shows_its_events_and_a_socket_its_messages() {
    const fn lasting(method: &'static str, path: &'static str, inputs: &'static [InputFacts]) -> RouteFacts {
        let (handler, output) = ("live", replying::<_, User>(200).shape);
        let status = if method.len() == 2 { 101 } else { 200 };
        RouteFacts { method, path, handler, doc: "", tag: None, status, access: Access::Open, inputs, output }
    }
    const ROUTES: &[RouteFacts] = &[
        lasting("SSE", "/events", &[input("last-event-id", "header", schema_of::<u64>)]),
        lasting("WS", "/socket", &[input("socket", "socket", schema_of::<User>)]),
    ];
    const MANIFEST: Manifest =
        Manifest { plugins: &[PluginFacts { routes: ROUTES, ..PluginFacts::needing(&[]) }], ..super::tests::MANIFEST };
    let document = document(&MANIFEST);
    let events = &document["paths"]["/events"]["get"];
    assert_eq!(
        (&events["parameters"][0]["in"], &events["parameters"][0]["name"]),
        (&json!("header"), &json!("last-event-id"))
    );
    let item = &events["responses"]["200"]["content"]["text/event-stream"]["schema"];
    assert_eq!(item, &json!({ "$ref": "#/components/schemas/UserReply" }));
    let socket = &document["paths"]["/socket"]["get"];
    let messages = &socket["responses"]["101"]["x-messages"];
    assert_eq!(messages["receives"], json!({ "$ref": "#/components/schemas/User" }));
    assert_eq!(messages["sends"], json!({ "$ref": "#/components/schemas/UserReply" }));
    assert!(socket.get("requestBody").is_none());
}
