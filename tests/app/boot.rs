//! The lifecycle: order, isolation of what fails, strictness, settings.

use microcore::application::Application;
use microcore::settings::{Environment, Settings as _};
use microcore_runtime::server::ServerSettings;

use crate::App;
use crate::tools::journal::page;
use crate::wires::{booted, down, try_boot};

#[microcore::test]
async fn the_steps_come_in_order_and_back_in_reverse() {
    let app = booted("order", &[]).await;
    app.stop().await;
    let steps = [
        "journal.setup",
        "waiter.new",
        "waiter.on_boot",
        "journal.on_boot_complete",
        "waiter.on_shutdown",
        "journal.shutdown",
    ];
    assert_eq!(page("order"), steps);
}

#[microcore::test]
async fn a_dead_tool_turns_off_its_plugins_and_no_other() {
    for mode in ["error", "panic"] {
        let app = booted("dead", &[("FLAKY", mode)]).await;
        let off = app.get("/flaky").await;
        assert_eq!(off.status, 503);
        assert!(!String::from_utf8_lossy(&off.body).contains("1234"), "the reason is for the log only");
        assert_eq!(app.get("/prices/soup").await.status, 503, "a request whose responder is off");
        assert_eq!(app.get("/inputs/me").await.status, 200);
        let down = down(&app);
        let expected = ["tool flaky", "plugin hall.generic", "plugin hall.needs_flaky", "plugin kitchen.price_list"];
        assert!(expected.iter().all(|name| down.iter().any(|line| line.starts_with(name))), "{down:?}");
        assert_eq!(down.len(), expected.len());
        app.stop().await;
    }
}

#[microcore::test]
async fn what_is_configured_wrongly_ends_the_boot_and_builds_no_plugin() {
    for strict in ["true", "false"] {
        let page_name = if strict == "true" { "wrong strictly" } else { "wrong" };
        let refused = try_boot(page_name, &[("FLAKY", "wrong"), ("STRICT_BOOT", strict)]).await;
        let error = refused.err().expect("the boot ends");
        let problems = error.find::<microcore::settings::Problems>().expect("the problems themselves");
        assert_eq!(problems.to_string(), "vault.key is not a key\nvault.door is not a door");
        // The other tools had begun, and end properly.
        assert_eq!(page(page_name), ["journal.setup", "journal.shutdown"]);
    }
}

#[microcore::test]
async fn why_a_tool_is_off_is_told_once() {
    let app = booted("told once", &[("FLAKY", "error")]).await;
    let told = down(&app);
    assert_eq!(told.iter().filter(|line| line.contains("the vault is locked")).count(), 1, "{told:?}");
    assert!(told.iter().any(|line| line.starts_with("plugin hall.needs_flaky is off: tool flaky is off")), "{told:?}");
    app.stop().await;
}

#[microcore::test]
async fn a_plugin_that_does_not_start_is_off_alone() {
    for step in ["new", "on_boot"] {
        let app = booted("stubborn", &[("STUBBORN_REFUSES", step)]).await;
        assert_eq!(app.get("/stubborn").await.status, 503);
        assert_eq!(app.get("/flaky").await.status, 200);
        assert_eq!(down(&app).len(), 1);
        app.stop().await;
    }
}

#[microcore::test]
async fn strict_boot_ends_with_a_report() {
    let refused = try_boot("strict", &[("STRICT_BOOT", "true"), ("FLAKY", "error")]).await;
    let report = refused.err().expect("a strict boot does not go on").to_string();
    assert!(
        report.starts_with("STRICT_BOOT: not everything started\ntool flaky is off: the vault is locked"),
        "{report}"
    );
    assert!(report.contains("plugin hall.needs_flaky"), "{report}");
    booted("strict", &[("STRICT_BOOT", "true")]).await.stop().await;
}

#[microcore::test]
async fn a_tool_that_comes_late_brings_its_plugins_along() {
    let folder = tempfile::tempdir().unwrap();
    let vault = folder.path().join("vault");
    let mode = format!("until {}", vault.display());
    let app = booted("late", &[("FLAKY", &mode), ("BOOT_RETRY_PAUSE", "5ms")]).await;
    assert_eq!(app.get("/flaky").await.status, 503);
    assert_eq!(app.get("/prices/soup").await.status, 503, "a request whose responder is off");
    let health = async || app.app().health().await.into_iter().find(|tool| tool.name == "flaky").unwrap();
    assert_eq!(health().await.reason.as_deref(), Some("the vault is not built yet"));
    std::fs::write(&vault, "").unwrap();
    while app.get("/flaky").await.status == 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(app.get("/flaky").await.data(), 42);
    assert_eq!(app.get("/prices/soup").await.status, 200);
    assert!(health().await.healthy);
    assert!(down(&app).is_empty(), "{:?}", down(&app));
    app.stop().await;
}

#[microcore::test]
async fn a_stop_does_not_wait_for_a_tool_that_never_comes() {
    for retry in [("BOOT_RETRY_PAUSE", "0s"), ("BOOT_RETRY_PAUSE", "1h"), ("BOOT_RETRY_FOR", "1ms")] {
        let app = booted("never", &[("FLAKY", "error"), retry]).await;
        assert_eq!(app.get("/flaky").await.status, 503);
        app.stop().await;
    }
}

