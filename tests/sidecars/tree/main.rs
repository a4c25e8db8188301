//! A plugin in another language in the source tree, wired as one in Rust: routes, roles, documents, events of a durable bus.

#![allow(
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "an application's files are written as in a project of their own"
)]
#![allow(clippy::unwrap_used, clippy::unused_async, clippy::pedantic, reason = "the same")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says why")]

microcore::app! { auth: Jwt, bus: DurableSqlite, sidecars: Process }

mod events;
#[path = "../folder.rs"]
#[allow(dead_code, reason = "these tests take what they need")]
mod folder;
mod wired;

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use microcore::testing::{Client, Running, boot};
use serde_json::json;

use self::folder::{Folder, Language, python};

/// Its files, where a release has them, and a bus that outlives the application.
struct Shop {
    guests: Folder,
    bus: tempfile::TempDir,
}

impl Shop {
    /// With no files of the guest yet.
    fn new() -> Self {
        Self { guests: Folder::new(), bus: tempfile::tempdir().unwrap() }
    }

    /// Puts the guest's files there: those of the source tree, and what begins it on this machine.
    fn install(&self) {
        let tree = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sidecars/tree/domains/shop/sidecars/invoice");
        self.guests
            .install(Language::Python, "invoice", |_| std::fs::read_to_string(tree.join("plugin.toml")).unwrap());
        for file in ["main.py", "invoice.schema.json", "new_invoice.schema.json"] {
            let text = std::fs::read_to_string(tree.join(file)).unwrap();
            self.guests.write(&format!("shop/invoice/{file}"), &text);
        }
        let run = self.guests.path("shop/invoice/run");
        std::fs::write(&run, format!("#!/bin/sh\nexec {} main.py\n", python())).unwrap();
        std::fs::set_permissions(&run, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    async fn boot(&self) -> Running<App> {
        let path = |path: &Path| path.to_str().unwrap().to_owned();
        let boot = boot::<App>()
            .with("SIDECARS_DIR", &path(&self.guests.path("")))
            .with("SHOP_NAME", "Corner")
            .with("AUTH_SECRET_KEY", "a secret of at least thirty-two bytes")
            .with("BUS_PATH", &path(&self.bus.path().join("bus.db")))
            .with("BUS_POLL", "5ms");
        Running::<App>::boot(&boot).await.unwrap()
    }
}

/// The application as somebody with these roles.
async fn signed_in(app: &Running<App>, roles: &[&str]) -> Client {
    let token = app.post("/tokens", json!({ "sub": "ana", "roles": roles })).await.data();
    app.with_header("authorization", &format!("Bearer {}", token.as_str().unwrap()))
}
