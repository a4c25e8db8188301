//! The same handlers, wired by hand with axum.

use std::fmt::Write as _;

use crate::support::package::Workspace;
use crate::{DOMAIN, place};

pub(crate) fn write(workspace: &Workspace, size: usize) {
    let package = format!("axum-{size}");
    let dependencies = "axum = { version = \"0.8\", default-features = false, features = [\"http1\", \"json\", \"tokio\"] }\n\
                        serde = { version = \"1\", features = [\"derive\"] }\n";
    workspace.manifest(&package, dependencies);
    workspace.write(format!("{package}/src/lib.rs"), &library(size));
    workspace.write(format!("{package}/src/state.rs"), STATE);
    let mut domains = String::new();
    for domain in 0..size.div_ceil(DOMAIN) {
        let numbers = || domain * DOMAIN..size.min((domain + 1) * DOMAIN);
        writeln!(domains, "pub mod d{domain};").expect("a text can be written to");
        let modules: String = numbers().map(|number| format!("    pub mod store_{number};\n")).collect();
        let subscribers: String = numbers()
            .filter(|number| number.is_multiple_of(10))
            .map(|number| format!("    plugins::store_{number}::forget(state, event).await?;\n"))
            .collect();
        let text = format!(
            "use crate::state::{{AppError, AppState}};\n\n\
             pub mod plugins {{\n{modules}}}\n\n\
             pub struct Stored {{ pub id: i64 }}\n\n\
             pub async fn stored(state: &AppState, event: &Stored) -> Result<(), AppError> {{\n{subscribers}    Ok(())\n}}\n"
        );
        workspace.write(format!("{package}/src/domains/d{domain}/mod.rs"), &text);
    }
    workspace.write(format!("{package}/src/domains/mod.rs"), &domains);
    for number in 0..size {
        workspace.write(format!("{package}/src/{}.rs", place(number)), &handler(number));
    }
}

fn library(size: usize) -> String {
    let routes: String = (0..size)
        .map(|number| {
            let domain = number / DOMAIN;
            let handler = format!("domains::d{domain}::plugins::store_{number}::execute");
            format!("        .route(\"/d{domain}/things{number}/{{id}}\", put({handler}))\n")
        })
        .collect();
    format!(
        "//! Generated.\nuse axum::Router;\nuse axum::routing::put;\n\npub mod domains;\npub mod state;\n\n\
         pub fn router(state: state::AppState) -> Router {{\n    Router::new()\n{routes}        .with_state(state)\n}}\n"
    )
}

const STATE: &str = r#"//! What handlers share.
use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

#[derive(Clone)]
pub struct AppState {
    pub pool: Arc<Pool>,
}

#[derive(Default)]
pub struct Pool {
    statements: std::sync::Mutex<Vec<String>>,
}

pub trait Value: Send + Sync {
    fn text(&self) -> String;
}

impl Value for i64 {
    fn text(&self) -> String {
        self.to_string()
    }
}

impl Value for String {
    fn text(&self) -> String {
        self.clone()
    }
}

impl<V: Value> Value for Option<V> {
    fn text(&self) -> String {
        self.as_ref().map(Value::text).unwrap_or_default()
    }
}

impl Pool {
    pub async fn execute(&self, sql: &str, values: &[&dyn Value]) -> Result<u64, AppError> {
        let mut statements = self.statements.lock().map_err(|_| AppError::Internal)?;
        statements.push(sql.to_owned());
        statements.extend(values.iter().map(|value| value.text()));
        Ok(1)
    }
}

pub enum AppError {
    NotFound(&'static str),
    Invalid(&'static str),
    Internal,
}

#[derive(Serialize)]
struct Failure {
    error: &'static str,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::NotFound(what) => (StatusCode::NOT_FOUND, what),
            Self::Invalid(what) => (StatusCode::UNPROCESSABLE_ENTITY, what),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        };
        (status, Json(Failure { error })).into_response()
    }
}
"#;

fn handler(number: usize) -> String {
    let domain = number / DOMAIN;
    let subscriber = if number.is_multiple_of(10) {
        format!(
            r#"
pub async fn forget(state: &AppState, event: &crate::domains::d{domain}::Stored) -> Result<(), AppError> {{
    state.pool.execute("DELETE FROM stale{domain} WHERE id = $1", &[&event.id]).await?;
    Ok(())
}}
"#
        )
    } else {
        String::new()
    };
    format!(
        r#"//! PUT /d{domain}/things{number}/{{id}} stores a thing.
use axum::Json;
use axum::extract::{{Path, State}};
use serde::{{Deserialize, Serialize}};

use crate::state::{{AppError, AppState}};

#[derive(Deserialize)]
pub struct NewThing {{
    pub name: String,
    pub note: Option<String>,
    pub price: i64,
}}

#[derive(Serialize)]
pub struct Thing {{
    pub id: i64,
    pub name: String,
    pub price: i64,
}}

/// Stores it.
pub async fn execute(
    State(state): State<AppState>,
    Path(id): Path<i64>,
    Json(body): Json<NewThing>,
) -> Result<Json<Thing>, AppError> {{
    if body.name.is_empty() || body.name.len() > 200 {{
        return Err(AppError::Invalid("name"));
    }}
    let price = body.price + 1;
    let sql = "UPDATE things{number} SET name = $2, note = $3, price = $4 WHERE id = $1";
    let changed = state.pool.execute(sql, &[&id, &body.name, &body.note, &price]).await?;
    if changed == 0 {{
        return Err(AppError::NotFound("thing"));
    }}
    Ok(Json(Thing {{ id, name: body.name, price }}))
}}
{subscriber}"#
    )
}
