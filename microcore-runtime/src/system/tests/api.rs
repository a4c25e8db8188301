//! What the API says, and what it says to wrong input.

use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use super::rows::{HERE, Row, TOKENED};
use super::*;
#[cfg(feature = "causality")]
use crate::event::{Envelope, Trace};

const ACTS: &[(&str, &str)] = &[("host", "localhost:5000"), ("x-requested-with", "fetch")];

/// The status, and the value in the envelope or the sentence of the refusal.
async fn said(row: &Row, method: Method, path: &str) -> (u16, Value) {
    let answer = ask(row, method, path).await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    (status, if status < 400 { body["data"].clone() } else { body["error"]["message"].clone() })
}

#[tokio::test]
async fn wrong_input_is_refused_with_what_is_wrong_with_it() {
    for (method, path, expected, says) in [
        (
            Method::GET,
            "/system/api/stream",
            400,
            "must name some of deliveries, requests, logs, errors, meters, queues, status",
        ),
        (Method::GET, "/system/api/stream?topics=,", 400, "must name some of"),
        (Method::GET, "/system/api/stream?topics=queues,nonsense", 400, "there is no `nonsense`"),
        (Method::GET, "/system/api/stream?topics=a&topics=b", 400, "must be given once"),
        (Method::GET, "/system/api/graph?view=pretty", 400, "`view` must be all or domains"),
        (Method::GET, "/system/api/graph?around=a&view=x", 400, "`view` must be all or domains"),
        (Method::GET, "/system/api/graph?around=a&around=b", 400, "must be given once"),
        (Method::GET, "/system/api/dead?after=x", 400, "`after` must be"),
        (Method::GET, "/system/api/dead?after=-1", 400, "`after` must be"),
        (Method::GET, "/system/api/traces/tree?id=1&id=2", 400, "must be given once"),
        (Method::GET, "/system/api/requests?status=5", 400, "`status` must be as 500 or 5xx"),
        (Method::GET, "/system/api/requests?slow=x", 400, "`slow` must be"),
        (Method::GET, "/system/api/requests/nobody", 404, "a record of nobody not found"),
        (Method::GET, "/system/api/logs?level=loud", 400, "`level` must be one of ERROR, WARN"),
        (Method::GET, "/system/api/logs?after=x", 400, "`after` must be"),
        (Method::POST, "/system/api/dead/replay", 400, "`through` is required"),
        (Method::POST, "/system/api/dead/discard?through=", 400, "`through` must be"),
        (Method::POST, "/system/api/dead/x/replay", 404, "dead letter x not found"),
        (Method::POST, "/system/api/dead/99999999999999999999/replay", 404, "not found"),
    ] {
        let (status, message) = said(&Row { headers: ACTS, ..HERE }, method, path).await;
        let message = message.as_str().unwrap_or_default().to_owned();
        assert!(status == expected && message.contains(says), "{path}: {status} {message}");
    }
}

#[tokio::test]
async fn every_path_that_shows_something_shows_it_in_the_envelope() {
    let shows = page::PAGES.iter().filter(|page| !page.acts && page.path.starts_with("/system/api/"));
    let mut count = 0;
    for page in shows.filter(|page| !page.path.ends_with("/stream") && !page.path.contains("{}")) {
        let (status, data) = said(&HERE, Method::GET, page.path).await;
        assert_eq!((status, data.is_null()), (200, false), "{}", page.path);
        count += 1;
    }
    assert!(count >= 12, "{count}");
    let (_, status) = said(&HERE, Method::GET, "/system/api/status").await;
    assert_eq!((&status["name"], &status["bus"], &status["acts"]), (&json!("a"), &json!(true), &json!(true)));
    let process = status["process"].as_str().unwrap();
    assert!(Id::make().to_string().starts_with(process), "{process}");
}

