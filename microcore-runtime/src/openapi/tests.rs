//! The document of a small application, and what must hold for every one.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::document;
use crate::error::Result;
use crate::manifest::{Access, InputFacts, Manifest, PluginFacts, RouteFacts};
use crate::plugin::Identity;
use crate::request::TokenPlaces;
use crate::response::{
    Created, Enveloped, Media, NoContent, Redirect, Response, SendFile, Streamed, Versioned, With, replying, schema_of,
};

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
    InputFacts { name, place, may_be_absent: || false, shape }
}

const ROUTES: &[RouteFacts] = &[
    RouteFacts {
        method: "PUT",
        path: "/users/{id}",
        handler: "put",
        doc: "Changes a user.",
        tag: Some("Users"),
        access: Access::Protected(&["admin"]),
        inputs: &[input("id", "path", schema_of::<i64>), input("body", "body", schema_of::<User>)],
        more: "All of him.",
        ..replying::<Enveloped, _, User>(200).facts()
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
        ..RouteFacts::PLAIN
    },
];

const MANIFEST: Manifest = Manifest {
    name: "shop",
    version: "1.2.3",
    plugins: &[PluginFacts {
        routes: ROUTES,
        ..PluginFacts::needing(&[]).at(Identity { domain: "shop", plugin: "all", name: "shop.all" })
    }],
    ..Manifest::EMPTY
};

#[test]
fn a_protected_route_shows_its_lock_its_body_and_its_reply() {
    let document = document(&MANIFEST, None);
    let put = &document["paths"]["/users/{id}"]["put"];
    assert_eq!(put["security"], json!([{ "bearer": [] }]));
    assert_eq!(put["description"], "All of him.\n\nNeeds the role `admin`.");
    assert!(put.get("deprecated").is_none());
    assert_eq!(document["components"]["securitySchemes"]["bearer"]["scheme"], "bearer");
    assert_eq!((&put["operationId"], &put["tags"][0]), (&json!("shop.all.put.put"), &json!("Users")));
    let body = &put["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["$ref"], "#/components/schemas/User-Input");
    let data = &put["responses"]["200"]["content"]["application/json"]["schema"]["properties"]["data"];
    assert_eq!(data["$ref"], "#/components/schemas/User");
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["User-Input"]["required"], json!(["id"]), "a body may leave out what has a default");
    assert_eq!(schemas["User"]["required"], json!(["id", "name"]), "a reply has it always");
    assert_eq!(put["parameters"][0]["schema"]["maximum"], i64::MAX);
}

#[test]
fn a_query_struct_is_its_fields_and_null_can_not_be_written() {
    let document = document(&MANIFEST, None);
    let parameters = document["paths"]["/files/{rest}"]["get"]["parameters"].as_array().unwrap().clone();
    let of = |name: &str| parameters.iter().find(|parameter| parameter["name"] == name).unwrap();
    assert_eq!((&of("word")["required"], &of("limit")["required"]), (&json!(true), &json!(false)));
    assert_eq!(of("limit")["schema"]["type"], "integer");
    assert!(document["paths"]["/files/{rest}"]["get"]["responses"]["204"].get("content").is_none());
}

#[test]
fn a_stream_shows_its_events_and_a_socket_its_messages() {
    const fn lasting(method: &'static str, path: &'static str, inputs: &'static [InputFacts]) -> RouteFacts {
        let (handler, output) = ("live", replying::<Enveloped, _, User>(200).shape);
        let status = if method.len() == 2 { 101 } else { 200 };
        RouteFacts { method, path, handler, status, inputs, output, ..RouteFacts::PLAIN }
    }
    const ROUTES: &[RouteFacts] = &[
        lasting("SSE", "/events", &[input("last-event-id", "header", schema_of::<u64>)]),
        lasting("WS", "/socket", &[input("socket", "socket", schema_of::<User>)]),
    ];
    const MANIFEST: Manifest =
        Manifest { plugins: &[PluginFacts { routes: ROUTES, ..PluginFacts::needing(&[]) }], ..super::tests::MANIFEST };
    let document = document(&MANIFEST, None);
    let events = &document["paths"]["/events"]["get"];
    assert_eq!(
        (&events["parameters"][0]["in"], &events["parameters"][0]["name"]),
        (&json!("header"), &json!("last-event-id"))
    );
    let item = &events["responses"]["200"]["content"]["text/event-stream"]["schema"];
    assert_eq!(item, &json!({ "$ref": "#/components/schemas/User" }));
    let socket = &document["paths"]["/socket"]["get"];
    let messages = &socket["responses"]["101"]["x-messages"];
    assert_eq!(messages["receives"], json!({ "$ref": "#/components/schemas/User-Input" }));
    assert_eq!(messages["sends"], json!({ "$ref": "#/components/schemas/User" }));
    assert!(socket.get("requestBody").is_none());
}

