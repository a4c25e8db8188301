//! What `app!` leaves behind: the modules, the prelude, and the start of the chain that ends in the wiring.

mod chain;
mod modules;
mod prelude;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::decl::shown;
use crate::discover::Listing;
use crate::parse::AppItem;
use crate::wiring::Head;

/// The tools that come with the framework and are wired without being named in `app!`, in the order of set-up.
pub(crate) const BUILT_IN: &[&str] = if cfg!(feature = "jobs") {
    &["logger", "config", "http", "db", "bus", "state", "scheduler"]
} else {
    &["logger", "config", "http", "db", "bus", "state"]
};

/// Names that mean something else in generated code or in tests.
pub(crate) const RESERVED: [&str; 6] = ["app", "boot", "meter", "plugins", "settings", "tools"];

pub(crate) fn expand(app: &AppItem, listing: &Listing, head: &Head) -> TokenStream {
    let modules = modules::expand(app, listing, head);
    let prelude = prelude::expand(app, listing);
    let chain = chain::expand(head);
    quote! {
        #modules
        #prelude
        #chain
    }
}

/// The alias of a tool: `db` → `Db`, `rate_limit` → `RateLimit`.
pub(crate) fn alias(tool: &Ident) -> Ident {
    let mut name = String::new();
    for word in shown(tool).split('_') {
        let mut characters = word.chars();
        name.extend(characters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(characters.as_str());
    }
    format_ident!("{name}", span = tool.span())
}
