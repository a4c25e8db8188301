//! The same routes in axum, with sqlx and its cache of statements.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::postgres::{PgPool, PgPoolOptions};

#[derive(Serialize, sqlx::FromRow)]
struct User {
    id: i64,
    name: String,
    email: String,
}

#[derive(Deserialize)]
struct NewUser {
    name: String,
    email: String,
}

#[derive(Serialize)]
struct UserId {
    id: i64,
}

#[derive(Serialize)]
struct Success<T> {
    success: bool,
    data: T,
}

fn success<T>(data: T) -> Json<Success<T>> {
    Json(Success { success: true, data })
}

async fn one(State(db): State<PgPool>, Path(id): Path<i64>) -> Result<Json<Success<User>>, StatusCode> {
    sqlx::query_as("SELECT id, name, email FROM users WHERE id = $1")
        .bind(id)
        .fetch_optional(&db)
        .await
        .map_err(internal)?
        .map(success)
        .ok_or(StatusCode::NOT_FOUND)
}

async fn many(State(db): State<PgPool>) -> Result<Json<Success<Vec<User>>>, StatusCode> {
    sqlx::query_as("SELECT id, name, email FROM users ORDER BY id LIMIT 20")
        .fetch_all(&db)
        .await
        .map_err(internal)
        .map(success)
}

async fn create(
    State(db): State<PgPool>,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<Success<UserId>>), StatusCode> {
    let created = sqlx::query_scalar("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id")
        .bind(&body.name)
        .bind(&body.email)
        .fetch_one(&db)
        .await;
    match created {
        Ok(id) => Ok((StatusCode::CREATED, success(UserId { id }))),
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Err(StatusCode::CONFLICT),
        Err(error) => Err(internal(error)),
    }
}

fn internal(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

#[tokio::main]
async fn main() {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    let size = std::env::var("PG_CONNECTIONS").expect("PG_CONNECTIONS is set").parse().expect("it is a number");
    let url = std::env::var("PG_URL").expect("PG_URL is set");
    // The others do not ask a connection whether it lives before each use either.
    let options = PgPoolOptions::new().max_connections(size).test_before_acquire(false);
    let db = options.connect(&url).await.expect("the database can be opened");
    let app = Router::new().route("/users/{id}", get(one)).route("/users", get(many).post(create)).with_state(db);
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    axum::serve(listener, app).await.expect("it serves until it is killed");
}
