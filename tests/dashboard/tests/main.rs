//! The dashboard of the shop in a real browser: what is shown, what is done with it, and what it does when the
//! application goes away.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that can't go on has failed, and one that is skipped says so"
)]

mod actions;
mod browser;
mod guests;
mod large;
mod process;

use serde_json::json;

use crate::browser::Browser;
use crate::process::Shop;

/// Every page, and what its heading says.
const PAGES: [(&str, &str); 12] = [
    ("now", "Now"),
    ("map", "Map"),
    ("flow", "Flow"),
    ("requests", "Requests"),
    ("plugins", "Plugins"),
    ("queues", "Queues"),
    ("schedule", "Schedule"),
    ("database", "Database"),
    ("errors", "Errors"),
    ("logs", "Logs"),
    ("fleet", "Fleet"),
    ("settings", "Settings"),
];

#[test]
fn every_page_is_quiet_accessible_and_as_wide_as_the_window() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        browser.open(&shop, "now").await;
        let mut faults: Vec<String> = Vec::new();
        for busy in [false, true] {
            if busy {
                shop.post("/orders/1/label", &json!({ "grams": 31_000 }), 202);
                shop.users(3);
                shop.orders(4);
                browser.sees(".badge", "1").await;
            }
            for (width, height) in [(1280, 900), (360, 780)] {
                browser.resize(width, height).await;
                for (page, heading) in PAGES {
                    browser.open(&shop, page).await;
                    browser.sees("main h1", heading).await;
                    browser.gone(".waiting").await;
                    let beyond = browser.run("return document.documentElement.scrollWidth - innerWidth").await;
                    if beyond.as_i64().unwrap() > 0 {
                        faults.push(format!("{page} is {beyond} too wide at {width}"));
                    }
                    let found = browser.check_accessibility().await.into_iter();
                    faults.extend(found.map(|found| format!("{page}, {width} wide, busy {busy}: {found}")));
                }
            }
        }
        for (width, height) in [(1280, 900), (360, 780)] {
            browser.resize(width, height).await;
            browser.open(&shop, "requests").await;
            browser.click("td a[href*='request?id']").await;
            browser.sees(".waterfall .step", "mail.receipt.send").await;
            let beyond = browser.run("return document.documentElement.scrollWidth - innerWidth").await;
            if beyond.as_i64().unwrap() > 0 {
                faults.push(format!("a request is {beyond} too wide at {width}"));
            }
            faults.extend(browser.check_accessibility().await);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        browser.open(&shop, "map?around=event:order.paid").await;
        browser.sees(".panel h2", "order.paid").await;
        browser.open(&shop, "requests?route=POST+%2Forders").await;
        browser.sees(".panel h2", "POST /orders").await;
        assert_eq!(browser.check_accessibility().await, [""; 0]);
        let said = browser.complaints().await;
        assert!(said.is_empty(), "in the console:\n{}", said.join("\n"));
        browser
            .run("document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }))")
            .await;
        assert!(browser.complaints().await[0].contains("Content Security Policy"), "it would have been heard");
    });
}

#[test]
fn what_happens_is_shown_as_it_happens_and_goes_on_when_the_application_does() {
    run(async |browser| {
        let mut shop = Shop::start(&[]);
        browser.open(&shop, "flow").await;
        browser.sees(".empty .lead", "Listening").await;
        // Gone with a reload.
        browser.run("window.mark = 1").await;
        shop.users(1);
        browser.sees(".row .what b", "user.created").await;
        browser.sees(".row.delivered .name", "mail.welcome_email.send").await;

        shop.kill();
        browser.sees(".connection.reconnecting", "Reconnecting").await;
        shop.start_again();
        browser.sees(".connection.live", "Live").await;
        shop.orders(1);
        browser.sees(".row .what b", "order.placed").await;
        assert_eq!(browser.run("return window.mark").await, 1, "it was not loaded again");

        browser.click(".row .what").await;
        browser.sees(".tree", "billing.charge_card.charge").await;
        browser.sees(".tree", "mail.receipt.send").await;
    });
}

