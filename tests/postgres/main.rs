//! An application on PostgreSQL: one word in `app!`, spoken to over real sockets, on a server that the test starts.
#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::pedantic, reason = "the same")]

mod statements;

#[path = "../../microcore-tools/tests/db/cluster.rs"]
#[expect(dead_code, reason = "nobody kills the server here")]
mod cluster;

use microcore::application::Application;
use microcore::lifecycle::Boot;
use microcore::settings::Environment;
use microcore::testing::Running;
use serde_json::json;

microcore::app! { db: Postgres }

async fn running(url: &str) -> Running<App> {
    let boot = Boot::new(Environment::of([("PG_URL", url)])).of(&App::MANIFEST).in_test();
    Running::boot(&boot).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_changes_its_database_by_one_word() {
    let Some(server) = cluster::Cluster::shared() else { return };
    let app = running(&server.url()).await;
    let user = json!({ "name": "Ana", "born": "1990-01-31", "balance": "12.50" });
    let made = app.post("/users", user.clone()).await;
    assert_eq!(made.status, 201);
    let id = made.data()["id"].as_str().unwrap().to_owned();
    let read = app.get(&format!("/users/{id}")).await.data();
    assert_eq!(
        (&read["name"], &read["born"], &read["balance"]),
        (&json!("Ana"), &json!("1990-01-31"), &json!("12.50"))
    );
    assert_eq!(app.post("/users", user).await.status, 409);
    assert_eq!(app.get("/users/00000000-0000-0000-0000-000000000000").await.status, 404);
    assert_eq!(app.get("/users/7").await.status, 400);
    let names = async |query: &str| app.get(&format!("/users?born={query}")).await.data();
    assert_eq!(names("1990-01-31&least=12.5").await[0]["name"], "Ana");
    assert_eq!(names("1990-01-31&until=2999-01-01T00:00:00Z").await[0]["name"], "Ana");
    for nobody in ["1990-02-01", "1990-01-31&least=12.51", "1990-01-31&until=1999-01-01T00:00:00%2B01:00"] {
        assert_eq!(names(nobody).await, json!([]), "{nobody}");
    }
    app.stop().await;
}
