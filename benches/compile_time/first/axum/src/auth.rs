//! Accounts: sign up, sign in, and who one is.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::password_hash::phc::PasswordHash;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::App;
use crate::error::Failure;

#[derive(Deserialize, ToSchema, Validate)]
pub struct Credentials {
    #[validate(email)]
    pub email: String,
    #[validate(length(min = 8, max = 200))]
    pub password: String,
}

#[derive(Serialize, ToSchema)]
pub struct Token {
    pub token: String,
}

#[derive(Serialize, Deserialize, ToSchema)]
pub struct Claims {
    pub email: String,
    pub exp: u64,
}

/// Opens an account.
#[utoipa::path(post, path = "/auth/accounts", request_body = Credentials, responses((status = 204)))]
pub async fn sign_up(State(app): State<App>, Json(body): Json<Credentials>) -> Result<StatusCode, Failure> {
    body.validate()?;
    let hash = Argon2::default().hash_password(body.password.as_bytes()).map_err(Failure::Password)?.to_string();
    let connection = app.pool.get().await?;
    connection
        .interact(move |connection| {
            connection.execute("INSERT INTO accounts (email, password) VALUES (?1, ?2)", (&body.email, &hash))
        })
        .await??;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives a token for good credentials.
#[utoipa::path(post, path = "/auth/login", request_body = Credentials, responses((status = 200, body = Token)))]
pub async fn login(State(app): State<App>, Json(body): Json<Credentials>) -> Result<Json<Token>, Failure> {
    let (connection, email) = (app.pool.get().await?, body.email.clone());
    let hash: Option<String> = connection
        .interact(move |connection| {
            let sql = "SELECT password FROM accounts WHERE email = ?1";
            connection.query_row(sql, [&email], |row| row.get(0)).optional()
        })
        .await??;
    let hash = hash.ok_or(Failure::Unauthorized)?;
    let parsed = PasswordHash::new(&hash).map_err(|_| Failure::Unauthorized)?;
    Argon2::default().verify_password(body.password.as_bytes(), &parsed).map_err(|_| Failure::Unauthorized)?;
    let claims = Claims { email: body.email, exp: jsonwebtoken::get_current_timestamp() + 3600 };
    let key = EncodingKey::from_secret(app.secret.as_bytes());
    Ok(Json(Token { token: jsonwebtoken::encode(&Header::default(), &claims, &key)? }))
}

/// Who the token belongs to.
#[utoipa::path(get, path = "/auth/me", responses((status = 200, body = Claims)))]
pub async fn me(State(app): State<App>, headers: HeaderMap) -> Result<Json<Claims>, Failure> {
    let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.and_then(|value| value.strip_prefix("Bearer ")).ok_or(Failure::Unauthorized)?;
    let key = DecodingKey::from_secret(app.secret.as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &Validation::default());
    Ok(Json(claims.map_err(|_| Failure::Unauthorized)?.claims))
}
