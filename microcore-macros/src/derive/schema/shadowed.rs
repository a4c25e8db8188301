//! Any item. In: the item. Out: `schemars::JsonSchema`, derived on a shadow that the item's `impl` asks.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, DeriveInput, LitStr, parse_quote};

use crate::derive::shadow::shadow;
use crate::derive::wire::Wire;

pub(super) fn schema(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let kept = ["serde", "schemars", "validate", "doc", "deprecated"];
    let mut copy =
        shadow(item, "schema", |attribute: &Attribute| kept.iter().any(|name| attribute.path().is_ident(name)));
    copy.attrs.push(parse_quote!(#[schemars(crate = "::microcore::__private::schemars")]));
    if !is_renamed(item) {
        let shown = LitStr::new(&default_name(item), name.span());
        copy.attrs.push(parse_quote!(#[schemars(rename = #shown)]));
    }
    let shadow_name = &copy.ident;
    let (parameters, arguments, written) = item.generics.split_for_impl();
    let predicates = written.map(|clause| clause.predicates.iter()).into_iter().flatten();
    // The shadow's own impl knows what its parameters must be; without parameters there is nothing to ask.
    let generic = item.generics.type_params().next().is_some();
    let asked = generic.then(|| quote!(#shadow_name #arguments: ::microcore::__private::schemars::JsonSchema,));
    // schemars reads a container's defaults as `Self::default().field`: that must be the item's default.
    let default = Wire::of(&item.attrs).is_bare("default").then(|| {
        quote! {
            impl #parameters #shadow_name #arguments #written {
                fn default() -> #name #arguments where #name #arguments: ::core::default::Default {
                    ::core::default::Default::default()
                }
            }
        }
    });
    let shadow_type = quote!(<#shadow_name #arguments as ::microcore::__private::schemars::JsonSchema>);
    quote! {
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::restriction)]
        const _: () = {
            #[derive(::microcore::__private::schemars::JsonSchema)]
            #copy
            #default
            #[automatically_derived]
            impl #parameters ::microcore::__private::schemars::JsonSchema for #name #arguments
            where #(#predicates,)* #asked
            {
                fn inline_schema() -> bool {
                    #shadow_type::inline_schema()
                }
                fn schema_name() -> ::std::borrow::Cow<'static, str> {
                    ::microcore::__private::schema_name::<Self>(#shadow_type::schema_name())
                }
                fn schema_id() -> ::std::borrow::Cow<'static, str> {
                    // Two types of one module may be renamed to one name, and are two.
                    ::microcore::__private::schema_id::<Self>()
                }
                fn json_schema(
                    generator: &mut ::microcore::__private::schemars::SchemaGenerator,
                ) -> ::microcore::__private::schemars::Schema {
                    #shadow_type::json_schema(generator)
                }
            }
        };
    }
}

fn is_renamed(item: &DeriveInput) -> bool {
    let mut found = Wire::of(&item.attrs).has("rename");
    for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("schemars")) {
        // A mistake in here is schemars' to report.
        let _ = attribute.parse_nested_meta(|meta| {
            found |= meta.path.is_ident("rename");
            meta.input.parse::<TokenStream>().map(drop)
        });
    }
    found
}

/// `Page`, or `Page_for_{T}`, which schemars fills in.
fn default_name(item: &DeriveInput) -> String {
    let shown = syn::ext::IdentExt::unraw(&item.ident).to_string();
    let parameters: Vec<String> = item.generics.type_params().map(|one| format!("{{{}}}", one.ident)).collect();
    if parameters.is_empty() { shown } else { format!("{shown}_for_{}", parameters.join("_and_")) }
}
