//! A browser without a window, and what is asked of it. It waits for what is to be seen, and never for a time.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use http::Method;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use url::{ParseError, Url};

use crate::process::Shop;

/// A browser on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(30);

/// The program that drives it.
pub(crate) struct Driver(Child, String);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A driver on a free port; `None` where there is none, which is a failure where services are required.
pub(crate) fn driver() -> Option<Driver> {
    let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            skip(&format!("chromedriver: {error}"));
            return None;
        }
    };
    // "ChromeDriver was started successfully on port 39431."
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = lines.find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()));
    let port = said.expect("the driver says where it listens");
    Some(Driver(child, format!("http://127.0.0.1:{}", port.trim_end_matches('.'))))
}

fn skip(reason: &str) {
    assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "{reason}");
    println!("skipped: {reason}");
}

/// A browser that knows no other host than this machine.
pub(crate) struct Browser {
    client: Client,
    /// The source of axe-core, where there is one.
    axe: Option<String>,
}

impl Browser {
    pub(crate) async fn start(driver: &Driver) -> Self {
        let options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
        ] });
        let capabilities = json!({ "goog:chromeOptions": options, "goog:loggingPrefs": { "browser": "ALL" } });
        let capabilities = serde_json::from_value(capabilities).unwrap();
        let connecting = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(&driver.1).await;
        let client = connecting.unwrap_or_else(|error| panic!("no session: {error}"));
        let axe = std::env::var("AXE_CORE").ok().map(|file| fs::read_to_string(file).unwrap());
        Self { client, axe }
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }

    pub(crate) async fn goto(&self, address: &str) {
        self.client.goto(address).await.unwrap();
    }

    /// A page of the dashboard.
    pub(crate) async fn open(&self, shop: &Shop, page: &str) {
        self.goto(&shop.address(&format!("/system/#/{page}"))).await;
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    pub(crate) async fn address(&self) -> String {
        self.client.current_url().await.unwrap().to_string()
    }

    /// The inside of the window: where there is no frame around it, as in a telephone.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tell("goog/cdp/execute", json!({ "cmd": "Emulation.setDeviceMetricsOverride", "params": size })).await;
    }

    /// What is seen, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        self.client.screenshot().await.unwrap()
    }

    /// What a script returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until an expression holds.
    pub(crate) async fn until(&self, expression: &str) {
        let started = Instant::now();
        while self.run(&format!("return Boolean({expression})")).await != true {
            if started.elapsed() > PATIENCE {
                let text = self.run("return document.body.innerText").await;
                panic!("never: {expression}\non the page:\n{}", text.as_str().unwrap_or_default());
            }
            sleep(LOOK).await;
        }
    }

    /// Waits until some element there says that.
    pub(crate) async fn sees(&self, css: &str, text: &str) {
        let (css, text) = (json!(css), json!(text));
        self.until(&format!("[...document.querySelectorAll({css})].some(own => own.textContent.includes({text}))"))
            .await;
    }

    /// Waits until there is no such element.
    pub(crate) async fn gone(&self, css: &str) {
        self.until(&format!("!document.querySelector({})", json!(css))).await;
    }

    async fn find(&self, css: &str) -> Element {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.unwrap_or_else(|error| panic!("{css}: {error}"))
    }

    /// The first element there; drawn anew meanwhile, it is looked for again.
    pub(crate) async fn click(&self, css: &str) {
        let started = Instant::now();
        while let Err(error) = self.find(css).await.click().await {
            assert!(started.elapsed() < PATIENCE, "{css}: {error}");
            sleep(LOOK).await;
        }
    }

    pub(crate) async fn write(&self, css: &str, text: &str) {
        self.find(css).await.send_keys(text).await.unwrap();
    }

    /// Keys, to whatever has the focus.
    pub(crate) async fn press(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// What the console has that is no mere note: errors, and what the policy forbids.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let said = self.tell("se/log", json!({ "type": "browser" })).await;
        let said = said.as_array().cloned().unwrap_or_default().into_iter();
        said.filter(|entry| entry["level"] != "INFO" && entry["level"] != "DEBUG")
            .map(|entry| format!("{} {}", entry["level"], entry["message"]))
            .collect()
    }

    /// What axe-core finds that is serious, a line each.
    pub(crate) async fn check_accessibility(&self) -> Vec<String> {
        let Some(axe) = &self.axe else {
            skip("AXE_CORE names no file axe.min.js of the package axe-core");
            return Vec::new();
        };
        self.run(&format!("if (!window.axe) {{ {axe} }}")).await;
        // What is still fading has the wrong contrast.
        let script = "const done = arguments[0]; \
                      const ends = document.getAnimations().filter(own => own.effect.getComputedTiming().endTime < Infinity); \
                      Promise.all(ends.map(own => own.finished.catch(() => 0))) \
                      .then(() => window.axe.run(document, { resultTypes: ['violations'] })).then(found => \
                      done(found.violations.filter(own => ['serious', 'critical'].includes(own.impact)).flatMap(own => \
                      own.nodes.map(node => `${own.id}: ${own.help}: ${node.html.slice(0, 160)} ${node.failureSummary}`))))";
        let found = self.client.execute_async(script, Vec::new()).await.unwrap();
        found.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
    }

    async fn tell(&self, what: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Told { what, body }).await.unwrap()
    }
}

/// A command of this browser's own.
#[derive(Debug)]
struct Told {
    what: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Told {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.what))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