#[tokio::test]
async fn dead_letters_are_in_groups_and_chosen_by_what_they_are() {
    let (_, all) = said(&HERE, Method::GET, "/system/api/dead").await;
    assert_eq!((&all["total"], &all["matching"], &all["last"]), (&json!(3), &json!(3), &json!(71)));
    assert_eq!(all["groups"][0]["kind"], "no mailbox #");
    assert_eq!((&all["groups"][0]["count"], &all["groups"][1]["count"]), (&json!(2), &json!(1)));
    for (query, ids) in [
        ("subscriber=mail.welcome.send", json!([7, 70])),
        ("kind=no+mailbox+%23", json!([7, 70])),
        ("subscriber=mail.welcome.send&after=7", json!([70])),
        ("event=user.deleted", json!([71])),
        ("event=other", json!([])),
    ] {
        let (_, chosen) = said(&HERE, Method::GET, &format!("/system/api/dead?{query}")).await;
        let found: Vec<&Value> = chosen["letters"].as_array().unwrap().iter().map(|letter| &letter["id"]).collect();
        assert_eq!((json!(found), &chosen["total"]), (ids, &json!(3)), "{query}");
    }
}

#[tokio::test]
async fn values_of_fields_are_for_this_machine_unless_a_setting_says_otherwise() {
    const SHOWN: &[(&str, &str)] = &[("SYSTEM_TOKEN", TOKEN), ("SYSTEM_PAYLOADS", "true")];
    const HIDDEN: &[(&str, &str)] = &[("SYSTEM_PAYLOADS", "false")];
    for (row, values) in [
        (HERE, true),
        (Row { settings: HIDDEN, ..HERE }, false),
        (TOKENED, false),
        (Row { settings: SHOWN, ..TOKENED }, true),
    ] {
        let (_, dead) = said(&row, Method::GET, "/system/api/dead").await;
        let letter = &dead["letters"][0];
        let payload = letter["payload"].as_str().unwrap();
        assert_eq!((payload.contains("ana@example.com"), &letter["values"]), (values, &json!(values)), "{payload}");
    }
}

#[tokio::test]
async fn what_matches_is_acted_on_up_to_the_letter_that_was_last() {
    let row = Row { headers: ACTS, ..HERE };
    for (path, done) in [
        ("replay?through=71", 3),
        ("replay?through=70", 2),
        ("discard?through=71&subscriber=mail.welcome.send", 2),
        ("discard?through=6", 0),
    ] {
        let (status, answer) = said(&row, Method::POST, &format!("/system/api/dead/{path}")).await;
        assert_eq!((status, &answer["done"], &answer["problem"]), (200, &json!(done), &Value::Null), "{path}");
    }
    let read_only = Row { settings: &[("SYSTEM_ACTIONS", "false")], ..row };
    assert_eq!(said(&read_only, Method::POST, "/system/api/dead/discard?through=71").await.0, 403);
    assert_eq!(said(&HERE, Method::POST, "/system/api/dead/discard?through=71").await.0, 403, "a foreign form");
}

/// The events of a stream, one by one.
struct Heard(Response, String);

impl Heard {
    async fn open(system: &System, query: &str) -> Self {
        let id = Id::make();
        let here: IpAddr = "127.0.0.1".parse().unwrap();
        let asked = head(&HERE, Method::GET, &format!("/system/api/stream?{query}"));
        let visitor = Visitor { peer: here, client: here, id: &id };
        let answer = system.answer(&asked, visitor).await.unwrap();
        Self(answer, String::new())
    }

    /// The next one: its name, its id and its data.
    async fn next(&mut self) -> (String, String, Value) {
        loop {
            while !self.1.contains("\n\n") {
                let frame = self.0.body_mut().frame().await.expect("the stream goes on").unwrap();
                self.1 += std::str::from_utf8(&frame.into_data().unwrap()).unwrap();
            }
            let (event, rest) = self.1.split_once("\n\n").unwrap();
            let field =
                |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().to_owned();
            let (name, id, data) = (field("event: "), field("id: "), field("data: "));
            self.1 = rest.to_owned();
            if !name.is_empty() {
                return (name, id, serde_json::from_str(&data).unwrap());
            }
        }
    }

    #[cfg(feature = "causality")]
    async fn numbers(&mut self) -> Vec<u64> {
        loop {
            let (name, _, data) = self.next().await;
            if name == "deliveries" {
                return data.as_array().unwrap().iter().map(|record| record["number"].as_u64().unwrap()).collect();
            }
        }
    }
}

