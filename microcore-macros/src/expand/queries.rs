//! What `#[queries]` leaves behind: the item, its calls compared with the columns of their statements, and its declaration.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Item};

use super::{declaration, statement};
use crate::decl::{QueriesDecl, shown};
use crate::parse::QueriesItem;

pub(crate) fn expand(queries: &QueriesItem) -> TokenStream {
    let item = match &queries.item {
        Item::Fn(function) => {
            let function = statement::compared_function(function, &queries.statements);
            quote!(#function)
        }
        Item::Impl(item) => {
            let item = statement::compared_impl(item, &queries.statements);
            quote!(#item)
        }
        other => quote!(#other),
    };
    let link = link(&queries.name, &queries.decl);
    quote!(#item #link)
}

/// The link of an item with a mistake, so that the chain holds and no second error follows.
pub(crate) fn stub(item: &TokenStream) -> Option<TokenStream> {
    let name = match syn::parse2(item.clone()).ok()? {
        Item::Struct(item) => item.ident,
        Item::Enum(item) => item.ident,
        Item::Union(item) => item.ident,
        Item::Trait(item) => item.ident,
        Item::Type(item) => item.ident,
        Item::Mod(item) => item.ident,
        Item::Const(item) => item.ident,
        Item::Static(item) => item.ident,
        _ => return None,
    };
    Some(link(&name, &QueriesDecl::default()))
}

/// A file may hold several: each has a module of its own name.
fn link(name: &Ident, decl: &QueriesDecl) -> TokenStream {
    let module = format_ident!("__queries_{}", shown(name));
    let link = declaration::chain_link(&quote!(__decl), decl);
    quote! {
        #[doc(hidden)]
        #[allow(non_snake_case, reason = "named after the item")]
        pub(crate) mod #module {
            #link
        }
    }
}
