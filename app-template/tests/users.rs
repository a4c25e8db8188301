//! A user's life, and what is wrong with one, over HTTP.

use app::App;
use microcore::testing::{Running, boot, run};
use serde_json::json;

#[test]
fn a_user_lives_from_registration_to_deletion() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let ana = json!({ "name": "Ana", "email": "ana@example.com" });

        let made = app.post("/users", ana.clone()).await;
        assert_eq!(made.status, 201);
        assert_eq!(made.data(), json!({ "id": 1 }));

        let shown = app.get("/users/1").await;
        assert_eq!(shown.data(), json!({ "id": 1, "name": "Ana", "email": "ana@example.com" }));

        let again = app.post("/users", ana).await;
        assert_eq!((again.status.as_u16(), again.error()["code"].as_str()), (409, Some("conflict")));

        assert_eq!(app.patch("/users/1", json!({ "name": "Anna" })).await.status, 204);
        assert_eq!(app.get("/users").await.data()[0]["name"], "Anna");

        assert_eq!(app.delete("/users/1").await.status, 204);
        assert_eq!(app.get("/users/1").await.status, 404);
        app.stop().await;
    });
}

#[test]
fn wrong_input_is_named_field_by_field() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();

        let invalid = app.post("/users", json!({ "name": "" })).await;
        assert_eq!(invalid.status, 422);
        let fields: Vec<String> =
            invalid.error()["fields"].as_array().unwrap().iter().map(|field| field["field"].to_string()).collect();
        assert_eq!(fields, ["\"name\"", "\"email\""]);

        let malformed = app.get("/users/abc").await;
        assert_eq!((malformed.status.as_u16(), malformed.error()["fields"][0]["field"].as_str()), (400, Some("id")));

        let method = app.put("/users", json!({})).await;
        assert_eq!(
            (method.status.as_u16(), method.headers["allow"].to_str().unwrap()),
            (405, "GET, HEAD, OPTIONS, POST")
        );
        app.stop().await;
    });
}
