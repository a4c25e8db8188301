//! The same routes in axum, with deadpool-postgres and its cache of statements.

use std::net::SocketAddr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use serde::{Deserialize, Serialize};
use tokio_postgres::error::SqlState;
use tokio_postgres::{NoTls, Row};

#[derive(Serialize)]
struct User {
    id: i64,
    name: String,
    email: String,
}

impl TryFrom<Row> for User {
    type Error = tokio_postgres::Error;

    fn try_from(row: Row) -> Result<Self, Self::Error> {
        Ok(Self { id: row.try_get(0)?, name: row.try_get(1)?, email: row.try_get(2)? })
    }
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

async fn one(State(db): State<Pool>, Path(id): Path<i64>) -> Result<Json<Success<User>>, StatusCode> {
    let client = db.get().await.map_err(internal)?;
    let statement =
        client.prepare_cached("SELECT id, name, email FROM users WHERE id = $1").await.map_err(internal)?;
    let row = client.query_opt(&statement, &[&id]).await.map_err(internal)?.ok_or(StatusCode::NOT_FOUND)?;
    User::try_from(row).map(success).map_err(internal)
}

async fn many(State(db): State<Pool>) -> Result<Json<Success<Vec<User>>>, StatusCode> {
    let client = db.get().await.map_err(internal)?;
    let statement =
        client.prepare_cached("SELECT id, name, email FROM users ORDER BY id LIMIT 20").await.map_err(internal)?;
    let rows = client.query(&statement, &[]).await.map_err(internal)?;
    rows.into_iter().map(User::try_from).collect::<Result<Vec<_>, _>>().map(success).map_err(internal)
}

async fn create(
    State(db): State<Pool>,
    Json(body): Json<NewUser>,
) -> Result<(StatusCode, Json<Success<UserId>>), StatusCode> {
    let client = db.get().await.map_err(internal)?;
    let statement = client
        .prepare_cached("INSERT INTO users (name, email) VALUES ($1, $2) RETURNING id")
        .await
        .map_err(internal)?;
    match client.query_one(&statement, &[&body.name, &body.email]).await {
        Ok(row) => Ok((StatusCode::CREATED, success(UserId { id: row.try_get(0).map_err(internal)? }))),
        Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Err(StatusCode::CONFLICT),
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
    let config = std::env::var("PG_URL").expect("PG_URL is set").parse().expect("it is a URL");
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method });
    let db = Pool::builder(manager).max_size(size).build().expect("the pool can be built");
    let app = Router::new().route("/users/{id}", get(one)).route("/users", get(many).post(create)).with_state(db);
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await.expect("a free port");
    axum::serve(listener, app).await.expect("it serves until it is killed");
}
