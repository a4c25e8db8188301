//! The same routes in axum, with deadpool-sqlite: a pool of readers, and one writer, which is what SQLite wants.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use deadpool_sqlite::rusqlite::{Error, ErrorCode, OptionalExtension};
use deadpool_sqlite::{Config, Hook, HookError, Pool, Runtime};
use serde::{Deserialize, Serialize};

#[derive(Clone)]
struct Db {
    readers: Pool,
    writer: Pool,
}

#[derive(Serialize)]
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
    let reader = db.readers.get().await.map_err(internal)?;
    let found = reader.interact(move |sqlite| {
        let mut statement = sqlite.prepare_cached("SELECT id, name, email FROM users WHERE id = ?1")?;
        statement.query_row([id], |row| Ok(User { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? })).optional()
    });
    found.await.map_err(internal)?.map_err(internal)?.map(success).ok_or(StatusCode::NOT_FOUND)
}

async fn many(State(db): State<Db>) -> Result<Json<Success<Vec<User>>>, StatusCode> {
    let reader = db.readers.get().await.map_err(internal)?;
    let found = reader.interact(|sqlite| {
        let mut statement = sqlite.prepare_cached("SELECT id, name, email FROM users ORDER BY id LIMIT 20")?;
        let rows =
            statement.query_map([], |row| Ok(User { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? }))?;
        rows.collect::<Result<Vec<_>, _>>()
    });
    found.await.map_err(internal)?.map_err(internal).map(success)
}

async fn create(
    State(db): State<Db>,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<Success<UserId>>), StatusCode> {
    let writer = db.writer.get().await.map_err(internal)?;
    let created = writer.interact(move |sqlite| {
        let mut statement = sqlite.prepare_cached("INSERT INTO users (name, email) VALUES (?1, ?2) RETURNING id")?;
        statement.query_row([&body.name, &body.email], |row| Ok(UserId { id: row.get(0)? }))
    });
    match created.await.map_err(internal)? {
        Ok(id) => Ok((StatusCode::CREATED, success(id))),
        Err(Error::SqliteFailure(failure, _)) if failure.code == ErrorCode::ConstraintViolation => {
            Err(StatusCode::CONFLICT)
        }
        Err(error) => Err(internal(error)),
    }
}

fn internal(error: impl std::fmt::Display) -> StatusCode {
    eprintln!("{error}");
    StatusCode::INTERNAL_SERVER_ERROR
}

fn pool(size: Option<usize>) -> Pool {
    let path = std::env::var("DB_PATH").expect("DB_PATH is set");
    let synchronous = std::env::var("DB_SYNCHRONOUS").expect("DB_SYNCHRONOUS is set");
    let setup = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000"
    );
    let builder = Config::new(path).builder(Runtime::Tokio1).expect("the configuration is whole");
    let builder = builder.post_create(Hook::async_fn(move |connection, _| {
        let setup = setup.clone();
        Box::pin(async move {
            let done = connection.interact(move |sqlite| sqlite.execute_batch(&setup)).await;
            done.map_err(|error| HookError::message(error.to_string()))?.map_err(HookError::Backend)
        })
    }));
    let builder = if let Some(size) = size { builder.max_size(size) } else { builder };
    builder.build().expect("the pool can be built")
}

#[tokio::main]
async fn main() {
    let port: u16 = std::env::var("HTTP_PORT").expect("HTTP_PORT is set").parse().expect("a port is a number");
    let db = Db { readers: pool(None), writer: pool(Some(1)) };
    let app = Router::new().route("/users/{id}", get(one)).route("/users", get(many).post(create)).with_state(db);
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    axum::serve(listener, app).await.expect("it serves until it is killed");
}
