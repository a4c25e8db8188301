//! `crate::prelude`: the framework's own, plus one alias per tool. A swap changes an alias and nothing else.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{BUILT_IN, alias};
use crate::discover::Listing;
use crate::expand::paths;
use crate::parse::{AppItem, Choice};

pub(crate) fn expand(app: &AppItem, listing: &Listing) -> TokenStream {
    let private = paths::private();
    let chosen = |name: &str| app.tools.iter().find(|choice| choice.name == name);
    let built_in = BUILT_IN.iter().map(|name| {
        let alias = alias(&format_ident!("{name}"));
        match (chosen(name), *name) {
            (Some(choice), _) => provided(choice),
            // The bus calls the application's own handlers, so it knows the application's type.
            (None, "bus") => quote!(pub type #alias = #private::slots::#alias<crate::App>;),
            (None, "config") => quote!(pub type #alias<Section = ()> = #private::slots::#alias<Section>;),
            (None, _) => quote!(pub type #alias = #private::slots::#alias;),
        }
    });
    let added = app.tools.iter().filter(|choice| !BUILT_IN.iter().any(|name| choice.name == name)).map(provided);
    let own = listing.tools.iter().filter(|tool| tool.is_wired() && chosen(&tool.name).is_none());
    // One that has the name of a built-in tool is a mistake, reported with the listing.
    let own = own.filter(|tool| !BUILT_IN.contains(&tool.name.as_str())).map(|tool| {
        let module = tool.ident();
        let alias = alias(&module);
        quote!(pub use crate::tools::#module::__Tool as #alias;)
    });
    let replies = replies(app);
    // An event is every domain's to publish and to hear.
    let events = listing.domains.iter().filter(|domain| !domain.events.is_empty()).map(|domain| {
        let domain = domain.ident();
        quote!(pub use crate::domains::#domain::events::*;)
    });
    quote! {
        /// What a file of the application needs: the framework's prelude, the events and the aliases of the tools.
        pub mod prelude {
            #[allow(unused_imports, reason = "each file takes what it needs")]
            pub use ::microcore::prelude::*;
            #(
                #[allow(unused_imports, reason = "each file takes what it needs")]
                #events
            )*
            #(
                #[allow(missing_docs, reason = "the tool's own type is documented")]
                #[allow(dead_code, reason = "a tool that no plugin names")]
                #built_in
            )*
            #(
                #[allow(missing_docs, reason = "the tool's own type is documented")]
                #[allow(dead_code, reason = "a tool that no plugin names")]
                #added
            )*
            #(
                #[allow(unused_imports, reason = "a tool that no plugin names")]
                #own
            )*
            #[doc(hidden)]
            #replies
        }
    }
}

/// The shape of replies: one word is ours, a path is a type of the application's own.
fn replies(app: &AppItem) -> TokenStream {
    let private = paths::private();
    match &app.replies {
        None => quote!(pub type __Replies = #private::Enveloped;),
        Some(shape) => {
            let ours = shape.get_ident().map(|_| quote!(#private::));
            quote_spanned!(paths::shown_at(shape.span())=> pub type __Replies = #ours #shape;)
        }
    }
}

/// One word is a backend of ours, a path is a tool's type.
fn provided(choice: &Choice) -> TokenStream {
    let private = paths::private();
    let (alias, provider) = (alias(&choice.name), &choice.provider);
    match provider.get_ident() {
        Some(backend) => {
            // The span of the word, so that an unknown backend is reported there.
            let backend = quote_spanned!(paths::shown_at(backend.span())=> #private::slots::backends::#backend);
            if choice.name == "bus" {
                quote!(pub type #alias = #private::slots::#alias<crate::App, #backend>;)
            } else {
                quote!(pub type #alias = #private::slots::#alias<#backend>;)
            }
        }
        None => quote_spanned!(paths::shown_at(provider.span())=> pub type #alias = #provider;),
    }
}