#[test]
fn a_request_leads_to_its_sql_its_lines_and_everything_that_it_caused() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        shop.orders(3);
        browser.open(&shop, "requests?route=POST+%2Forders").await;
        // The last of them is the first.
        browser.until("document.querySelectorAll(\"a[href*='request?id']\").length === 3").await;
        browser.click("tr:last-child a[href*='request?id']").await;
        for step in [
            "POST /orders",
            "INSERT INTO orders",
            "order.placed",
            "billing.charge_card.charge",
            "order.paid",
            "UPDATE orders SET state",
            "receipt for order 1",
        ] {
            browser.sees(".waterfall .step", step).await;
        }
        let deeper = "document.querySelector('.waterfall .statement .depth-1') && \
                      [...document.querySelectorAll('.waterfall .depth-5')].some(own => own.textContent.includes('UPDATE'))";
        browser.until(deeper).await;
        let place = browser.address().await;

        // The card of the third was refused, and what it says leads to its own request.
        browser.open(&shop, "errors").await;
        browser.sees(".letters summary", "card of order # was refused").await;
        browser.click(".letters summary").await;
        browser.click(".letters a[href*='request?id']").await;
        browser.sees(".waterfall .wait", "waited to try again").await;
        browser.sees(".waterfall .delivery.failed", "attempt 3").await;
        assert_ne!(browser.address().await, place);

        browser.open(&shop, "logs").await;
        browser.sees(".lines .row", "receipt for order 2").await;
        browser.sees(".lines .row.row", "delivery failed for good").await;
        browser.open(&shop, "logs?level=ERROR").await;
        browser.sees(".lines .row", "delivery failed for good").await;
        browser
            .until("![...document.querySelectorAll('.lines .row')].some(own => own.textContent.includes('receipt'))")
            .await;
        browser.click(".lines a[href*='request?id']").await;
        browser.sees(".waterfall .step", "POST /orders").await;
    });
}

#[test]
fn a_dead_letter_is_delivered_again_or_discarded() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        shop.orders(6);
        browser.open(&shop, "queues").await;
        browser.sees(".groups", "card of order # was refused").await;
        browser.until("document.querySelectorAll('.letters li').length === 2").await;
        browser.click(".letters li summary").await;
        browser.sees(".letters pre", "\"cents\": 1900").await;
        browser.sees(".letters pre", "\"card\": \"***\"").await;
        // Refused again, it comes back under another number.
        browser.click(".letters li .tools button").await;
        browser.sees(".banner", "Dead letter 1 is delivered again").await;
        browser
            .until("![...document.querySelectorAll('.letters summary .number')].some(own => own.textContent === '1')")
            .await;
        browser
            .until("[...document.querySelectorAll('.letters summary .number')].some(own => own.textContent === '3')")
            .await;
        shop.said("system action: replayed");

        browser.click(".groups .tools button:last-child").await;
        browser.sees("dialog[open] h2", "Discard 2 dead letters?").await;
        browser.click("dialog[open] button.danger").await;
        browser.sees(".banner", "2 dead letters discarded").await;
        browser.sees(".empty .lead", "Nothing is dead").await;
        shop.said("system action: discarded dead letters");
    });
}

#[test]
fn five_hundred_plugins_are_shown_and_the_map_stays_readable() {
    run(async |browser| {
        let port = large::start();
        for (page, shown) in [
            ("plugins", "document.querySelectorAll('.card').length === 500"),
            ("map", "document.querySelector('.picture a.box')"),
        ] {
            browser.goto("about:blank").await;
            browser.goto(&format!("http://localhost:{port}/system/#/{page}")).await;
            browser.until(shown).await;
            let (first, whole) = large::painted(browser).await;
            println!(
                "{page} of 500 plugins: first paint after {first:.0} ms, all of it there after {whole:.0} ms at most"
            );
        }
        let boxes = browser.run("return document.querySelectorAll('.picture a.box').length").await;
        assert!((1..=150).contains(&boxes.as_u64().unwrap()), "{boxes} boxes");
        assert_eq!(browser.check_accessibility().await, [""; 0]);
        let said = browser.complaints().await;
        assert!(said.is_empty(), "in the console:\n{}", said.join("\n"));
    });
}

#[test]
fn a_filter_is_in_the_address_and_survives_a_reload() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        shop.orders(3);
        browser.open(&shop, "flow").await;
        browser.until("document.querySelector('.row.failed')").await;
        browser
            .run(
                "const choice = document.querySelectorAll('.filters select')[2]; choice.value = 'failed'; \
                  choice.dispatchEvent(new Event('change', { bubbles: true }))",
            )
            .await;
        browser.until("!document.querySelector('.row:not(.failed)')").await;
        assert!(browser.address().await.ends_with("#/flow?ending=failed"));
        browser.reload().await;
        browser.until("document.querySelector('.row.failed') && !document.querySelector('.row:not(.failed)')").await;
        assert_eq!(browser.run("return document.querySelectorAll('.filters select')[2].value").await, "failed");
    });
}

