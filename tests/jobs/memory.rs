//! Schedules, jobs and times of an application without a database: `scheduler: InMemory`.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]

use microcore::testing::{Running, boot};
use microcore_runtime::commands::{Exit, Surroundings, run};
use serde_json::{Value, json};

microcore::app! { scheduler: InMemory, root: "memory" }

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_runs_at_times_runs_without_a_database() {
    let app = Running::<App>::boot(&boot::<App>().clock("2027-03-01T00:10:00Z")).await.unwrap();
    assert_eq!(app.post("/trials/3", Value::Null).await.status, 204);
    app.clock().advance("55m").await;
    let said = ["looked", "billed 3 7", "looked", "looked", "billed 3 7"];
    assert_eq!(app.get("/said").await.data(), json!(said));
    app.clock().advance("10m").await;
    // The event is delivered as any other: by the bus, in a task.
    let begun = std::time::Instant::now();
    while app.get("/said").await.data().as_array().unwrap().len() == said.len() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(30), "it is not delivered");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert_eq!(app.get("/said").await.data()[said.len()], "ended 3");
    app.stop().await;
}

#[test]
fn a_command_runs_a_schedule_in_its_own_process_and_knows_of_no_other() {
    let ran = |arguments: &[&str]| {
        let line = std::iter::once("shop").chain(arguments.iter().copied()).map(str::to_owned);
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let environment = || Ok(microcore::settings::Environment::of([("LOG_LEVEL", "off")]));
        let surroundings = Surroundings { folder: ".".into(), environment, out: &mut out, err: &mut err };
        let code = run::<App, _>(line, surroundings);
        (code == Exit::Done.into(), String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    };
    let (done, out, err) = ran(&["jobs", "run", "shop.shop.look", "--here"]);
    assert!(done && out == "succeeded\n", "{out}{err}");
    let (done, _, err) = ran(&["jobs", "run", "shop.shop.look"]);
    assert!(!done && err.contains("where no command sees them"), "{err}");
}