/// A document of one plugin with these routes.
fn of(routes: &'static [RouteFacts], places: Option<&TokenPlaces>) -> serde_json::Value {
    let plugins = Box::leak(Box::new([PluginFacts { routes, ..PluginFacts::needing(&[]) }]));
    document(&Manifest { plugins, ..MANIFEST }, places)
}

#[test]
fn a_cookie_is_the_other_way_to_say_who_asks() {
    const fn route(path: &'static str, access: Access) -> RouteFacts {
        RouteFacts { path, handler: "ask", access, ..RouteFacts::PLAIN }
    }
    const ROUTES: &[RouteFacts] = &[
        route("/open", Access::Open),
        route("/maybe", Access::Optional),
        route("/mine", Access::Protected(&[])),
        route("/staff", Access::Protected(&["admin", "owner"])),
    ];
    let with = of(ROUTES, Some(&TokenPlaces::default().or_cookie("sesame")));
    let scheme = &with["components"]["securitySchemes"]["cookie"];
    assert_eq!(
        (&scheme["type"], &scheme["in"], &scheme["name"]),
        (&json!("apiKey"), &json!("cookie"), &json!("sesame"))
    );
    assert!(scheme["description"].as_str().unwrap().contains("x-requested-with"));
    let get = |document: &serde_json::Value, path: &str| document["paths"][path]["get"].clone();
    assert!(get(&with, "/open").get("security").is_none());
    assert_eq!(get(&with, "/maybe")["security"], json!([{ "bearer": [] }, { "cookie": [] }, {}]));
    assert_eq!(get(&with, "/mine")["security"], json!([{ "bearer": [] }, { "cookie": [] }]));
    assert_eq!(get(&with, "/staff")["description"], "Needs the role `admin` or `owner`.");
    let refuses = |path: &str, status: &str| get(&with, path)["responses"].get(status).is_some();
    assert!(!refuses("/open", "401") && refuses("/maybe", "401") && refuses("/mine", "401"));
    assert!(!refuses("/mine", "403") && refuses("/staff", "403"), "only roles can be missing");
    let without = of(ROUTES, None);
    assert_eq!(get(&without, "/maybe")["security"], json!([{ "bearer": [] }, {}]));
    assert!(without["components"]["securitySchemes"].get("cookie").is_none());
    let places = TokenPlaces::header(http::HeaderName::from_static("x-api-key")).or_query("key");
    let keyed = of(ROUTES, Some(&places));
    assert_eq!(keyed["components"]["securitySchemes"]["x-api-key"]["in"], "header");
    assert_eq!(get(&keyed, "/mine")["security"], json!([{ "x-api-key": [] }]), "the query is of what lasts");
}

