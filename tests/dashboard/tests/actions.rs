//! What the API does with schedules, jobs and the log, and what it answers where it can't.

use serde_json::{Value, json};

use crate::process::Shop;

const NIGHTLY: &str = "shop.forget_orders.nightly";

fn schedule(shop: &Shop) -> Value {
    shop.get("schedule")["schedules"].as_array().unwrap().iter().find(|own| own["name"] == NIGHTLY).unwrap().clone()
}

/// The totals of the jobs that print labels: those that wait or run, and those that are dead.
fn labels(shop: &Shop) -> (i64, i64) {
    let board = shop.get("schedule");
    let own = board["jobs"].as_array().unwrap().iter().find(|own| own["name"] == "label.wanted").cloned();
    let number = |name: &str| own.as_ref().map_or(0, |own| own[name].as_i64().unwrap());
    (number("waiting") + number("running"), number("dead"))
}

#[test]
fn a_schedule_is_run_paused_and_resumed_and_how_it_stands_is_told() {
    let shop = Shop::start(&[]);
    shop.until(|shop| schedule(shop)["state"] == "waits for its tick");
    let before = schedule(&shop);
    assert!(before["next"].as_i64().unwrap() > 0 && before["last"].is_null(), "{before}");
    let there = before["next_there"].as_str().unwrap();
    assert!(there.contains("02:30:00 CE") || there.contains("03:00:00 CEST"), "by the clock of Berlin: {there}");

    let (status, said) = shop.act(&format!("schedule/{NIGHTLY}/run"));
    assert!(status == 200 && said["data"]["said"].as_str().unwrap().contains("waits for a process"), "{said}");
    shop.until(|shop| schedule(shop)["last"]["outcome"] == "succeeded");
    assert_eq!(schedule(&shop)["last"]["manual"], true);

    let (status, said) = shop.act(&format!("schedule/{NIGHTLY}/pause"));
    assert_eq!((status, &said["data"]["said"]), (200, &json!(format!("{NIGHTLY} is paused"))));
    let paused = schedule(&shop);
    assert!(paused["next"].is_null() && paused["paused"][0].is_i64(), "{paused}");
    assert_eq!(shop.act(&format!("schedule/{NIGHTLY}/resume")).0, 200);
    assert!(schedule(&shop)["paused"].is_null());
    shop.said("system action: paused");

    for path in ["schedule/nightly/run", "schedule/no.such/pause", "schedule/%20/resume"] {
        let (status, said) = shop.act(path);
        assert_eq!(status, 404, "{path}: {said}");
    }
}

#[test]
fn a_dead_job_is_retried_and_forgotten() {
    let shop = Shop::start(&[]);
    let job = shop.post("/orders/7/label", &json!({ "grams": 31_000 }), 202);
    shop.post("/orders/8/label", &json!({ "grams": 30 }), 202);
    shop.until(|shop| labels(shop) == (0, 1));
    let dead = shop.get("schedule")["dead"].clone();
    assert_eq!(dead[0]["id"], job);
    assert!(dead[0]["error"].as_str().unwrap().starts_with("no label is that wide"), "{dead}");
    let first = dead[0]["ended"].as_i64().unwrap();

    let (status, said) = shop.act(&format!("jobs/{job}/retry"));
    assert_eq!((status, &said["data"]["said"]), (200, &json!(format!("job {job} begins anew"))));
    shop.until(|shop| shop.get("schedule")["dead"][0]["ended"].as_i64().is_some_and(|ended| ended > first));
    assert_eq!(shop.act(&format!("jobs/{job}/discard")).0, 200);
    assert_eq!(labels(&shop), (0, 0));
    shop.said("system action: discarded");

    for path in [format!("jobs/{job}/discard"), format!("jobs/{job}/cancel"), "jobs/x/retry".to_owned()] {
        let (status, said) = shop.act(&path);
        assert_eq!(status, 404, "{path}: {said}");
    }
}

#[test]
fn the_level_of_the_log_is_set_for_a_while() {
    let shop = Shop::start(&[]);
    assert_eq!(shop.act("logs/level?level=debug").0, 204);
    shop.said("system action: set the level of the log");
    let (status, said) = shop.act("logs/level?level=loud");
    assert!(status == 400 && said["error"]["message"].as_str().unwrap().contains("`level`"), "{said}");
    assert_eq!(shop.act("logs/level").0, 204);
}

#[test]
fn who_may_only_look_can_do_nothing() {
    let shop = Shop::start(&[("SYSTEM_ACTIONS", "false")]);
    let run = format!("schedule/{NIGHTLY}/run");
    for path in [run.as_str(), "jobs/1/retry", "logs/level?level=debug"] {
        let (status, said) = shop.act(path);
        assert_eq!(status, 403, "{path}: {said}");
    }
    assert!(schedule(&shop)["last"].is_null());
}
