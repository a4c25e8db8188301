//! The template's users and accounts, written by hand with axum: what a team would put together from the usual crates.

mod auth;
mod error;
mod users;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, Request, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use clap::{Parser, Subcommand};
use deadpool_sqlite::{Config, Pool, Runtime};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;

use crate::error::Failure;

/// What handlers share.
#[derive(Clone)]
struct App {
    pool: Pool,
    secret: String,
}

#[derive(OpenApi)]
#[openapi(paths(
    users::create,
    users::one,
    users::many,
    users::update,
    users::delete,
    auth::sign_up,
    auth::login,
    auth::me,
    health
))]
struct Document;

#[derive(Parser)]
#[command(version, about = "Users and accounts")]
struct Line {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Listens and answers.
    Serve {
        #[arg(long, env = "HTTP_PORT", default_value_t = 5000)]
        port: u16,
    },
    /// Prints the OpenAPI document.
    Openapi,
    /// Applies the migrations.
    Migrate,
}

#[utoipa::path(get, path = "/health", responses((status = 200, body = String)))]
async fn health(State(app): State<App>) -> Result<Json<&'static str>, Failure> {
    let connection = app.pool.get().await?;
    connection.interact(|connection| connection.query_row("SELECT 1", [], |row| row.get::<_, i64>(0))).await??;
    Ok(Json("up"))
}

async fn migrate(pool: &Pool) -> Result<(), Failure> {
    let connection = pool.get().await?;
    connection
        .interact(|connection| {
            connection.execute_batch(
                "PRAGMA journal_mode = WAL;
                 CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE);
                 CREATE TABLE IF NOT EXISTS accounts (id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, password TEXT NOT NULL);",
            )
        })
        .await??;
    Ok(())
}

fn router(app: App) -> Router {
    let id = HeaderName::from_static("x-request-id");
    Router::new()
        .route("/users", post(users::create).get(users::many))
        .route("/users/{id}", get(users::one).patch(users::update).delete(users::delete))
        .route("/auth/accounts", post(auth::sign_up))
        .route("/auth/login", post(auth::login))
        .route("/auth/me", get(auth::me))
        .route("/health", get(health))
        .route("/openapi.json", get(|| async { Json(Document::openapi()) }))
        .nest_service("/static", ServeDir::new("static"))
        .layer(DefaultBodyLimit::disable())
        .layer(RequestBodyLimitLayer::new(2 * 1024 * 1024))
        .layer(CompressionLayer::new())
        .layer(CorsLayer::new())
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(TimeoutLayer::with_status_code(axum::http::StatusCode::REQUEST_TIMEOUT, Duration::from_secs(30)))
        .layer(PropagateRequestIdLayer::new(id.clone()))
        .layer(TraceLayer::new_for_http().make_span_with(|request: &Request<_>| {
            tracing::info_span!("request", method = %request.method(), path = request.uri().path())
        }))
        .layer(SetRequestIdLayer::new(id, MakeRequestUuid))
        .layer(CatchPanicLayer::new())
        .with_state(app)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let _ = dotenvy::dotenv();
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .init();
    let path = std::env::var("DB_PATH").unwrap_or_else(|_| "app.db".into());
    let pool = Config::new(PathBuf::from(path)).create_pool(Runtime::Tokio1)?;
    let port = match Line::parse().command {
        Some(Command::Openapi) => {
            println!("{}", Document::openapi().to_pretty_json()?);
            return Ok(());
        }
        Some(Command::Migrate) => return Ok(migrate(&pool).await?),
        Some(Command::Serve { port }) => port,
        None => 5000,
    };
    migrate(&pool).await?;
    let app = App { pool, secret: std::env::var("AUTH_SECRET_KEY").unwrap_or_else(|_| "a secret of development".into()) };
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).await?;
    tracing::info!(address = %listener.local_addr()?, "serves");
    let stopped = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    axum::serve(listener, router(app)).with_graceful_shutdown(stopped).await?;
    Ok(())
}
