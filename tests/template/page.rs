//! The page `/docs` of the template in a real browser: it lists the routes, and "try it out" makes a user.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use app::App;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use microcore::testing::{Running, boot};
use serde_json::json;

/// A browser on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A driver on a free port; `None` where there is none, which is a failure where services are required.
fn driver() -> Option<(Driver, String)> {
    let started = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => {
            assert!(std::env::var_os("MICROCORE_REQUIRE_SERVICES").is_none(), "chromedriver: {error}");
            println!("skipped: chromedriver: {error}");
            return None;
        }
    };
    // "ChromeDriver was started successfully on port 39431."
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let said = lines.find_map(|line| line.split_once("successfully on port ").map(|(_, port)| port.to_owned()));
    let port = said.expect("the driver says where it listens");
    Some((Driver(child), format!("http://127.0.0.1:{}", port.trim_end_matches('.'))))
}

async fn browser(address: &str) -> Client {
    let options =
        json!({ "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,2000"] });
    let capabilities = serde_json::from_value(json!({ "goog:chromeOptions": options })).unwrap();
    let connecting = ClientBuilder::new(HttpConnector::new()).capabilities(capabilities).connect(address).await;
    connecting.unwrap_or_else(|error| panic!("no session: {error}"))
}

async fn find(client: &Client, css: &str) -> Element {
    client
        .wait()
        .at_most(PATIENCE)
        .for_element(Locator::Css(css))
        .await
        .unwrap_or_else(|error| panic!("{css}: {error}"))
}

#[test]
fn the_page_lists_the_routes_and_tries_one() {
    let Some((_driver, address)) = driver() else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let client = browser(&address).await;
        client.goto(&format!("http://{}/docs/", app.address())).await.unwrap();
        find(&client, ".opblock").await;
        let shown = client.find_all(Locator::Css(".opblock-summary-path")).await.unwrap();
        let mut paths = Vec::new();
        for path in shown {
            paths.push(path.attr("data-path").await.unwrap().unwrap_or_default());
        }
        for path in ["/users", "/users/{id}", "/auth/login", "/auth/me"] {
            assert!(paths.iter().any(|shown| shown == path), "{path} is not among {paths:?}");
        }
        assert!(client.find(Locator::Css(".authorization__btn")).await.is_ok(), "a protected route shows its lock");

        let route = ".opblock-post:has([data-path='/users'])";
        find(&client, &format!("{route} .opblock-summary-control")).await.click().await.unwrap();
        find(&client, &format!("{route} .try-out__btn")).await.click().await.unwrap();
        let body = find(&client, &format!("{route} textarea.body-param__text")).await;
        body.clear().await.unwrap();
        body.send_keys(r#"{"name":"Ana","email":"ana@example.com"}"#).await.unwrap();
        find(&client, &format!("{route} .execute")).await.click().await.unwrap();
        let status = find(&client, &format!("{route} .live-responses-table tbody .response-col_status")).await;
        assert!(status.text().await.unwrap().starts_with("201"), "{}", status.text().await.unwrap());
        client.close().await.unwrap();
        assert_eq!(app.get("/users/1").await.data()["email"], "ana@example.com");
        app.stop().await;
    });
}
