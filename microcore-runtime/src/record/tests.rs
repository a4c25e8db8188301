//! A request is recorded or not as its end says, with all that it did; and everything it led to is found by its id.
#![cfg(all(feature = "causality", feature = "observe"))]

use http::StatusCode;

use super::*;
use crate::context::{Context, Id, scope_sync};
use crate::error::Error;
use crate::meter::{CallMeter, CallMetered, RouteMeter, RouteMetered, StatementMeter, StatementMetered};
use crate::plugin::Identity;
use crate::response::{Response, reply};

static ROUTE_METER: RouteMeter = RouteMeter::NEW;
static SQL_METER: StatementMeter = StatementMeter::NEW;
static CALL_METER: CallMeter = CallMeter::NEW;
static WHO: Identity = Identity { domain: "users", plugin: "create_user", name: "users.create_user" };
static CALLS: [CallMetered; 1] = [CallMetered { method: "send", meter: &CALL_METER }];
static METERS: Meters = Meters {
    routes: &[RouteMetered { plugin: &WHO, method: "POST", path: "/users", handler: "execute", meter: &ROUTE_METER }],
    statements: &[StatementMetered {
        holders: &["users.create_user"],
        function: "execute",
        sql: "INSERT INTO users (name) VALUES ($1)",
        meter: &SQL_METER,
    }],
    tools: &[("mail", || &CALLS)],
    ..Meters::EMPTY
};

/// A request that does this, polled as the server does it; its id.
fn handled(status: u16, work: impl FnOnce()) -> String {
    begin(|| &METERS);
    let context = Context::request(Id::make());
    scope_sync(&context.clone().kept_aside(), || {
        let begun = ROUTE_METER.begin();
        work();
        meter::end(begun, StatusCode::from_u16(status).unwrap());
    });
    let response: Response = reply(status, "told".to_owned());
    answered(&context.id, || context.clone(), &response);
    context.id.to_string()
}

fn recorded(id: &str) -> Option<Request> {
    requests().into_iter().find(|request| request.id == id)
}

#[test]
fn a_request_is_told_with_its_route_and_what_it_did() {
    let id = handled(201, || {
        statement(SQL_METER.begin().end_at(0));
        statement(SQL_METER.begin().end_at(1));
        drop(CALL_METER.begin());
        leads();
        told("INFO", "users.create_user".to_owned(), "stored".to_owned(), String::new(), [None, None]);
    });
    let request = recorded(&id).unwrap();
    assert_eq!((request.method.as_str(), request.path.as_str(), request.status), ("POST", "/users", 201));
    assert_eq!((request.plugin.as_deref(), request.handler.as_deref()), (Some("users.create_user"), Some("execute")));
    assert_eq!((request.bytes, request.reason), (30, request::Reason::Led));
    let causal = about(&id, Vec::new()).unwrap();
    let steps: Vec<_> =
        causal.steps.iter().map(|step| (step.depth, step.kind.as_str(), step.outcome.as_str())).collect();
    let expected = [
        (0, "request", "201"),
        (1, "statement", "ok"),
        (1, "statement", "unique"),
        (1, "call", "ok"),
        (1, "line", "INFO"),
    ];
    assert_eq!(steps, expected, "{causal:?}");
    assert_eq!(causal.steps[3].name, "mail.send");
    assert_eq!(about(&causal.trace, Vec::new()).unwrap().steps.len(), steps.len(), "a trace is found by its digits");
    let plain = causal.draw(false, false);
    assert!(plain.contains("POST /users 201") && !plain.contains("INSERT") && !plain.contains("stored"), "{plain}");
    let full = causal.draw(true, true);
    assert!(full.contains("INSERT INTO users (name) VALUES ($1)  unique") && full.contains("INFO stored"), "{full}");
}

#[test]
fn a_failure_is_in_its_group_with_its_trace() {
    let fails =
        |number: u64| handled(500, move || failed(&Error::internal(format!("order {number} of \"Ana\" is lost"))));
    let ids = [fails(17), fails(18)];
    assert_eq!(recorded(&ids[1]).unwrap().reason, request::Reason::Failed);
    let groups = groups();
    let group = groups.iter().find(|group| group.kind == "order # of \"…\" is lost").unwrap();
    assert_eq!((group.plugin.as_deref(), group.handler.as_deref()), (Some("users.create_user"), Some("execute")));
    assert_eq!((group.count, group.code.as_str(), group.samples.len()), (2, "internal", 2));
    assert_eq!((&group.samples[0].id, group.samples[1].chain.as_str()), (&ids[1], "order 17 of \"Ana\" is lost"));
}

#[test]
fn what_a_panic_said_is_told_with_its_place() {
    begin(|| &METERS);
    let caught = std::panic::catch_unwind(|| panic!("no more paper"));
    assert!(caught.is_err());
    let said = panicked("no more paper");
    assert!(
        said.starts_with("panicked at ") && said.contains("tests.rs:") && said.ends_with(": no more paper"),
        "{said}"
    );
    assert_eq!(panicked("again"), "panicked: again", "a place is told once");
}

#[tokio::test]
async fn own_work_has_its_name() {
    begin(|| &METERS);
    let context = Context::request(Id::make()).delivered_to("billing.charge_card.charge", 2);
    let id = context.id.to_string();
    crate::context::scope(context, work("charge card", async {})).await;
    let record = records(Kind::Work).into_iter().find(|record| record.id.to_string() == id).unwrap();
    let told = (record.name.as_str(), record.outcome, record.by, record.attempt);
    assert_eq!(told, ("charge card", "ok", Some("billing.charge_card.charge"), 2));
}

#[test]
fn what_a_task_of_its_own_does_is_not_kept_for_a_request_that_is_answered() {
    begin(|| &METERS);
    let context = Context::request(Id::make());
    let copy = scope_sync(&context.clone().kept_aside(), crate::context::current).unwrap();
    scope_sync(&copy, || statement(SQL_METER.begin().end_at(0)));
    assert!(Aside::leave().is_none(), "nothing waits for an end that was");
    assert!(records(Kind::Statement).iter().any(|record| record.id == context.id), "it is recorded at once");
}

#[test]
fn lines_are_kept_up_to_a_number_and_a_length() {
    for _ in 0..1001 {
        told("INFO", "app".to_owned(), "é".repeat(4000), String::new(), [None, None]);
    }
    let lines = lines();
    assert_eq!(lines.len(), 1000);
    assert!(lines.windows(2).all(|pair| pair[0].number < pair[1].number));
    assert!(lines.iter().filter(|line| line.message.starts_with('é')).all(|line| line.message.len() <= 2048 + 3));
}
