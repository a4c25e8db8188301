//! `__build`: takes each tool that the constructor names out of the application's tools.
//!
//! An unknown name is rustc's own "no field `databse`", at the parameter, with the list of fields; a wrong type is its
//! "mismatched types", at the parameter's type.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{GenericParam, Ident, ItemStruct};

use crate::decl::shown;
use crate::expand::{app, paths};
use crate::parse::{Constructor, Dependency, PluginStruct};

/// The alias, what it needs and `__build`.
pub(crate) fn expand(name: &Ident, tool_arguments: &[Ident], constructor: &Constructor) -> TokenStream {
    let (private, prelude, wiring) = (paths::private(), paths::prelude(), paths::wiring());
    let arguments = (!tool_arguments.is_empty()).then(|| {
        let aliases = tool_arguments.iter().map(app::alias);
        quote!(<#(#prelude::#aliases),*>)
    });
    let tools = constructor.dependencies.iter().filter(|dependency| !is_meter(dependency));
    let names = tools.map(|dependency| shown(&dependency.name));
    let settings =
        constructor.dependencies.iter().filter(|dependency| is_config(dependency)).map(|dependency| &dependency.ty);
    let settings: Vec<_> = settings.collect();
    let given = constructor.dependencies.iter().map(|dependency| given(dependency, &private));
    let built = quote!(Self::new(#(#given),*));
    let built = if constructor.fallible {
        quote!(#private::built(identity, #built))
    } else {
        quote!(::core::result::Result::Ok(#built))
    };
    let reading = settings
        .first()
        .map(|ty| quote!(.reading(<#ty as #private::Section>::KEYS, <#ty as #private::Section>::check)));
    let meter = constructor.dependencies.iter().find(|dependency| is_meter(dependency));
    let metering = meter.map(|meter| {
        let (ty, place) = (&meter.ty, paths::shown_at(meter.ty.span()));
        quote_spanned!(place=> .metering(<#ty as #private::OwnSection>::METERED))
    });
    // A plugin may need no tool.
    let unused = constructor.dependencies.iter().all(is_meter).then(|| quote!(let _ = tools;));
    let nameless = |dependency: &Dependency| is_config(dependency) || is_meter(dependency);
    let anonymous = constructor.dependencies.iter().all(nameless) && !constructor.fallible;
    let anonymous = anonymous.then(|| quote!(let _ = identity;));
    quote! {
        pub(crate) type __Plugin = #name #arguments;

        impl __Plugin {
            pub(crate) const __NEEDS: #private::PluginFacts = #private::PluginFacts::needing(&[#(#names),*]) #reading #metering;

            pub(crate) fn __build(tools: &#wiring::Tools, identity: &'static #private::Identity) -> ::core::result::Result<Self, #private::Down> {
                #unused
                #anonymous
                #built
            }
        }
    }
}

/// One argument of `new`.
fn given(dependency: &Dependency, private: &TokenStream) -> TokenStream {
    let (name, ty) = (&dependency.name, &dependency.ty);
    // The span of the name, so that an unknown tool is reported there.
    let slot = quote_spanned!(paths::shown_at(name.span())=> tools.#name);
    // The span of the type, so that a wrong one is reported there.
    if is_meter(dependency) {
        return quote_spanned!(paths::shown_at(ty.span())=> <#ty as #private::OwnSection>::given());
    }
    if is_config(dependency) {
        let section = paths::all_shown_at(ty.span(), quote!(#private::section));
        quote_spanned!(paths::shown_at(ty.span())=> #section(&#slot)?)
    } else {
        // In brackets of that span: a call is shown from its receiver on.
        quote_spanned!(paths::shown_at(ty.span())=> (#slot).bind(identity)?)
    }
}

/// The tool `config` gives each plugin its own section.
fn is_config(dependency: &Dependency) -> bool {
    dependency.name == "config"
}

/// What a plugin counts itself is its own, and no tool.
fn is_meter(dependency: &Dependency) -> bool {
    dependency.name == "meter"
}

/// `new`, where the struct's fields say what it takes.
pub(crate) fn new_from_fields(plugin: &PluginStruct) -> TokenStream {
    let name = &plugin.item.ident;
    let (generics, arguments, bounds) = plugin.item.generics.split_for_impl();
    let names: Vec<_> = plugin.constructor.dependencies.iter().map(|dependency| &dependency.name).collect();
    let types = plugin.constructor.dependencies.iter().map(|dependency| &dependency.ty);
    let doc = format!("Builds `{name}` from the tools that it names.");
    quote! {
        impl #generics #name #arguments #bounds {
            #[doc = #doc]
            pub fn new(#(#names: #types),*) -> Self {
                Self { #(#names),* }
            }
        }
    }
}

/// What stands in for the constructor of a struct with mistakes, so that its impl's code still finds its names.
pub(crate) fn broken(item: &ItemStruct) -> TokenStream {
    let (private, wiring) = (paths::private(), paths::wiring());
    let name = &item.ident;
    let arguments = item.generics.params.iter().map(|parameter| match parameter {
        GenericParam::Lifetime(_) => quote!('static),
        GenericParam::Type(_) => quote!(()),
        GenericParam::Const(_) => quote!({ ::core::unreachable!() }),
    });
    let arguments = (!item.generics.params.is_empty()).then(|| quote!(<#(#arguments),*>));
    quote! {
        pub(crate) type __Plugin = #name #arguments;
        impl __Plugin {
            pub(crate) const __NEEDS: #private::PluginFacts = #private::PluginFacts::needing(&[]);
            pub(crate) fn __build(_: &#wiring::Tools, _: &'static #private::Identity) -> ::core::result::Result<Self, #private::Down> {
                ::core::unreachable!()
            }
        }
    }
}
