//! What `#[tool]` leaves behind: the impl as written, the contract on top of it, and the name that the prelude takes.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::spanned::Spanned;
use syn::{Ident, ImplItem, ImplItemFn, ItemImpl, parse_quote};

use super::paths;
use crate::parse::{SetupInput, ToolImpl, is_method, public_methods};

pub(crate) fn expand(tool: &ToolImpl) -> TokenStream {
    // Of a broken tool nothing is measured: its meters stand with its contract.
    let item = if tool.broken { tool.item.clone() } else { timed(&tool.item) };
    let contract = if tool.broken { stub(&item.self_ty) } else { contract(tool) };
    // A tool with parameters has a `slot`, which says which backend is the default.
    let name = item.generics.params.is_empty().then(|| {
        let ty = &item.self_ty;
        quote! {
            #[doc(hidden)]
            #[allow(dead_code, reason = "the prelude's alias names it where `app!` lists the file")]
            pub type __Tool = #ty;
        }
    });
    quote! {
        #item
        #contract
        #name
    }
}

/// What stands in for the contract of a tool with mistakes, so that the plugins that name it still compile.
pub(crate) fn stub(ty: &impl ToTokens) -> TokenStream {
    let private = paths::private();
    quote! {
        impl #private::Tool for #ty {
            type Settings = ();
            const FACTS: #private::ToolFacts = #private::ToolFacts::EMPTY;
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
    let fake = tool.fake.as_ref().map(|inputs| {
        let arguments = inputs.iter().map(|_| quote!(boot));
        quote! {
            const HAS_FAKE: bool = true;

            #[allow(unused_variables, reason = "a fake takes what it needs")]
            async fn fake(boot: &#private::Boot) -> #private::Result<Self> {
                Self::fake(#(#arguments),*).await
            }
        }
    });
    let notes = tool.notes.as_ref().map_or_else(|| quote!(""), |file| quote!(::core::include_str!(#file)));
    let doc = &tool.doc;
    let methods =
        tool.methods.iter().map(|(signature, doc)| quote!(#private::Method { signature: #signature, doc: #doc }));
    let (statics, calls) = calls(&tool.item);
    quote! {
        #statics

        impl #generics #private::Tool for #ty #bounds {
            type Settings = #settings;

            const FACTS: #private::ToolFacts = #private::ToolFacts {
                name: "",
                doc: #doc,
                methods: &[#(#methods),*],
                settings: <#settings as #private::Settings>::KEYS,
                notes: #notes,
                ..#private::ToolFacts::EMPTY
            };

            #[allow(unused_variables, reason = "a tool takes what it needs")]
            async fn setup(settings: Self::Settings, boot: &#private::Boot) -> #private::Result<Self> {
                Self::setup(#(#arguments),*).await
            }

            #fake

            #[allow(unused_variables, reason = "most tools don't ask whose they are")]
            fn bind(&self, plugin: &'static #private::Identity) -> Self {
                #bind
            }

            #calls
            #(#hooks)*
        }
    }
}

/// The methods that are timed: who awaits something of a tool may wait long.
fn timed_methods(item: &ItemImpl) -> impl Iterator<Item = &Ident> {
    item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) if is_timed(function) => Some(&function.sig.ident),
        _ => None,
    })
}

fn is_timed(function: &ImplItemFn) -> bool {
    function.sig.asyncness.is_some() && is_method(function)
}

/// The impl, whose timed methods begin with the beginning of their measurement. It ends when they do.
fn timed(item: &ItemImpl) -> ItemImpl {
    let private = paths::private();
    let mut item = item.clone();
    for item in &mut item.items {
        if let ImplItem::Fn(function) = item
            && is_timed(function)
        {
            let (meters, name) = (calls_of(&function.sig.ident), Ident::new("_begun", Span::mixed_site()));
            function.block.stmts.insert(0, parse_quote!(let #name = #private::CallMeter::begin(&#meters);));
        }
    }
    item
}

/// `__METER_SEND`.
fn calls_of(method: &Ident) -> Ident {
    format_ident!("__METER_{}", crate::decl::shown(method).to_uppercase())
}

/// The meters of the timed methods, and the function of the contract that lists them.
fn calls(item: &ItemImpl) -> (TokenStream, TokenStream) {
    let private = paths::private();
    let meters: Vec<_> = timed_methods(item).map(calls_of).collect();
    if meters.is_empty() {
        return (TokenStream::new(), TokenStream::new());
    }
    let names = timed_methods(item).map(crate::decl::shown);
    let statics = quote! {
        #(
            #[doc(hidden)]
            static #meters: #private::CallMeter = #private::CallMeter::NEW;
        )*
    };
    let function = quote! {
        fn calls() -> &'static [#private::CallMetered] {
            static CALLS: &[#private::CallMetered] =
                &[#(#private::CallMetered { method: #names, meter: &#meters }),*];
            CALLS
        }
    };
    (statics, function)
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
