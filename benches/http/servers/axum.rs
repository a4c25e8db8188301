//! The same routes in axum, on one thread.

use std::net::SocketAddr;

use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum::serve::ListenerExt;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use validator::{ValidateEmail, ValidateLength};

mod routes;
mod sight;

#[derive(Serialize)]
struct Success<T> {
    success: bool,
    data: T,
}

#[derive(Serialize)]
struct Failure {
    success: bool,
    error: Reason,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: String,
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

static LARGE: [u8; 1 << 20] = [b'x'; 1 << 20];

async fn large() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/octet-stream")], &LARGE[..])
}

async fn plaintext() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], "Hello, World!")
}

async fn json() -> impl IntoResponse {
    success(Greeting { message: "Hello, World!" })
}

async fn user(Path(id): Path<i64>) -> impl IntoResponse {
    success(User { id, name: "Ana" })
}

async fn create(Json(user): Json<NewUser>) -> Result<impl IntoResponse, impl IntoResponse> {
    if !user.name.validate_length(Some(1), Some(200), None) || !user.email.validate_email() {
        return Err(failure(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", "the body is not valid".into()));
    }
    Ok((StatusCode::CREATED, success(Created { id: 1, name: user.name, email: user.email })))
}

async fn not_found(request: Request) -> impl IntoResponse {
    let message = format!("{} {} not found", request.method(), request.uri().path());
    failure(StatusCode::NOT_FOUND, "not_found", message)
}

fn success<T>(data: T) -> Json<Success<T>> {
    Json(Success { success: true, data })
}

fn failure(status: StatusCode, code: &'static str, message: String) -> (StatusCode, Json<Failure>) {
    (status, Json(Failure { success: false, error: Reason { code, message } }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    let mut app = Router::new()
        .route("/plaintext", get(plaintext))
        .route("/large", get(large))
        .route("/json", get(json))
        .route("/users/{id}", get(user))
        .route("/users", post(create))
        .fallback(not_found);
    for resource in routes::all() {
        app = app.route(&format!("/api/v1/{resource}/{{id}}"), get(user));
    }
    let app = sight::around(app);
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("it is a socket"));
    axum::serve(listener, app).await.expect("it serves until it is killed");
}
