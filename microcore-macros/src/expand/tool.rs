//! What `#[tool]` leaves behind: the impl as written, the contract on top of it, and the declaration.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Ident, ItemImpl};

use super::{declaration, paths};
use crate::parse::{SetupInput, ToolImpl, public_methods};

pub(crate) fn expand(tool: &ToolImpl) -> TokenStream {
    let item = &tool.item;
    let contract = if tool.decl.broken { stub(&item.self_ty) } else { contract(tool) };
    // A generic tool lives in a library: the application names it with its type arguments in `app!`.
    let declaration = item.generics.params.is_empty().then(|| {
        let link = declaration::expand(&tool.decl);
        let ty = &item.self_ty;
        quote! {
            #[doc(hidden)]
            #[allow(dead_code, reason = "the prelude's alias names it where `app!` lists the file")]
            pub type __Tool = #ty;
            #link
        }
    });
    quote! {
        #item
        #contract
        #declaration
    }
}

/// What stands in for the contract of a tool with mistakes, so that the plugins that name it still compile.
pub(crate) fn stub(ty: &impl ToTokens) -> TokenStream {
    let private = paths::private();
    quote! {
        impl #private::Tool for #ty {
            type Settings = ();
            const FACTS: #private::ToolFacts = #private::ToolFacts { name: "", doc: "", methods: &[], settings: &[] };
            async fn setup(_: Self::Settings, _: &#private::Boot) -> #private::Result<Self> {
                ::core::unreachable!()
            }
            fn bind(&self, _: &'static #private::Identity) -> Self {
                ::core::unreachable!()
            }
        }
    }
}

/// `impl Tool`, each hook passed on to the function of the same name.
fn contract(tool: &ToolImpl) -> TokenStream {
    let private = paths::private();
    let ty = &tool.item.self_ty;
    let (generics, _, bounds) = tool.item.generics.split_for_impl();
    let settings = tool.setup.iter().find_map(|input| match input {
        SetupInput::Settings(ty) => Some(quote!(#ty)),
        SetupInput::Boot => None,
    });
    let settings = settings.unwrap_or_else(|| quote!(()));
    let arguments = tool.setup.iter().map(|input| match input {
        SetupInput::Settings(_) => quote!(settings),
        SetupInput::Boot => quote!(boot),
    });
    let has = |hook: &str| tool.hooks.iter().any(|name| name == hook);
    let bind = if has("bind") {
        quote!(Self::bind(self, plugin))
    } else {
        paths::all_shown_at(ty.span(), quote!(::core::clone::Clone::clone(self)))
    };
    let hooks = ["on_boot_complete", "health_check", "shutdown"].into_iter().filter(|hook| has(hook)).map(|hook| {
        let name = format_ident!("{hook}");
        let place = tool.hooks.iter().find(|name| *name == hook).map_or_else(Span::call_site, Ident::span);
        let run = paths::all_shown_at(place, quote!(#private::Outcome::outcome(Self::#name(self).await)));
        quote! {
            async fn #name(&self) -> #private::Result<()> {
                #run
            }
        }
    });
    let doc = &tool.doc;
    let methods =
        tool.methods.iter().map(|(signature, doc)| quote!(#private::Method { signature: #signature, doc: #doc }));
    quote! {
        impl #generics #private::Tool for #ty #bounds {
            type Settings = #settings;

            const FACTS: #private::ToolFacts = #private::ToolFacts {
                name: "",
                doc: #doc,
                methods: &[#(#methods),*],
                settings: <#settings as #private::Settings>::KEYS,
            };

            #[allow(unused_variables, reason = "a tool takes what it needs")]
            async fn setup(settings: Self::Settings, boot: &#private::Boot) -> #private::Result<Self> {
                Self::setup(#(#arguments),*).await
            }

            #[allow(unused_variables, reason = "most tools don't ask whose they are")]
            fn bind(&self, plugin: &'static #private::Identity) -> Self {
                #bind
            }

            #(#hooks)*
        }
    }
}

/// `#[methods]`: the impl as written, and its public functions as facts.
pub(crate) fn expand_methods(item: &ItemImpl) -> TokenStream {
    let private = paths::private();
    let ty = &item.self_ty;
    let (generics, _, bounds) = item.generics.split_for_impl();
    let methods = public_methods(item);
    let methods = methods.iter().map(|(signature, doc)| quote!(#private::Method { signature: #signature, doc: #doc }));
    quote! {
        #item
        impl #generics #ty #bounds {
            pub(crate) const METHODS: &'static [#private::Method] = &[#(#methods),*];
        }
    }
}
