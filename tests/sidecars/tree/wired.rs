//! Routes, roles and documents.

use microcore::application::Application as _;
use microcore_runtime::manifest::{context_of, routes_table};
use serde_json::json;

use crate::folder::{Language, last_error, status, until};
use crate::{App, Shop, signed_in};

#[microcore::test]
async fn its_routes_are_answered_and_guarded_as_those_of_plugins() {
    if !Language::Python.is_there() {
        return;
    }
    let shop = Shop::new();
    shop.install();
    let app = shop.boot().await;
    assert_eq!(app.get("/invoices/7").await.status, 404);
    assert_eq!(app.get("/invoices/seven").await.error()["fields"][0]["message"], "must be an integer");
    let other = app.delete("/invoices/7").await;
    assert_eq!((other.status.as_u16(), other.headers["allow"].to_str().unwrap()), (405, "GET, HEAD, OPTIONS"));
    let new = json!({ "id": 7, "total": 12 });
    let nobody = app.post("/invoices", new.clone()).await;
    assert_eq!((nobody.status.as_u16(), &nobody.headers["www-authenticate"].to_str().unwrap()), (401, &"Bearer"));
    assert_eq!(signed_in(&app, &["cook"]).await.post("/invoices", new.clone()).await.status, 403);
    let clerk = signed_in(&app, &["clerk"]).await;
    assert_eq!(clerk.post("/invoices", new.clone()).await.status, 201);
    assert_eq!(app.get("/invoices/7").await.json(), new);
    assert_eq!(app.get("/invoices/me").await.status, 401, "a literal goes before a parameter");
    assert_eq!(clerk.get("/invoices/me").await.json(), json!({ "who": "ana", "shop": "Corner", "last": 7 }));
    let known = status(&app, "shop.invoice").unwrap();
    assert_eq!((known.state.as_str(), known.generation), ("ready", 1));
    app.stop().await;
}

#[microcore::test]
async fn until_its_files_are_there_it_is_off_and_the_rest_is_not() {
    if !Language::Python.is_there() {
        return;
    }
    let shop = Shop::new();
    let app = shop.boot().await;
    // The source tree has its manifest, and nothing that could be begun.
    let absent = app.get("/invoices/7").await;
    assert_eq!(absent.status, 503);
    let wrong = last_error(&app, "shop.invoice");
    assert!(wrong.contains("`./run` can't be started"), "{wrong}");
    assert_eq!(app.get("/archive/7").await.data(), json!(null));
    shop.install();
    until("it is loaded", async || app.get("/invoices/7").await.status == 404).await;
    // What is compiled in is what is checked: another manifest is for another build.
    let manifest = shop.guests.path("shop/invoice/plugin.toml");
    let text = std::fs::read_to_string(&manifest).unwrap().replace("/invoices/me", "/invoices/who");
    shop.guests.write("shop/invoice/plugin.toml", &text);
    let said = "shop/invoice/plugin.toml is not the one that is compiled in: build the application again";
    until(said, async || last_error(&app, "shop.invoice") == said).await;
    assert_eq!(app.get("/invoices/7").await.status, 404, "the generation that runs goes on");
    app.stop().await;
}

#[microcore::test]
async fn documents_have_it_as_any_plugin() {
    let routes = routes_table(&App::MANIFEST);
    let line = routes.lines().find(|line| line.contains("/invoices/{id}")).unwrap_or_default();
    assert_eq!(line.split_whitespace().collect::<Vec<_>>(), ["GET", "/invoices/{id}", "200", "shop.invoice.one"]);
    let context = context_of(&App::MANIFEST, &App::tables().unwrap(), "shop").unwrap();
    let line = "- guest invoice(sidecars, db, bus, state) writes orders — Makes invoices";
    assert!(context.contains(line), "{context}");
    let document = microcore_runtime::openapi::document(&App::MANIFEST, None);
    let one = &document["paths"]["/invoices/{id}"]["get"];
    assert_eq!(one["summary"], "An invoice.");
    assert_eq!(one["parameters"][0]["schema"]["type"], "integer");
    let answer = &one["responses"]["200"]["content"]["application/json"]["schema"];
    assert_eq!(answer["$id"], "shop.invoice/invoice.schema.json", "what it refers to is in itself");
    let make = &document["paths"]["/invoices"]["post"];
    let body = &make["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(body["required"], json!(["id", "total"]));
    assert_eq!((&make["tags"][0], make["security"].is_array()), (&json!("making"), true));
    let guest = App::MANIFEST.plugins.iter().find(|plugin| plugin.is_guest).unwrap();
    assert_eq!(guest.file(), "src/domains/shop/sidecars/invoice/plugin.toml");
    assert_eq!((guest.publishes, guest.settings[0].name), (&["InvoiceRendered"][..], "SHOP_NAME"));
    assert_eq!(guest.statements.len(), 2);
}
