//! The same routes in axum, with sqlx: a pool of readers, and one writer, which is what SQLite wants.

use std::net::SocketAddr;
use std::str::FromStr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde::{Deserialize, Serialize};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};

#[derive(Clone)]
struct Db {
    readers: SqlitePool,
    writer: SqlitePool,
}

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

async fn one(State(db): State<Db>, Path(id): Path<i64>) -> Result<Json<Success<User>>, StatusCode> {
    sqlx::query_as("SELECT id, name, email FROM users WHERE id = ?1")
        .bind(id)
        .fetch_optional(&db.readers)
        .await
        .map_err(internal)?
        .map(success)
        .ok_or(StatusCode::NOT_FOUND)
}

async fn many(State(db): State<Db>) -> Result<Json<Success<Vec<User>>>, StatusCode> {
    sqlx::query_as("SELECT id, name, email FROM users ORDER BY id LIMIT 20")
        .fetch_all(&db.readers)
        .await
        .map_err(internal)
        .map(success)
}

async fn create(
    State(db): State<Db>,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<Success<UserId>>), StatusCode> {
    let created = sqlx::query_scalar("INSERT INTO users (name, email) VALUES (?1, ?2) RETURNING id")
        .bind(&body.name)
        .bind(&body.email)
        .fetch_one(&db.writer)
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

async fn pool(size: u32) -> SqlitePool {
    let path = std::env::var("DB_PATH").expect("DB_PATH is set");
    let synchronous = std::env::var("DB_SYNCHRONOUS").expect("DB_SYNCHRONOUS is set");
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::from_str(&synchronous).expect("full or normal"))
        .foreign_keys(true);
    SqlitePoolOptions::new().max_connections(size).connect_with(options).await.expect("the database can be opened")
}

#[tokio::main]
async fn main() {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    // Ten is sqlx's own default.
    let db = Db { readers: pool(10).await, writer: pool(1).await };
    let app = Router::new().route("/users/{id}", get(one)).route("/users", get(many).post(create)).with_state(db);
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    axum::serve(listener, app).await.expect("it serves until it is killed");
}
