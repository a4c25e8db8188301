//! `crate::prelude`: the framework's own, plus one alias per tool. A swap changes an alias and nothing else.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;

use super::{BUILT_IN, alias};
use crate::decl::shown;
use crate::discover::Listing;
use crate::expand::paths;
use crate::parse::{AppItem, Choice, backends_of};

pub(crate) fn expand(app: &AppItem, listing: &Listing) -> TokenStream {
    let private = paths::private();
    let chosen = |name: &str| app.tools.iter().find(|choice| choice.name == name);
    let built_in = BUILT_IN.iter().map(|name| {
        let alias = alias(&format_ident!("{name}"));
        match (chosen(name), *name) {
            (Some(choice), "bus") if choice.word().is_some_and(|word| word == "Stored") => stored(choice, chosen("db")),
            (Some(choice), _) => provided(choice, listing),
            // These call the application's own handlers, so they know the application's type.
            (None, "bus" | "scheduler") => quote!(pub type #alias = #private::slots::#alias<crate::App>;),
            (None, "config") => quote!(pub type #alias<Section = ()> = #private::slots::#alias<Section>;),
            (None, _) => quote!(pub type #alias = #private::slots::#alias;),
        }
    });
    let added = app.tools.iter().filter(|choice| !BUILT_IN.iter().any(|name| choice.name == name));
    let added = added.map(|choice| provided(choice, listing));
    let own = listing.tools.iter().filter(|tool| tool.is_wired() && tool.has_type() && chosen(&tool.name).is_none());
    // One that has the name of a built-in tool is a mistake, reported with the listing.
    let own = own.filter(|tool| !BUILT_IN.contains(&tool.name.as_str())).map(|tool| {
        let module = tool.ident();
        let alias = alias(&module);
        let ty = if tool.contents.has_slot { quote!(slot::Tool) } else { quote!(__Tool) };
        quote!(pub use crate::tools::#module::#ty as #alias;)
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

/// `bus: Stored` is the backend of `db` as a store of events.
fn stored(choice: &Choice, database: Option<&Choice>) -> TokenStream {
    let (private, alias) = (paths::private(), alias(&choice.name));
    let engine = database.and_then(Choice::word).map_or_else(|| format_ident!("Sqlite"), Clone::clone);
    // At the word `Stored`, so that a feature that is off is reported there.
    let place = paths::shown_at(choice.provider.span());
    let engine = format_ident!("{engine}", span = choice.provider.span());
    let backend = quote_spanned!(place=> #private::slots::stored::#engine);
    quote!(pub type #alias = #private::slots::#alias<crate::App, #backend>;)
}

/// One word is a backend, anything else is a tool's type.
fn provided(choice: &Choice, listing: &Listing) -> TokenStream {
    let private = paths::private();
    let (name, alias, provider) = (&choice.name, alias(&choice.name), &choice.provider);
    // An instance is what its tool is, under another name.
    let (tool, word) = match (&choice.instance, choice.word()) {
        (Some((tool, word)), _) => (tool, word),
        (None, Some(word)) => (name, word),
        (None, None) => return quote_spanned!(paths::shown_at(provider.span())=> pub type #alias = #provider;),
    };
    // The span of the word, so that an unknown backend is reported there.
    let place = paths::shown_at(word.span());
    if backends_of(&tool.to_string()).is_some() {
        let backend = quote_spanned!(place=> #private::slots::backends::#word);
        let app = (tool == "bus" || tool == "scheduler").then(|| quote!(crate::App,));
        let slot = self::alias(tool);
        return quote!(pub type #alias = #private::slots::#slot<#app #backend>;);
    }
    let folder = listing.tools.iter().find(|listed| tool == &listed.name);
    if folder.is_some_and(|tool| !tool.contents.has_slot) {
        // A mistake, reported with the listing.
        return quote!(pub type #alias = crate::tools::#tool::__Tool;);
    }
    // A crate is written without `::` in front and at the tool's name, where rustc says how a missing one is added; and
    // once, so that it says so once.
    let home = match folder {
        Some(_) => quote_spanned!(paths::shown_at(tool.span())=> crate::tools::#tool),
        None => format_ident!("microcore_{}", shown(tool), span = tool.span()).into_token_stream(),
    };
    let slot = format_ident!("__{}_slot", shown(name));
    let chosen = quote_spanned!(place=> #slot::Tool<#slot::backends::#word>);
    quote! {
        pub type #alias = #chosen;
        use #home::slot as #slot;
    }
}
