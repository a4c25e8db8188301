//! What describes an application to those who ask it: `/openapi.json`, and `/docs` where the feature `docs` is on.
//!
//! A route of the application's own at these paths goes first. The page's scripts and styles come from the crate
//! `utoipa-swagger-ui-vendored`: nothing is fetched when this is built, nor when it runs.

use std::fmt;

use bytes::Bytes;
use http::Method;

#[cfg(feature = "docs")]
use super::asset::Asset;
use crate::manifest::Manifest;
use crate::request::{Head, TokenPlaces};
use crate::response::{Media, Response, reply};
use crate::router::{Methods, method_not_allowed};
use crate::system::OperationsOf;

/// The document, as it is sent; made once, and once more for whoever asks while guests were dropped in.
#[derive(Clone)]
pub(crate) struct Documents {
    openapi: Bytes,
    places: TokenPlaces,
    /// The routes that come and go.
    guests: Option<OperationsOf>,
}

impl fmt::Debug for Documents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Documents")
    }
}

/// Of this application.
pub(crate) fn describe(manifest: &Manifest, places: Option<&TokenPlaces>) -> Documents {
    let openapi = super::document(manifest, places).to_string().into();
    Documents { openapi, places: places.cloned().unwrap_or_default(), guests: None }
}

impl Documents {
    /// With the routes of guests that are dropped in.
    pub(crate) fn with_guests(self, guests: Option<OperationsOf>) -> Self {
        Self { guests, ..self }
    }

    fn openapi(&self) -> Bytes {
        let operations = self.guests.as_ref().map(|guests| guests()).unwrap_or_default();
        if operations.is_empty() {
            return self.openapi.clone();
        }
        // It is our own text.
        let document = serde_json::from_slice(&self.openapi).unwrap_or_default();
        super::guests::added(document, &operations, &self.places).to_string().into()
    }

    /// The answer, where one of these pages is asked for, here or below another path.
    pub(crate) async fn answer(&self, head: &Head, path: &str) -> Option<Response> {
        let page = self.page(head, path).await?;
        let is_read = matches!(head.method, Method::GET | Method::HEAD);
        Some(if is_read { page } else { method_not_allowed(head, Methods::GET) })
    }

    #[cfg_attr(not(feature = "docs"), expect(unused_variables, reason = "only files of the page are asked by version"))]
    async fn page(&self, head: &Head, path: &str) -> Option<Response> {
        let media = |media_type: &'static str, bytes: Bytes| Some(reply(200, Media::new(media_type, bytes)));
        match path {
            "/openapi.json" => media("application/json", self.openapi()),
            #[cfg(feature = "docs")]
            "/docs" => Some(reply(200, crate::response::Redirect::to(format!("{}/", head.uri.path())))),
            #[cfg(feature = "docs")]
            "/docs/" => media("text/html; charset=utf-8", Bytes::from_static(PAGE.as_bytes())),
            #[cfg(feature = "docs")]
            "/docs/start.js" => media("text/javascript", Bytes::from_static(START.as_bytes())),
            #[cfg(feature = "docs")]
            "/docs/swagger-ui.css" => asset("/dist/swagger-ui.css", "text/css", head).await,
            #[cfg(feature = "docs")]
            "/docs/swagger-ui-bundle.js" => asset("/dist/swagger-ui-bundle.js", "text/javascript", head).await,
            _ => None,
        }
    }
}

#[cfg(feature = "docs")]
const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="start.js"></script>
</body>
</html>
"#;

#[cfg(feature = "docs")]
const START: &str =
    "SwaggerUIBundle({ url: new URL('../openapi.json', location.href).href, dom_id: '#page', deepLinking: true });\n";

/// A file of the crate's archive: `swagger-ui-5.32.6/dist/swagger-ui.css`, the folder has the version in its name.
#[cfg(feature = "docs")]
async fn asset(ending: &str, media_type: &'static str, head: &Head) -> Option<Response> {
    let asset = Asset::find(utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED, ending)?;
    asset.respond(media_type, &head.headers).await
}
