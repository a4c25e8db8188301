//! Users: made, shown, listed, changed, deleted.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

use crate::App;
use crate::error::Failure;

#[derive(Deserialize, ToSchema, Validate)]
pub struct NewUser {
    #[validate(length(min = 1, max = 200))]
    pub name: String,
    #[validate(email)]
    pub email: String,
}

#[derive(Deserialize, ToSchema, Validate)]
pub struct Change {
    #[validate(length(min = 1, max = 200))]
    pub name: Option<String>,
    #[validate(email)]
    pub email: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub email: String,
}

#[derive(Deserialize, IntoParams)]
pub struct Page {
    pub limit: Option<u32>,
    pub offset: Option<u32>,
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<User> {
    Ok(User { id: row.get(0)?, name: row.get(1)?, email: row.get(2)? })
}

/// Registers a user.
#[utoipa::path(post, path = "/users", request_body = NewUser, responses((status = 201, body = i64)))]
pub async fn create(State(app): State<App>, Json(body): Json<NewUser>) -> Result<(StatusCode, Json<i64>), Failure> {
    body.validate()?;
    let connection = app.pool.get().await?;
    let made = connection
        .interact(move |connection| {
            connection.query_row(
                "INSERT INTO users (name, email) VALUES (?1, ?2) RETURNING id",
                (&body.name, &body.email),
                |row| row.get(0),
            )
        })
        .await?;
    match made {
        Ok(id) => {
            tracing::info!(id, "user created");
            Ok((StatusCode::CREATED, Json(id)))
        }
        Err(rusqlite::Error::SqliteFailure(error, _)) if error.code == rusqlite::ErrorCode::ConstraintViolation => {
            Err(Failure::Conflict("email already registered"))
        }
        Err(error) => Err(error.into()),
    }
}

/// One user.
#[utoipa::path(get, path = "/users/{id}", params(("id" = i64, Path)), responses((status = 200, body = User)))]
pub async fn one(State(app): State<App>, Path(id): Path<i64>) -> Result<Json<User>, Failure> {
    let connection = app.pool.get().await?;
    let found = connection.interact(move |connection| {
        connection.query_row("SELECT id, name, email FROM users WHERE id = ?1", [id], read).optional()
    });
    found.await??.map(Json).ok_or(Failure::NotFound("user"))
}

/// A page of users.
#[utoipa::path(get, path = "/users", params(Page), responses((status = 200, body = Vec<User>)))]
pub async fn many(State(app): State<App>, Query(page): Query<Page>) -> Result<Json<Vec<User>>, Failure> {
    let (limit, offset) = (page.limit.unwrap_or(20).min(100), page.offset.unwrap_or(0));
    let connection = app.pool.get().await?;
    let users = connection.interact(move |connection| {
        let mut statement =
            connection.prepare_cached("SELECT id, name, email FROM users ORDER BY id LIMIT ?1 OFFSET ?2")?;
        statement.query_map([limit, offset], read)?.collect::<rusqlite::Result<Vec<User>>>()
    });
    Ok(Json(users.await??))
}

/// Changes what is given.
#[utoipa::path(patch, path = "/users/{id}", request_body = Change, params(("id" = i64, Path)), responses((status = 204)))]
pub async fn update(
    State(app): State<App>,
    Path(id): Path<i64>,
    Json(body): Json<Change>,
) -> Result<StatusCode, Failure> {
    body.validate()?;
    let connection = app.pool.get().await?;
    let changed = connection.interact(move |connection| {
        connection.execute(
            "UPDATE users SET name = coalesce(?2, name), email = coalesce(?3, email) WHERE id = ?1",
            (id, &body.name, &body.email),
        )
    });
    if changed.await?? == 0 { Err(Failure::NotFound("user")) } else { Ok(StatusCode::NO_CONTENT) }
}

/// Removes a user.
#[utoipa::path(delete, path = "/users/{id}", params(("id" = i64, Path)), responses((status = 204)))]
pub async fn delete(State(app): State<App>, Path(id): Path<i64>) -> Result<StatusCode, Failure> {
    let connection = app.pool.get().await?;
    let changed = connection.interact(move |connection| connection.execute("DELETE FROM users WHERE id = ?1", [id]));
    if changed.await?? == 0 { Err(Failure::NotFound("user")) } else { Ok(StatusCode::NO_CONTENT) }
}