#[microcore::test]
async fn a_hook_of_a_tool_that_panics_takes_down_itself_only() {
    let app = booted("complete", &[("FLAKY", "panic at the end of the boot")]).await;
    let told = down(&app);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("tool flaky is off: panicked: "), "{told:?}");
    assert_eq!(page("complete")[..1], ["journal.setup"]);
    app.stop().await;

    let app = booted("asked", &[("FLAKY", "panic when asked")]).await;
    let health = app.app().health().await;
    let unhealthy: Vec<_> = health.iter().filter(|tool| !tool.healthy).collect();
    assert_eq!(unhealthy.len(), 1, "{unhealthy:?}");
    assert_eq!(unhealthy[0].reason.as_deref(), Some("panicked: do not ask"));
    app.stop().await;

    let app = booted("ended", &[("FLAKY", "panic at the stop")]).await;
    app.stop().await;
    assert_eq!(page("ended").last().unwrap(), "journal.shutdown", "the other tools end properly");
}

#[test]
fn every_wrong_setting_is_reported_at_once_and_unused_tools_ask_for_nothing() {
    let environment = Environment::of([("STUBBORN_TIMES", "many"), ("HTTP_PORT", "x"), ("LOG_FORMAT", "xml")]);
    let problems = App::check_settings(&environment).unwrap_err();
    let names: Vec<&str> = problems.iter().map(|problem| problem.name.as_str()).collect();
    assert_eq!(names, ["LOG_FORMAT", "HTTP_PORT", "STUBBORN_TIMES"]);
}

/// Nothing, less than nothing, more than any computer has, and no number at all.
const HOSTILE: &[&str] = &[
    "0",
    "-1",
    "x",
    "4294967295",
    "9999999999999999999",
    "18446744073709551615",
    "0s",
    "36500d",
    "99999999999s",
    "18446744073709551615ms",
    "16777215GiB",
];

#[microcore::test]
async fn no_value_of_a_setting_makes_anything_panic() {
    let tools = App::MANIFEST.tools.iter().flat_map(|tool| tool.settings);
    let process = microcore_runtime::lifecycle::PROCESS_SETTINGS;
    let mut keys: Vec<_> = ServerSettings::KEYS.iter().chain(process).chain(tools).collect();
    keys.retain(|key| ["number", "integer", "duration", "size"].iter().any(|kind| key.expects.contains(kind)));
    keys.dedup_by_key(|key| key.name);
    assert!(keys.len() > 20, "{}", keys.len());
    for key in keys {
        for value in HOSTILE {
            let environment = microcore::testing::boot::<App>().environment.with(key.name, *value);
            let checked = microcore_runtime::lifecycle::check_environment::<App>(&environment);
            let read = ServerSettings::load(&environment).and_then(|settings| settings.verify().map(drop));
            if let Err(problems) = checked.and(read) {
                assert!(problems.iter().all(|problem| problem.name == key.name), "{value}: {problems}");
                continue;
            }
            let app = booted("hostile", &[(key.name, value)]).await;
            assert!(down(&app).is_empty(), "{}={value}: {:?}", key.name, down(&app));
            app.stop().await;
        }
    }
}

#[test]
fn a_setting_that_is_out_of_bounds_is_named_with_its_bounds() {
    let wrong = [("DB_QUEUE", "9999999999999999999"), ("BUS_CAPACITY", "0"), ("BUS_PAUSE", "99999999999s")];
    let problems = App::check_settings(&Environment::of(wrong)).unwrap_err().to_string();
    for line in [
        "DB_QUEUE must be a whole number, from 1 to 1000000, not `9999999999999999999`",
        "BUS_CAPACITY must be a whole number, from 1 to 1000000, not `0`",
        "BUS_PAUSE must be a duration such as 500ms, 30s or 5m, from 1ms to 1d, not `99999999999s`",
    ] {
        assert!(problems.lines().any(|told| told == line), "{problems}");
    }
}

#[microcore::test]
async fn a_port_that_is_taken_ends_the_boot_with_the_address() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut boot = microcore::testing::boot::<App>();
    boot.environment = boot.environment.with("HTTP_PORT", taken.local_addr().unwrap().port().to_string());
    let settings = <ServerSettings as microcore::prelude::Settings>::load(&boot.environment).unwrap();
    let refused = microcore_runtime::lifecycle::boot::<App>(boot, settings.verify().unwrap())
        .await
        .err()
        .expect("the port is taken");
    assert!(refused.to_string().contains(&taken.local_addr().unwrap().to_string()), "{refused}");
}

#[microcore::test(DISH = "soup", PLACES = 3)]
async fn a_test_has_settings_of_its_own_and_hides_no_name(config: crate::prelude::Config) {
    use microcore::testing::boot;

    assert_eq!(config.get::<String>("DISH").unwrap().as_deref(), Some("soup"));
    assert_eq!(config.require::<u8>("PLACES").unwrap(), 3);
    // `boot` is the function and not a variable of the test's own code.
    assert!(boot::<App>().test);
}
