//! The same routes with hyper by hand: a `match`, one thread, and around them what `edge` has.

mod edge;
mod routes;

use std::convert::Infallible;
use std::net::SocketAddr;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use validator::{ValidateEmail, ValidateLength};

type Answer = Response<Full<Bytes>>;

static LARGE: [u8; 1 << 20] = [b'x'; 1 << 20];

#[derive(Serialize)]
struct Success<T> {
    success: bool,
    data: T,
}

#[derive(Serialize)]
struct Failure<'a> {
    success: bool,
    error: Reason<'a>,
}

#[derive(Serialize)]
struct Reason<'a> {
    code: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct Greeting {
    message: &'static str,
}

#[derive(Serialize)]
struct User {
    id: i64,
    name: &'static str,
}

#[derive(Deserialize)]
struct NewUser {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct Created {
    id: i64,
    name: String,
    email: String,
}

async fn answer(request: Request<Incoming>) -> Result<Answer, Infallible> {
    Ok(match (request.method(), request.uri().path()) {
        (&Method::GET, "/plaintext") => {
            let mut answer = Response::new(Full::from("Hello, World!"));
            answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
            answer
        }
        (&Method::GET, "/json") => success(StatusCode::OK, Greeting { message: "Hello, World!" }),
        (&Method::GET, "/large") => {
            let mut answer = Response::new(Full::from(&LARGE[..]));
            answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
            answer
        }
        (&Method::POST, "/users") => create(request.into_body()).await,
        (&Method::GET, path) => match path.strip_prefix("/users/") {
            Some(id) => match id.parse() {
                Ok(id) => success(StatusCode::OK, User { id, name: "Ana" }),
                Err(_) => failure(StatusCode::BAD_REQUEST, "bad_request", "`id` must be a whole number"),
            },
            None => match path.strip_prefix("/api/v1/").and_then(|rest| rest.split_once('/')) {
                Some((resource, id)) => match (routes::find(resource), id.parse()) {
                    (Some(_), Ok(id)) => success(StatusCode::OK, User { id, name: "Ana" }),
                    (Some(_), Err(_)) => failure(StatusCode::BAD_REQUEST, "bad_request", "`id` must be a whole number"),
                    (None, _) => not_found(&request),
                },
                None => not_found(&request),
            },
        },
        _ => not_found(&request),
    })
}

async fn create(body: Incoming) -> Answer {
    let Ok(body) = Limited::new(body, 2 << 20).collect().await else {
        return failure(StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "the body is too large");
    };
    let Ok(user) = serde_json::from_slice::<NewUser>(&body.to_bytes()) else {
        return failure(StatusCode::BAD_REQUEST, "bad_request", "the body is not valid JSON");
    };
    if !user.name.validate_length(Some(1), Some(200), None) || !user.email.validate_email() {
        return failure(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", "the body is not valid");
    }
    success(StatusCode::CREATED, Created { id: 1, name: user.name, email: user.email })
}

fn not_found(request: &Request<Incoming>) -> Answer {
    let message = format!("{} {} not found", request.method(), request.uri().path());
    failure(StatusCode::NOT_FOUND, "not_found", &message)
}

fn success<T: Serialize>(status: StatusCode, data: T) -> Answer {
    json(status, &Success { success: true, data })
}

fn failure(status: StatusCode, code: &str, message: &str) -> Answer {
    json(status, &Failure { success: false, error: Reason { code, message } })
}

fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let mut answer = Response::new(Full::from(serde_json::to_vec(value).expect("these can be written")));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    loop {
        let (stream, _) = listener.accept().await.expect("there are descriptors");
        stream.set_nodelay(true).expect("it is a socket");
        tokio::spawn(async move {
            // Clients hang up.
            let _ = edge::connection().serve_connection(TokioIo::new(stream), service_fn(edge::handle)).await;
        });
    }
}
