//! The page of guests: one whose manifest is wrong, and one that ends before it says hello.

use std::fs;

use crate::browser::Browser;
use crate::process::Shop;
use crate::run;

fn write(folder: &tempfile::TempDir, guest: &str, lines: &str) {
    let folder = folder.path().join(guest);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("plugin.toml"), format!("kind = \"process\"\ncontract = 1\n{lines}\n")).unwrap();
}

#[test]
fn guests_are_told_with_their_state_and_what_went_wrong() {
    run(async |browser: &Browser| {
        let guests = tempfile::tempdir().unwrap();
        write(&guests, "orders/colours", "command = [\"sleep\", \"60\"]\ncolour = \"red\"");
        write(&guests, "orders/ends", "command = [\"sh\", \"-c\", \"exit 7\"]");
        let shop = Shop::start(&[("SIDECARS_DIR", guests.path().to_str().unwrap())]);
        browser.open(&shop, "now").await;
        browser.sees("nav a[href='#/sidecars']", "Guests").await;
        browser.open(&shop, "sidecars").await;
        browser.sees("tbody tr:nth-child(1)", "orders.colours").await;
        browser.sees("tbody tr:nth-child(1) .state", "failed").await;
        browser.sees("tbody tr:nth-child(1) .wide", "the manifest has no `colour`").await;
        browser.sees("tbody tr:nth-child(2) .wide", "it ended with the exit code 7").await;
        let mut faults = Vec::new();
        for (width, height) in [(1280, 900), (360, 780)] {
            browser.resize(width, height).await;
            let beyond = browser.run("return document.documentElement.scrollWidth - innerWidth").await;
            if beyond.as_i64().unwrap() > 0 {
                faults.push(format!("the page is {beyond} too wide at {width}"));
            }
            faults.extend(browser.check_accessibility().await);
        }
        assert!(faults.is_empty(), "{}", faults.join("\n"));
        browser.open(&shop, "sidecars?q=ends").await;
        browser.until("document.querySelectorAll('tbody tr').length === 1").await;
        fs::remove_dir_all(guests.path().join("orders")).unwrap();
        browser.open(&shop, "sidecars").await;
        browser.sees(".empty", "No guest yet").await;
    });
}
