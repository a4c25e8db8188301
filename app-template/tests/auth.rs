//! Sign up, sign in and out, through the whole application.

use app::App;
use microcore::testing::{Running, boot, run};
use serde_json::json;

#[test]
fn an_account_signs_in_with_its_password_and_out_again() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let ana = json!({ "email": "ana@example.com", "password": "correct horse" });
        assert_eq!(app.post("/auth/accounts", ana.clone()).await.status, 204);
        assert_eq!(app.post("/auth/accounts", ana.clone()).await.status, 409);

        let login = app.post("/auth/login", ana).await;
        let token = login.data()["token"].as_str().unwrap().to_owned();
        let me = app.with_header("authorization", &format!("Bearer {token}")).get("/auth/me").await;
        assert_eq!(me.data(), json!({ "email": "ana@example.com", "roles": ["user"] }));
        assert_eq!(app.with_header("cookie", &format!("access_token={token}")).get("/auth/me").await.status, 200);
        assert_eq!(app.get("/auth/me").await.status, 401);

        assert_eq!(login.headers["cache-control"], "no-store", "a token is in no cache: RFC 6749, 5.1");
        assert_eq!(me.headers["cache-control"], "no-store");
        app.stop().await;
    });
}

#[test]
fn signing_out_takes_a_page_of_ones_own_and_no_good_token() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let by_page = app.with_header("x-requested-with", "fetch");
        for cookie in ["", "access_token=", "access_token=expired.or.foreign", "theme=dark"] {
            let foreign = app.with_header("cookie", cookie).post("/auth/logout", json!({})).await;
            assert_eq!(foreign.status, 403, "a form of another site signs nobody out: {cookie}");
            assert!(!foreign.headers.contains_key("set-cookie"), "{cookie}");
            let logout = by_page.with_header("cookie", cookie).post("/auth/logout", json!({})).await;
            assert_eq!(logout.status, 204, "{cookie}");
            let set = logout.headers["set-cookie"].to_str().unwrap();
            assert!(set.starts_with("access_token=;") && set.contains("Max-Age=0"), "{set}");
        }
        app.stop().await;
    });
}

#[test]
fn an_unknown_address_and_a_wrong_password_are_one_answer_and_few_are_tried() {
    run(async {
        let app = Running::<App>::boot(&boot::<App>()).await.unwrap();
        let ana = json!({ "email": "ana@example.com", "password": "correct horse" });
        assert_eq!(app.post("/auth/accounts", ana.clone()).await.status, 204);
        let try_as = |email: &str| json!({ "email": email, "password": "wrong password" });
        let wrong = app.post("/auth/login", try_as("ana@example.com")).await;
        let unknown = app.post("/auth/login", try_as("bob@example.com")).await;
        assert_eq!(
            (wrong.status, wrong.error()["message"].clone()),
            (unknown.status, unknown.error()["message"].clone())
        );
        // All at once: counting after looking would let every one of them through.
        let tries = (0..8).map(|_| {
            let client = app.with_header("x-try", "1");
            tokio::spawn(async move {
                client
                    .post("/auth/login", json!({ "email": "ana@example.com", "password": "wrong password" }))
                    .await
                    .status
                    .as_u16()
            })
        });
        let mut statuses = Vec::new();
        for one in tries.collect::<Vec<_>>() {
            statuses.push(one.await.unwrap());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 4, "{statuses:?}");
        assert_eq!(app.post("/auth/login", ana).await.status, 429, "even with the right password");
        app.stop().await;
    });
}