#[cfg(feature = "causality")]
fn happen(trace: &Trace, times: usize) {
    let envelope = Envelope::new(&crate::context::Context::request(Id::make()), Some("users.create_user"), None, 1);
    (0..times).for_each(|_| trace.relayed(&envelope, "user.created"));
}

#[cfg(feature = "causality")]
#[tokio::test(start_paused = true)]
async fn a_stream_goes_on_where_it_was_and_says_what_it_lost() {
    let system = system(&[], Place::Public("127.0.0.1".parse().ok())).unwrap();
    let trace = system.shown.inside.bus().unwrap().deliveries();
    let trace = trace.trace();
    happen(trace, 3);
    let mut heard = Heard::open(&system, "topics=deliveries").await;
    let (name, _, hello) = heard.next().await;
    assert_eq!((name.as_str(), hello["process"].is_string()), ("hello", true));
    assert_eq!(heard.numbers().await, [0, 1, 2], "what happened just before is there");
    happen(trace, 2);
    let (_, id, data) = heard.next().await;
    assert_eq!((data[0]["number"].as_u64(), data[1]["number"].as_u64()), (Some(3), Some(4)));
    drop(heard);
    happen(trace, 1);
    let mut heard = Heard::open(&system, &format!("topics=deliveries&from={id}")).await;
    assert_eq!(heard.numbers().await, [5], "nothing twice, and nothing left out");

    happen(trace, 5000);
    let (_, _, data) = heard.next().await;
    let lost = data["count"].as_u64().unwrap();
    let first = heard.numbers().await[0];
    assert_eq!((first, lost >= 5000 - 1024), (6 + lost, true));

    let mut other = Heard::open(&system, "topics=deliveries&from=another-process/deliveries=9").await;
    assert_eq!(other.numbers().await.len(), 200, "another process counted otherwise");
}

#[tokio::test(start_paused = true)]
async fn status_comes_again_and_again_and_queues_where_they_changed() {
    let system = system(&[], Place::Public("127.0.0.1".parse().ok())).unwrap();
    let mut heard = Heard::open(&system, "topics=queues,status").await;
    let mut names = Vec::new();
    for _ in 0..5 {
        names.push(heard.next().await.0);
    }
    assert_eq!(names, ["hello", "queues", "status", "status", "status"]);
}

#[tokio::test]
async fn there_are_sixteen_streams_and_the_next_is_told_so() {
    let system = system(&[], Place::Public("127.0.0.1".parse().ok())).unwrap();
    let mut open = Vec::new();
    for _ in 0..16 {
        open.push(Heard::open(&system, "topics=status").await);
    }
    assert_eq!(Heard::open(&system, "topics=status").await.0.status(), 429);
    open.pop();
    let last = Heard::open(&system, "topics=status").await;
    assert_eq!(last.0.status(), 200, "a place is free again");
}

#[tokio::test]
async fn a_stream_ends_with_the_server() {
    let system = system(&[], Place::Public("127.0.0.1".parse().ok())).unwrap();
    let heard = Heard::open(&system, "topics=status").await;
    system.shown.stop.cancel();
    let body = tokio::time::timeout(std::time::Duration::from_secs(30), heard.0.into_body().collect()).await;
    assert!(body.expect("it ends").is_ok());
}

/// A type of an application that is called as one of these would have to be renamed.
#[test]
fn the_schemas_are_called_as_no_type_of_an_application_is() {
    assert!(crate::openapi::clashes(&MANIFEST).is_empty(), "{:?}", crate::openapi::clashes(&MANIFEST));
    let document = crate::openapi::document(&MANIFEST, None);
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let of_events = ["Ending", "EventStatus", "SubscriberStatus", "TraceDelivery", "TraceNode", "TraceRecord"];
    let others: Vec<&String> =
        schemas.keys().filter(|name| !name.starts_with("System") && !of_events.contains(&name.as_str())).collect();
    assert!(schemas.len() > 20, "{}", schemas.len());
    assert_eq!(others, ["Failure", "Id"], "what failures and ids were called before");
}
