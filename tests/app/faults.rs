//! Failures of handlers: opaque to the client, of no concern to the next request.

use crate::wires::booted;

#[microcore::test]
async fn a_panic_or_an_unknown_error_is_an_opaque_500_with_the_request_id() {
    let app = booted("faults", &[]).await;
    for path in ["/panic", "/sync-panic", "/error"] {
        let reply = app.get(path).await;
        assert_eq!(reply.status, 500, "{path}");
        let text = String::from_utf8_lossy(&reply.body).into_owned();
        assert!(!text.contains("1234") && !text.contains("digit"), "{text}");
        let error = reply.error();
        assert_eq!((error["code"].as_str(), error["message"].as_str()), (Some("internal"), Some("internal error")));
        assert_eq!(error["request_id"].as_str(), reply.headers["x-request-id"].to_str().ok());
    }
    assert_eq!(app.get("/inputs/me").await.status, 200);
    app.stop().await;
}

#[microcore::test]
async fn a_handler_written_fn_leaves_the_event_loop_free() {
    let app = booted("blocking", &[]).await;
    // This test has one thread: had the handler blocked it, nobody could open the door.
    let (waited, opened) = futures_util::join!(app.get("/wait"), app.send(http::Method::POST, "/open", None));
    assert_eq!((waited.data(), opened.status.as_u16()), (true.into(), 204));
    app.stop().await;
}
