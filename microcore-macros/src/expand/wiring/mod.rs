//! Graph → the application: a struct of tools, a struct of plugins, a router of nested `match`es, one `Dispatch` per
//! event, the lifecycle.

mod boot;
mod dispatch;
mod guests;
mod intercept;
mod literals;
mod manifest;
mod meters;
mod router;
mod schedules;
mod sql;
mod structs;
mod subscribers;

use proc_macro2::TokenStream;
use quote::quote;

use super::paths;
use crate::wiring::Wiring;

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let private = paths::private();
    let structs = structs::expand(wiring);
    let manifest = manifest::expand(wiring);
    let meters = meters::expand(wiring);
    let guests = guests::expand(wiring);
    let boot = boot::expand(wiring, &guests);
    let (guests, guest_code) = (guests.items, &wiring.guest_code);
    let router = router::expand(wiring);
    let dispatch = dispatch::expand(wiring);
    let subscribers = subscribers::expand(wiring);
    let schedules = schedules::expand(wiring);
    let sql = sql::expand(wiring);
    quote! {
        /// The wiring: everything below is generated, and calls ordinary functions.
        #[doc(hidden)]
        // Plugins are marked so that nobody imports them; the wiring is the one place that may.
        #[allow(deprecated, reason = "see the mark on each plugin's module")]
        #[allow(missing_docs, missing_debug_implementations, dead_code, unreachable_pub, unreachable_patterns, clippy::all, clippy::pedantic, reason = "generated")]
        pub mod __wiring {
            use #private as mc;

            #structs
            #manifest
            #meters
            #boot
            #router
            #dispatch
            #subscribers
            #schedules
            #sql
            #guests
            #guest_code
        }

        pub use __wiring::App;
    }
}
