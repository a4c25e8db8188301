//! The module tree: nested inline modules with plain `mod name;` inside, which is where rustc and editors look for the
//! files anyway.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::discover::{Domain, Listing, ModuleFile};
use crate::parse::AppItem;
use crate::wiring::{File, FileKind, Head};

pub(crate) fn expand(app: &AppItem, listing: &Listing, head: &Head) -> TokenStream {
    let domains = listing.domains.iter().map(|one| domain(one, head));
    let tools = listing.tools.iter().map(ModuleFile::ident);
    // Only an application that keeps its folders elsewhere needs a path, and then a relative one.
    let place = |folder: &str| {
        app.root.as_ref().map(|root| format!("{}/{folder}", root.value())).map(|path| quote!(#[path = #path]))
    };
    let (domains_place, tools_place) = (place("domains"), place("tools"));
    // Everywhere, because an alias of a plugin's type in an event, a model or a tool would hand it on.
    quote! {
        /// The features, by domain.
        #domains_place
        #[cfg_attr(not(test), deny(deprecated))]
        pub mod domains {
            #(#domains)*
        }

        /// The tools of the application's own.
        #tools_place
        #[cfg_attr(not(test), deny(deprecated))]
        pub mod tools {
            #(pub mod #tools;)*
        }
    }
}

fn domain(domain: &Domain, head: &Head) -> TokenStream {
    let name = domain.ident();
    let doc = format!("The domain `{}`.", domain.name);
    let plugins = domain.plugins.iter().map(ModuleFile::ident);
    let events: Vec<_> = domain.events.iter().map(ModuleFile::ident).collect();
    let models: Vec<_> = domain.models.iter().map(ModuleFile::ident).collect();
    let queries = queries(domain, head);
    // rustc hands the mark of a module down to everything inside and excuses uses within the same module: what remains
    // are the uses from elsewhere, and there is to be none.
    let plugins = (!domain.plugins.is_empty()).then(|| {
        quote! {
            #[doc(hidden)]
            pub mod plugins {
                #(
                    // Not in test builds: there the harness itself names every test from the root of the crate.
                    #[cfg_attr(not(test), deprecated(note = "plugins never import other plugins; publish an event on the bus instead"))]
                    pub(crate) mod #plugins;
                )*
            }
        }
    });
    let events = (!events.is_empty()).then(|| {
        quote! {
            /// What the domain tells the others.
            pub mod events {
                #(
                    pub(crate) mod #events;
                    pub use self::#events::*;
                )*
            }
        }
    });
    // Private to the domain: a reach from another one is rustc's privacy error.
    let models = (!models.is_empty()).then(|| {
        quote! {
            mod models {
                #(
                    pub(super) mod #models;
                    #[allow(unused_imports, reason = "a model may hold private items only")]
                    pub(super) use self::#models::*;
                )*
            }
        }
    });
    quote! {
        #[doc = #doc]
        pub mod #name {
            #events
            #models
            #queries
            #plugins
        }
    }
}

/// What the models of a domain declare, under names that the chain can reach.
fn queries(domain: &Domain, head: &Head) -> Option<TokenStream> {
    let is_of = |file: &&File| file.kind == FileKind::ModelQueries && file.domain == domain.ident();
    let links = head.files.iter().filter(is_of).map(|file| {
        let (module, name) = (&file.module, file.queries_name());
        let item = format_ident!("__queries_{}", file.item.as_ref().expect("queries have an item"));
        quote!(pub(crate) use super::models::#module::#item::__decl as #name;)
    });
    let links: Vec<_> = links.collect();
    (!links.is_empty()).then(|| quote!(#[doc(hidden)] pub mod __queries { #(#links)* }))
}
