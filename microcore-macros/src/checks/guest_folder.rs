//! A folder of `sidecars/` is a plugin in another language: it has a manifest, and the application a tool that runs it.

use proc_macro2::Span;

use crate::discover::{GuestFolder, Listing};
use crate::errors::Errors;
use crate::parse::AppItem;

pub(super) fn check(domain: &str, guest: &GuestFolder, app: &AppItem, listing: &Listing, errors: &mut Errors) {
    let folder = format!("src/domains/{domain}/sidecars/{}", guest.name);
    let mut add = |code: &str, wrong: String, help: &str| errors.add_at(Span::call_site(), code, wrong, help);
    if !guest.is_declared {
        add(
            "MC0901",
            format!("`{folder}` has no `plugin.toml`"),
            "write one, or move the folder: each folder in `sidecars/` is one plugin in another language",
        );
    } else if !cfg!(feature = "sidecars") {
        add(
            "MC0902",
            format!("`{folder}` is a plugin in another language, and the feature `sidecars` of `microcore` is off"),
            "write `microcore = { …, features = [\"sidecars\"] }` in `Cargo.toml`",
        );
    } else if !app.runs_guests(listing) {
        add(
            "MC0902",
            format!("`{folder}` is a plugin in another language, and no tool `sidecars` runs it"),
            "write `microcore::app! { sidecars: Process }`, and `cargo add microcore-sidecars`",
        );
    }
}