#[test]
fn every_form_of_reply_shows_what_is_sent() {
    const fn route(path: &'static str, of: RouteFacts) -> RouteFacts {
        RouteFacts { path, handler: "reply", ..of }
    }
    const CSV: RouteFacts = RouteFacts { media: Some("text/csv"), ..replying::<Enveloped, _, Media>(200).facts() };
    const PDF: RouteFacts =
        RouteFacts { media: Some("application/pdf"), ..replying::<Enveloped, _, Streamed>(200).facts() };
    const ROUTES: &[RouteFacts] = &[
        route("/created", replying::<Enveloped, _, Result<Created<User>>>(200).facts()),
        route("/gone", replying::<Enveloped, _, NoContent>(200).facts()),
        route("/moved", replying::<Enveloped, _, Result<Redirect>>(200).facts()),
        route("/media", replying::<Enveloped, _, With<Media>>(202).facts()),
        route("/csv", CSV),
        route("/pdf", PDF),
        route("/file", replying::<Enveloped, _, Result<SendFile>>(200).facts()),
        route("/own", replying::<Enveloped, _, Response>(200).facts()),
    ];
    let document = of(ROUTES, None);
    let responses = |path: &str| document["paths"][path]["get"]["responses"].clone();
    let statuses = |path: &str| {
        let responses = responses(path);
        let statuses =
            responses.as_object().unwrap().keys().filter(|status| !["4XX", "503", "5XX"].contains(&status.as_str()));
        statuses.cloned().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(statuses("/created"), "201");
    let created = &responses("/created")["201"];
    assert!(created["headers"]["location"].is_object() && created["content"]["application/json"].is_object());
    assert_eq!((statuses("/gone").as_str(), responses("/gone")["204"].get("content")), ("204", None));
    assert_eq!((statuses("/moved").as_str(), responses("/moved")["3XX"].get("content")), ("3XX", None));
    assert!(responses("/moved")["3XX"]["headers"]["location"].is_object());
    assert_eq!(responses("/media")["202"]["content"], json!({ "*/*": {} }), "the type does not say which");
    assert_eq!(responses("/csv")["200"]["content"], json!({ "text/csv": { "schema": { "type": "string" } } }));
    assert_eq!(responses("/pdf")["200"]["content"], json!({ "application/pdf": {} }), "bytes have no schema");
    assert_eq!(statuses("/file"), "200 206 304 404 412 416");
    assert_eq!(responses("/file")["206"]["content"], json!({ "*/*": {} }));
    assert!(responses("/file")["304"].get("content").is_none());
    let headers = document["paths"]["/file"]["get"]["parameters"].as_array().unwrap().clone();
    let headers: Vec<_> = headers.iter().map(|header| (&header["in"], &header["name"])).collect();
    assert_eq!(headers, [(&json!("header"), &json!("range")), (&json!("header"), &json!("if-none-match"))]);
    assert_eq!(statuses("/own"), "200 default");
}

#[test]
fn a_version_shows_its_tag_its_conditions_and_what_they_lead_to() {
    const fn route(method: &'static str, path: &'static str, of: RouteFacts) -> RouteFacts {
        RouteFacts { method, path, handler: "one", ..of }
    }
    const READ: RouteFacts = replying::<Enveloped, _, Result<With<Versioned<User>>>>(200).facts();
    const ROUTES: &[RouteFacts] = &[
        route("GET", "/read", READ),
        route("PUT", "/blind", READ),
        route("PUT", "/asked", RouteFacts { reads_headers: true, ..READ }),
        route("POST", "/made", replying::<Enveloped, _, Versioned<Created<User>>>(200).facts()),
        route("GET", "/file", replying::<Enveloped, _, Versioned<SendFile>>(200).facts()),
        route("GET", "/plain", RouteFacts { reads_headers: true, ..replying::<Enveloped, _, User>(200).facts() }),
    ];
    let document = of(ROUTES, None);
    let shown = |method: &str, path: &str| {
        let operation = &document["paths"][path][method];
        let names = operation["parameters"].as_array().cloned().unwrap_or_default();
        let names: Vec<_> = names.iter().map(|header| header["name"].as_str().unwrap().to_owned()).collect();
        let responses = operation["responses"].as_object().unwrap();
        let tagged = responses.iter().filter(|(_, response)| response["headers"].get("etag").is_some());
        let tagged: Vec<_> = tagged.map(|(status, _)| status.as_str()).collect();
        let refused = if responses.contains_key("412") { "412" } else { "-" };
        format!("{} | {} | {refused}", names.join(" "), tagged.join(" "))
    };
    assert_eq!(shown("get", "/read"), "if-none-match if-match | 200 304 | 412");
    assert_eq!(shown("put", "/blind"), " | 200 | -", "nobody compares");
    assert_eq!(shown("put", "/asked"), "if-match if-none-match | 200 | 412");
    assert_eq!(shown("post", "/made"), " | 201 | -");
    assert!(document["paths"]["/made"]["post"]["responses"]["201"]["headers"]["location"].is_object());
    assert_eq!(shown("get", "/file"), "range if-none-match | 200 | 412");
    assert_eq!(shown("get", "/plain"), " |  | -");
    assert!(document["paths"]["/read"]["get"]["responses"]["304"].get("content").is_none());
    assert!(document["components"]["responses"].get("PreconditionFailed").is_some());
}

#[test]
fn a_socket_shows_the_subprotocols_that_it_speaks() {
    const fn socket(path: &'static str, protocols: &'static [&'static str], access: Access) -> RouteFacts {
        RouteFacts { method: "WS", path, handler: "talk", status: 101, protocols, access, ..RouteFacts::PLAIN }
    }
    const ROUTES: &[RouteFacts] = &[
        socket("/open", &["chat.v1", "chat.v2"], Access::Open),
        socket("/mine", &["chat.v1"], Access::Protected(&[])),
        socket("/plain", &[], Access::Open),
    ];
    let document = of(ROUTES, None);
    let get = |path: &str| document["paths"][path]["get"].clone();
    let offered = get("/open")["parameters"][0].clone();
    assert_eq!(
        (&offered["name"], &offered["in"], &offered["required"]),
        (&json!("sec-websocket-protocol"), &json!("header"), &json!(false))
    );
    let said = |path: &str| get(path)["parameters"][0]["description"].as_str().unwrap().to_owned();
    assert!(said("/open").ends_with("`chat.v1`, `chat.v2`."), "{}", said("/open"));
    assert!(said("/mine").contains("`bearer.` and the token"), "{}", said("/mine"));
    let agreed = &get("/open")["responses"]["101"]["headers"]["sec-websocket-protocol"]["schema"];
    assert_eq!(agreed["enum"], json!(["chat.v1", "chat.v2"]));
    assert!(get("/plain").get("parameters").is_none() && get("/plain")["responses"]["101"].get("headers").is_none());
}

#[test]
fn refusals_are_those_of_the_inputs_and_each_is_described_once() {
    const fn reading(path: &'static str, inputs: &'static [InputFacts]) -> RouteFacts {
        RouteFacts { method: "POST", path, handler: "read", inputs, deprecated: true, ..RouteFacts::PLAIN }
    }
    const ROUTES: &[RouteFacts] = &[
        reading("/nothing", &[]),
        reading("/value/{id}", &[input("id", "path", schema_of::<i64>)]),
        reading("/form", &[input("form", "form", schema_of::<Filter>)]),
    ];
    let document = of(ROUTES, None);
    let post = |path: &str| document["paths"][path]["post"].clone();
    let statuses =
        |path: &str| post(path)["responses"].as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(statuses("/nothing"), "200 4XX 503 5XX");
    assert_eq!(statuses("/value/{id}"), "200 400 4XX 503 5XX");
    assert_eq!(statuses("/form"), "200 400 408 413 415 422 4XX 503 5XX");
    assert_eq!(post("/nothing")["deprecated"], true);
    for response in post("/form")["responses"].as_object().unwrap().values().filter_map(|one| one["$ref"].as_str()) {
        let response = document.pointer(&response[1..]).expect("it is among the components");
        assert_eq!(response["content"]["application/json"]["schema"]["$ref"], "#/components/schemas/Failure");
    }
    assert!(document["components"]["responses"].get("UpgradeRequired").is_none(), "no route has it");
    let form = &post("/form")["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    assert_eq!(form["properties"]["limit"]["type"], "integer", "there is no way to write `null` in a form");
    assert_eq!(form["required"], json!(["word"]));
}

#[test]
fn paths_of_one_shape_are_one_path_with_the_names_of_the_first() {
    const fn route(method: &'static str, path: &'static str, inputs: &'static [InputFacts]) -> RouteFacts {
        RouteFacts { method, path, handler: "one", inputs, ..RouteFacts::PLAIN }
    }
    const ROUTES: &[RouteFacts] = &[
        route("GET", "/notes/{*rest}", &[input("rest", "path", schema_of::<String>)]),
        route("GET", "/notes/{id}", &[input("id", "path", schema_of::<i64>)]),
        route(
            "PUT",
            "/notes/{name}",
            &[input("name", "path", schema_of::<String>), input("id", "query", schema_of::<i64>)],
        ),
        route("DELETE", "/notes/{*all}", &[input("all", "path", schema_of::<String>)]),
    ];
    let document = of(ROUTES, None);
    let paths = document["paths"].as_object().unwrap();
    assert_eq!(paths.keys().collect::<Vec<_>>(), ["/notes/{id}"], "OpenAPI takes them for one");
    let of = |method: &str| &paths["/notes/{id}"][method]["parameters"];
    assert_eq!(of("get")[0]["schema"]["type"], "integer", "a parameter goes before the rest");
    let names = |method: &str| -> Vec<&str> {
        of(method).as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
    };
    assert_eq!((names("put"), &of("put")[1]["in"]), (vec!["id", "id"], &json!("query")));
    assert_eq!(names("delete"), ["id"]);
}
