//! What `#[plugin]` leaves behind: the item as written, its constructor, one adapter per handler, its facts and its
//! declaration.
//!
//! The adapters stand beside the handlers because only there the user's types are in scope.

mod adapter;
mod call;
mod channel;
mod constructor;
mod facts;
mod input;
mod interceptor;
mod mount;
mod route;

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use self::call::adapter_name;
pub(crate) use self::facts::input as input_facts;
pub(crate) use self::input::{argument, is_option, read};
use super::{declaration, statement};
use crate::decl::PluginDecl;
use crate::errors::Errors;
use crate::parse::{PluginImpl, PluginStruct, tool_arguments};

/// `#[plugin] struct`.
pub(crate) fn expand_struct(plugin: &PluginStruct, errors: &mut Errors) -> TokenStream {
    let item = &plugin.item;
    let tools = tool_arguments(&item.generics, &plugin.constructor, errors);
    if plugin.is_second {
        let new = constructor::new_from_fields(plugin);
        return quote!(#item #new);
    }
    if plugin.has_new {
        // The impl's macro says what is wrong; it has a constructor.
        return quote!(#item);
    }
    if !errors.is_empty() {
        // Without a working constructor nothing below would compile; the impl's own macro says nothing about it.
        let alias = constructor::broken(item);
        let stub = (!plugin.has_impl).then(broken_declaration);
        return quote!(#item #alias #stub);
    }
    let name = &item.ident;
    let new = constructor::new_from_fields(plugin);
    let constructor = constructor::expand(name, &tools, &plugin.constructor);
    quote! {
        #item
        #new
        #constructor
    }
}

/// `#[plugin] impl`.
pub(crate) fn expand_impl(plugin: &PluginImpl, errors: &mut Errors) -> TokenStream {
    let item = &plugin.item;
    let tools = plugin.constructor.as_ref().map(|constructor| tool_arguments(&item.generics, constructor, errors));
    if !errors.is_empty() || plugin.is_conditional {
        let stub = (!plugin.is_second).then(broken_declaration);
        return quote!(#item #stub);
    }
    let constructor = plugin
        .constructor
        .as_ref()
        .map(|constructor| constructor::expand(&plugin.name, &tools.unwrap_or_default(), constructor));
    let adapters = plugin.handlers.iter().map(adapter::expand);
    let mounts = plugin.mounts.iter().map(mount::expand);
    let hooks = adapter::hooks(plugin);
    let facts = facts::expand(plugin);
    let media = plugin.handlers.iter().filter_map(facts::media);
    let declaration = declaration::expand(&plugin.decl);
    let item = statement::compared_impl(&plugin.item, &plugin.statements);
    quote! {
        #item
        #constructor
        impl __Plugin {
            #(#adapters)*
            #(#mounts)*
            #hooks
            #facts
        }
        #(#media)*
        #declaration
    }
}

/// The declaration of a plugin that had mistakes: the wiring leaves it out, so that no second error follows.
pub(crate) fn broken_declaration() -> TokenStream {
    declaration::expand(&PluginDecl { broken: true, ..PluginDecl::default() })
}
