//! Domains: their files, what they need, and what stays of them.

use std::fs;

use super::Trial;

#[test]
fn a_domain_goes_in_and_out_as_long_as_it_is_not_yours() {
    let trial = Trial::new();
    let before = trial.state();
    let folder = trial.working().join("src/domains/webhooks");
    let lacking = trial.add("webhooks", None).unwrap_err().to_string();
    assert!(lacking.contains("needs the tool `fetch`") && lacking.contains("`microcore add fetch` first"), "{lacking}");
    assert!(trial.add("webhooks", Some("Now")).is_err());
    assert!(trial.state() == before && !folder.exists());
    trial.write("shop/src/lib.rs", "microcore::app! { fetch: Http }\n");
    let (with_fetch, notes) = (trial.state(), trial.text(".microcore/baseline.toml"));
    let told = trial.add("webhooks", None).unwrap();
    assert!(told.contains("created src/domains/webhooks/plugins/deliver.rs\n"), "{told}");
    assert!(trial.text("Cargo.toml").contains("hmac = \"0.13\""), "{}", trial.text("Cargo.toml"));
    assert!(trial.add("webhooks", None).unwrap().contains("is there already"));

    let plugin = "src/domains/system/plugins/raise.rs";
    trial.write(&format!("shop/{plugin}"), "fn f(event: WebhookRaised) {}");
    let used = trial.remove("webhooks").unwrap_err().to_string();
    assert!(used.contains(&format!("{plugin}:1")), "{used}");
    fs::remove_file(trial.working().join(plugin)).unwrap();
    let list = folder.join("plugins/list_endpoints.rs");
    let text = fs::read_to_string(&list).unwrap();
    fs::write(&list, format!("{text}// mine\n")).unwrap();
    let yours = trial.remove("webhooks").unwrap_err().to_string();
    assert!(yours.contains("list_endpoints.rs` is yours"), "{yours}");
    fs::write(&list, text).unwrap();
    let told = trial.remove("webhooks").unwrap();
    assert!(told.contains("deleted src/domains/webhooks/plugins/deliver.rs\n") && !folder.exists(), "{told}");
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), (with_fetch, notes));

    // What somebody else names by then stays.
    trial.add("webhooks", None).unwrap();
    trial.write(&format!("shop/{plugin}"), "fn f() { hmac::Hmac::new(); }");
    let told = trial.remove("webhooks").unwrap();
    assert!(told.contains("`hmac` in `Cargo.toml` stays: other files name it"), "{told}");
    let manifest = trial.text("Cargo.toml");
    assert!(manifest.contains("hmac = ") && !manifest.contains("sha2 = "), "{manifest}");
}

#[test]
fn the_domain_of_users_names_its_tools_where_they_are() {
    let trial = Trial::new();
    trial.write("shop/src/lib.rs", "microcore::app! { auth: Jwt }\n");
    let lacking = trial.add("users", None).unwrap_err().to_string();
    assert!(lacking.contains("`microcore add mail` first"), "{lacking}");
    trial.write("shop/src/lib.rs", "microcore::app! { auth: Jwt, mail: Folder }\n");
    let before = (trial.state(), trial.text(".microcore/baseline.toml"));
    trial.add("users", None).unwrap();
    let file = "src/domains/users/plugins/send_reset.rs";
    assert!(trial.text(file).contains("use microcore_mail::Message;"));
    assert!(trial.text(".env.example").ends_with("\n# users\n# USERS_PAGES=\n"));
    trial.remove("users").unwrap();
    assert_eq!((trial.state(), trial.text(".microcore/baseline.toml")), before);
    trial.write("shop/src/tools/mail/mod.rs", "");
    trial.add("users", None).unwrap();
    assert!(trial.text(file).contains("use crate::tools::mail::Message;"));
    trial.remove("users").unwrap();
}
