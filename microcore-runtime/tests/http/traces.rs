//! Trace Context of the W3C over a socket.

use crate::fixture::Server;

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

/// `traceparent|tracestate|cause` as the handler sees them.
async fn seen(server: &Server, headers: &str) -> String {
    let mut client = server.client().await;
    client.send(&format!("GET /trace HTTP/1.1\r\nhost: test\r\n{headers}\r\n")).await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 200);
    answer.body
}

#[tokio::test]
async fn a_request_is_part_of_its_callers_trace() {
    let server = Server::start().await;
    let parent = format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\n");
    let body = seen(&server, &format!("{parent}tracestate: congo=t61rcWkgMzE\r\nTraceState: rojo=1\r\n")).await;
    assert!(
        body.contains(&format!("00-{TRACE}-")) && body.contains("|congo=t61rcWkgMzE,rojo=1|00f067aa0ba902b7"),
        "{body}"
    );
    assert!(!body.contains("00f067aa0ba902b7-01"), "its span is its own: {body}");
    // The name of a header ignores case, and HTTP/1.1 gives each request a trace of its own.
    let body = seen(&server, &parent.replace("traceparent", "TraceParent")).await;
    assert!(body.contains(TRACE), "{body}");
    for headers in ["", "traceparent: 00-x\r\n", &format!("{parent}{parent}")] {
        let body = seen(&server, headers).await;
        assert!(!body.contains(TRACE) && body.contains("-01||"), "{headers:?}: {body}");
    }
}

#[tokio::test]
async fn a_public_edge_begins_a_trace_of_its_own() {
    let server = Server::with([("TRACE_ACCEPT", "false")]).await;
    let body = seen(&server, &format!("traceparent: 00-{TRACE}-00f067aa0ba902b7-01\r\ntracestate: a=1\r\n")).await;
    assert!(!body.contains(TRACE) && body.contains("-01||"), "{body}");
}
