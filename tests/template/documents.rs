//! What the application says about itself.

use app::App;
use microcore::testing::{Running, boot, run};

use crate::program::program;

#[test]
fn the_document_has_every_route_and_the_page_comes_with_its_assets() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let document = app.get("/openapi.json").await;
        let document = document.json();
        assert_eq!(document["openapi"], "3.1.0");
        for (path, method) in [("/users", "post"), ("/users/{id}", "get"), ("/auth/login", "post"), ("/auth/me", "get")]
        {
            assert!(document["paths"][path][method].is_object(), "{method} {path}");
        }
        assert_eq!(document["paths"]["/auth/me"]["get"]["security"][0]["bearer"], serde_json::json!([]));
        let printed = std::process::Command::new(program("")).arg("openapi").output().unwrap();
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&printed.stdout).unwrap(), document);
        assert_eq!(document["components"]["securitySchemes"]["cookie"]["name"], "access_token");
        assert_eq!(app.get("/docs").await.headers["location"], "/docs/");
        let page = app.get("/docs/").await;
        let page = String::from_utf8(page.body.to_vec()).unwrap();
        assert!(!page.contains("http"), "nothing from elsewhere: {page}");
        for (file, least) in [("swagger-ui.css", 100_000), ("swagger-ui-bundle.js", 1_000_000), ("start.js", 10)] {
            assert!(page.contains(file), "{file}");
            let asset = app.get(&format!("/docs/{file}")).await;
            assert!(asset.status == 200 && asset.body.len() > least, "{file}: {} bytes", asset.body.len());
        }
        app.stop().await;
    });
}

#[test]
fn what_listens_to_everybody_says_nothing_unless_told_to() {
    run(async {
        let mut boot = boot::<App>();
        boot.environment = boot.environment.with("HTTP_HOST", "0.0.0.0");
        let app = Running::<App>::boot(&boot).await.unwrap();
        let (status, page) = (app.get("/openapi.json").await.status, app.get("/docs/").await.status);
        assert_eq!((status.as_u16(), page.as_u16()), (404, 404));
        for path in
            ["", "api/status", "api/traces/tree", "api/stream?topics=status"].map(|page| format!("/system/{page}"))
        {
            assert_eq!(app.get(&path).await.status, 404, "{path}");
        }
        app.stop().await;
    });
}

#[test]
fn the_context_is_short_enough_to_be_read_at_once() {
    assert!(include_str!("../../app-template/AI_CONTEXT.md").len() < 8 * 1024);
}
