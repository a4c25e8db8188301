//! The same routes in actix-web, with one worker.

use actix_web::http::StatusCode;
use actix_web::web::{self, Json, Path};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use serde::{Deserialize, Serialize};
use validator::{ValidateEmail, ValidateLength};

mod routes;

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

async fn large() -> HttpResponse {
    HttpResponse::Ok().content_type("application/octet-stream").body(&LARGE[..])
}

async fn plaintext() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("Hello, World!")
}

async fn json() -> HttpResponse {
    success(StatusCode::OK, Greeting { message: "Hello, World!" })
}

async fn user(id: Path<i64>) -> HttpResponse {
    success(StatusCode::OK, User { id: *id, name: "Ana" })
}

async fn create(Json(user): Json<NewUser>) -> HttpResponse {
    if !user.name.validate_length(Some(1), Some(200), None) || !user.email.validate_email() {
        return failure(StatusCode::UNPROCESSABLE_ENTITY, "unprocessable", "the body is not valid".into());
    }
    success(StatusCode::CREATED, Created { id: 1, name: user.name, email: user.email })
}

async fn not_found(request: HttpRequest) -> HttpResponse {
    let message = format!("{} {} not found", request.method(), request.path());
    failure(StatusCode::NOT_FOUND, "not_found", message)
}

fn success<T: Serialize>(status: StatusCode, data: T) -> HttpResponse {
    HttpResponse::build(status).json(Success { success: true, data })
}

fn failure(status: StatusCode, code: &'static str, message: String) -> HttpResponse {
    HttpResponse::build(status).json(Failure { success: false, error: Reason { code, message } })
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    let server = HttpServer::new(|| {
        let mut app = App::new()
            .route("/plaintext", web::get().to(plaintext))
            .route("/large", web::get().to(large))
            .route("/json", web::get().to(json))
            .route("/users/{id}", web::get().to(user))
            .route("/users", web::post().to(create))
            .default_service(web::to(not_found));
        for resource in routes::all() {
            app = app.route(&format!("/api/v1/{resource}/{{id}}"), web::get().to(user));
        }
        app
    });
    // Its own default is a limit of 25,000 connections; the others have none.
    server.workers(1).max_connections(100_000).bind(("127.0.0.1", port))?.run().await
}