#[test]
fn a_page_that_nobody_sees_has_no_stream() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        browser.open(&shop, "now").await;
        browser.sees(".connection.live", "Live").await;
        assert_eq!(shop.get("status")["streams"], 15);
        let seen = async |hidden: bool| {
            let script = format!(
                "Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }}); \
                 document.dispatchEvent(new Event('visibilitychange'))"
            );
            browser.run(&script).await;
        };
        seen(true).await;
        browser.sees(".connection.hidden", "Paused").await;
        shop.until(|shop| shop.get("status")["streams"] == 16);
        shop.users(1);
        seen(false).await;
        browser.sees(".rows", "user.created").await;
        assert_eq!(shop.get("status")["streams"], 15, "what happened meanwhile is there");
    });
}

#[test]
fn the_keyboard_is_enough() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        browser.open(&shop, "now").await;
        browser.sees("main h1", "Now").await;
        browser.press("gm").await;
        browser.sees("main h1", "Map").await;
        // The first box that the tab key reaches leads to what is around it.
        browser.run("document.querySelector('.picture a.box').focus()").await;
        let box_name = browser.run("return document.activeElement.textContent").await;
        browser.press("\u{e007}").await;
        browser.until("location.hash.includes('around=')").await;
        browser.sees(".panel", box_name.as_str().unwrap().rsplit(' ').next().unwrap()).await;
        browser.press("gp").await;
        browser.sees("main h1", "Plugins").await;
        browser.press("/").await;
        browser.until("document.activeElement.matches('[data-search]')").await;
        browser.press("charge").await;
        browser.until("document.querySelectorAll('.card').length === 1").await;
        browser.press("\u{e00c}").await;
        browser.until("!document.activeElement.matches('[data-search]')").await;
        browser.press("?").await;
        browser.sees("dialog[open] h2", "Keys").await;
        browser.press("\u{e00c}").await;
        browser.until("!document.querySelector('dialog[open]')").await;
    });
}

#[test]
fn who_may_only_look_sees_no_buttons_and_who_may_not_sees_a_form() {
    run(async |browser| {
        let token = "0123456789abcdef0123456789abcdef";
        let shop = Shop::start(&[("SYSTEM_TOKEN", token), ("SYSTEM_ACTIONS", "false")]);
        browser.goto(&shop.address("/system/")).await;
        browser.sees("h1", "Sign in").await;
        browser.write("#token", "wrong").await;
        browser.click("form button").await;
        browser.sees("[role=status]", "That is not the token").await;
        browser.write("#token", token).await;
        browser.click("form button").await;
        browser.sees("main h1", "Now").await;
        shop.orders(3);
        browser.run("location.hash = '#/queues'").await;
        browser.sees(".groups", "card of order # was refused").await;
        browser.sees(".section", "SYSTEM_ACTIONS").await;
        assert_eq!(browser.run("return document.querySelectorAll('.groups button').length").await, json!(0));
        browser.click(".letters li summary").await;
        browser.sees(".letters pre", "\"cents\": \"number\"").await;
        browser.click("footer form button").await;
        browser.sees("h1", "Sign in").await;
    });
}

/// With `SCREENSHOTS=docs/images` they are written there, below the root of the repository.
#[test]
fn the_pictures_of_the_readme_are_taken_from_the_running_shop() {
    run(async |browser| {
        let shop = Shop::start(&[]);
        shop.users(8);
        shop.orders(7);
        for (page, height, shown) in [("now", 700, ".rows .row"), ("map", 460, ".picture a.box")] {
            browser.resize(1340, height).await;
            browser.open(&shop, page).await;
            browser.until(&format!("document.querySelector('{shown}')")).await;
            browser.gone(".waiting").await;
            let picture = browser.picture().await;
            assert!(picture.starts_with(b"\x89PNG") && picture.len() < 300_000, "{} bytes", picture.len());
            if let Some(folder) = std::env::var_os("SCREENSHOTS") {
                let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
                std::fs::write(root.join(folder).join(format!("dashboard-{page}.png")), picture).unwrap();
            }
        }
    });
}

/// With a browser, where there is one.
fn run(test: impl AsyncFnOnce(&Browser)) {
    let Some(driver) = browser::driver() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let browser = Browser::start(&driver).await;
        test(&browser).await;
        browser.close().await;
    });
}
