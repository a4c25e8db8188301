//! What a handler fails with, and the answer that it becomes.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use deadpool_sqlite::{InteractError, PoolError};
use serde_json::json;

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("{0} was not found")]
    NotFound(&'static str),
    #[error("{0}")]
    Conflict(&'static str),
    #[error("sign in first")]
    Unauthorized,
    #[error("{0}")]
    Invalid(#[from] validator::ValidationErrors),
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    #[error("no connection")]
    Pool(#[from] PoolError),
    #[error("the database's thread failed")]
    Interact(#[from] InteractError),
    #[error("the password can't be hashed")]
    Password(argon2::password_hash::Error),
    #[error("the token can't be made")]
    Token(#[from] jsonwebtoken::errors::Error),
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match &self {
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Unauthorized => StatusCode::UNAUTHORIZED,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        let message = if status.is_server_error() {
            tracing::error!(error = ?self, "a request failed");
            "internal error".to_owned()
        } else {
            self.to_string()
        };
        (status, Json(json!({ "success": false, "error": { "message": message } }))).into_response()
    }
}
