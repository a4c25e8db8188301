//! Any item. In: the item. Out: serde's traits, derived by serde on a shadow.
//!
//! serde's `remote` derive gives the shadow a plain function that reads or writes the item; the item's `impl` calls it.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Fields, GenericParam, Ident, Lifetime, LitStr, parse_quote};

use super::leaf::read_leaves;
use crate::derive::bounds::{Side, borrowed, bounds};
use crate::derive::shadow::shadow;
use crate::derive::wire::Wire;

pub(super) fn serialize(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let asked = bounds(item, Side::Serialize, &parse_quote!('static));
    let shadow = serde_shadow(item, &quote!(serialize), &asked);
    let shadow_name = &shadow.ident;
    let (parameters, arguments, written) = item.generics.split_for_impl();
    let written = written.map(|clause| clause.predicates.iter());
    let written = written.into_iter().flatten();
    let turbofish = arguments.as_turbofish();
    let otherwise = otherwise(
        item,
        shadow_name,
        &quote! {
            fn serialize<__S: ::microcore::__private::serde::Serializer>(
                _: &#name,
                _: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error>
        },
    );
    let code = quote! {
        #[derive(::microcore::__private::serde::Serialize)]
        #[allow(warnings, clippy::all, clippy::pedantic)]
        #shadow

        #[automatically_derived]
        impl #parameters ::microcore::__private::serde::Serialize for #name #arguments
        where #(#written,)* #asked
        {
            fn serialize<__S>(&self, serializer: __S) -> ::core::result::Result<__S::Ok, __S::Error>
            where __S: ::microcore::__private::serde::Serializer,
            {
                #shadow_name #turbofish::serialize(self, serializer)
            }
        }
    };
    beside(code, otherwise)
}

pub(super) fn deserialize(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let borrows = borrowed(item);
    let is_static = borrows.iter().any(|lifetime| lifetime.ident == "static");
    let lifetime: Lifetime = if is_static { parse_quote!('static) } else { parse_quote!('de) };
    let mut asked = bounds(item, Side::Deserialize, &lifetime);
    let (_, arguments, written) = item.generics.split_for_impl();
    if Wire::of(&item.attrs).is_bare("default") && item.generics.type_params().next().is_some() {
        asked.extend(quote!(#name #arguments: ::core::default::Default,));
    }
    let mut shadow = serde_shadow(item, &quote!(deserialize), &asked);
    read_leaves(&mut shadow, &Wire::of(&item.attrs));
    let shadow_name = &shadow.ident;
    let mut generics = item.generics.clone();
    if !is_static {
        generics.params.insert(0, GenericParam::Lifetime(parse_quote!('de: #(#borrows)+*)));
    }
    let (parameters, _, _) = generics.split_for_impl();
    let written = written.map(|clause| clause.predicates.iter());
    let written = written.into_iter().flatten();
    let turbofish = arguments.as_turbofish();
    let otherwise = otherwise(
        item,
        shadow_name,
        &quote! {
            fn deserialize<'de, __D: ::microcore::__private::serde::Deserializer<'de>>(
                _: __D,
            ) -> ::core::result::Result<#name, __D::Error>
        },
    );
    let code = quote! {
        #[derive(::microcore::__private::serde::Deserialize)]
        #[allow(warnings, clippy::all, clippy::pedantic)]
        #shadow

        #[automatically_derived]
        impl #parameters ::microcore::__private::serde::Deserialize<#lifetime> for #name #arguments
        where #(#written,)* #asked
        {
            fn deserialize<__D>(deserializer: __D) -> ::core::result::Result<Self, __D::Error>
            where __D: ::microcore::__private::serde::Deserializer<#lifetime>,
            {
                #shadow_name #turbofish::deserialize(deserializer)
            }
        }
    };
    beside(code, otherwise)
}

/// The code as it is: one block less for the compiler. With a trait of its own it needs a room of its own.
fn beside(code: TokenStream, otherwise: Option<TokenStream>) -> TokenStream {
    match otherwise {
        Some(otherwise) => quote! {
            #[allow(warnings, clippy::all, clippy::pedantic)]
            const _: () = {
                #otherwise
                #code
            };
        },
        None => code,
    }
}

/// What is called where serde refuses the attributes: its own error is the only one then. Its function wins where it
/// exists.
fn otherwise(item: &DeriveInput, shadow: &Ident, signature: &TokenStream) -> Option<TokenStream> {
    let mut attributes = item.attrs.iter().chain(inner_attributes(&item.data));
    let may_be_refused = attributes.any(|attribute| attribute.path().is_ident("serde"));
    (may_be_refused && item.generics.params.is_empty()).then(|| {
        quote! {
            trait __Otherwise {
                #signature {
                    ::core::unreachable!()
                }
            }
            impl __Otherwise for #shadow {}
        }
    })
}

/// Those of variants and fields.
fn inner_attributes(data: &Data) -> Vec<&Attribute> {
    fn of(fields: &Fields) -> impl Iterator<Item = &Attribute> {
        fields.iter().flat_map(|field| &field.attrs)
    }
    match data {
        Data::Struct(data) => of(&data.fields).collect(),
        Data::Enum(data) => {
            let variants = data.variants.iter();
            variants.flat_map(|variant| variant.attrs.iter().chain(of(&variant.fields))).collect()
        }
        Data::Union(_) => Vec::new(),
    }
}

fn serde_shadow(item: &DeriveInput, side: &TokenStream, asked: &TokenStream) -> DeriveInput {
    let mut copy = shadow(item, &side.to_string(), |attribute| attribute.path().is_ident("serde"));
    let target = LitStr::new(&item.ident.to_string(), item.ident.span());
    copy.attrs.push(parse_quote!(#[serde(crate = "::microcore::__private::serde", remote = #target)]));
    let wire = Wire::of(&item.attrs);
    if !wire.has("rename") {
        // serde tells the format an item's name; the client must not meet the shadow's.
        let shown = LitStr::new(&syn::ext::IdentExt::unraw(&item.ident).to_string(), item.ident.span());
        copy.attrs.push(parse_quote!(#[serde(rename = #shown)]));
    }
    // With type parameters both impls must ask for the same; for a default serde would ask for the shadow's.
    if !wire.has("bound") && (item.generics.type_params().next().is_some() || wire.is_bare("default")) {
        let asked = asked.to_string();
        copy.attrs.push(parse_quote!(#[serde(bound(#side = #asked))]));
    }
    copy
}
