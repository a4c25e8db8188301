//! A plain struct. In: the item. Out: serde's traits in a few lines, or nothing where only serde knows what it means.
//!
//! Plain: named fields, no parameters, nothing borrowed, and of serde's words only those about names and defaults.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Field, Fields, Ident, Path, Type};

use super::probe::{borrows, is_leaf};
use crate::derive::report::Report;
use crate::derive::rule::{inside_option, rules};
use crate::derive::validate::value_checks;
use crate::derive::wire::Wire;
use crate::expand::paths;

/// More fields than there are bits in a `u64` are serde's.
const MOST: usize = 64;

pub(super) fn serialize(item: &DeriveInput) -> Option<TokenStream> {
    let (container, fields) =
        plain(item, &["rename_all", "deny_unknown_fields", "default"], &["rename", "default", "alias"])?;
    let (name, shown, count) = (&item.ident, item.ident.unraw().to_string(), fields.len());
    let writer = Ident::new("fields", Span::mixed_site());
    let statements = fields.iter().map(|field| {
        let ident = &field.ident;
        let wire = field.wire.name_on(&container, ident, "serialize");
        let write = quote!(#writer.serialize_field(#wire, &self.#ident));
        let write = paths::all_shown_at(syn::spanned::Spanned::span(field.ty), write);
        if !is_nullable(field.ty) {
            return quote!(#write?;);
        }
        // What is absent is not written, so that it is not read as `null` again.
        quote! {
            if has_names && self.#ident.is_none() {
                #writer.skip_field(#wire)?;
            } else {
                #write?;
            }
        }
    });
    let has_names = fields
        .iter()
        .any(|field| is_nullable(field.ty))
        .then(|| quote!(let has_names = ::microcore::__private::serde::Serializer::is_human_readable(&serializer);));
    Some(quote! {
        #[automatically_derived]
        #[allow(deprecated)]
        impl ::microcore::__private::serde::Serialize for #name {
            fn serialize<__S: ::microcore::__private::serde::Serializer>(
                &self,
                serializer: __S,
            ) -> ::core::result::Result<__S::Ok, __S::Error> {
                use ::microcore::__private::serde::ser::SerializeStruct as _;
                #has_names
                let mut #writer = serializer.serialize_struct(#shown, #count)?;
                #(#statements)*
                #writer.end()
            }
        }
    })
}

pub(super) fn deserialize(item: &DeriveInput) -> Option<TokenStream> {
    let (container, fields) =
        plain(item, &["rename_all", "deny_unknown_fields"], &["rename", "default", "alias", "skip_serializing_if"])?;
    if fields.iter().any(|field| borrows(field.field)) {
        return None;
    }
    let (name, shown) = (&item.ident, item.ident.unraw().to_string());
    let names: Vec<String> = fields.iter().map(|field| field.wire.field_name(&container, field.ident)).collect();
    let source = Ident::new("source", Span::mixed_site());
    let slots: Vec<&Ident> = fields.iter().map(|field| field.ident).collect();
    let reads = fields.iter().zip(&names).enumerate().map(|(place, (field, shown))| {
        let read = read(field, shown, &source)?;
        Some(quote!(#place => #read?,))
    });
    let reads: Vec<TokenStream> = reads.collect::<Option<_>>()?;
    let aliases: Vec<TokenStream> = (fields.iter().enumerate())
        .flat_map(|(place, field)| field.wire.aliases().map(move |alias| quote!((#alias, #place))))
        .collect();
    let aliases =
        (!aliases.is_empty()).then(|| quote!(const ALIASES: &'static [(&'static str, usize)] = &[#(#aliases),*];));
    let closed = container.has("deny_unknown_fields").then(|| {
        quote!(
            const CLOSED: bool = true;
        )
    });
    Some(quote! {
        #[automatically_derived]
        impl<'de> ::microcore::__private::serde::Deserialize<'de> for #name {
            fn deserialize<__D: ::microcore::__private::serde::Deserializer<'de>>(
                deserializer: __D,
            ) -> ::core::result::Result<Self, __D::Error> {
                ::microcore::__private::read_struct(deserializer)
            }
        }
        #[automatically_derived]
        #[allow(deprecated)]
        impl<'de> ::microcore::__private::ReadFields<'de> for #name {
            const NAME: &'static str = #shown;
            const FIELDS: &'static [&'static str] = &[#(#names),*];
            #aliases
            #closed
            fn read<__S: ::microcore::__private::FieldSource<'de>>(
                #source: &mut __S,
            ) -> ::core::result::Result<Self, __S::Error> {
                #(let mut #slots = ::core::option::Option::None;)*
                while let ::core::option::Option::Some(place) = #source.next()? {
                    match place {
                        #(#reads)*
                        _ => {}
                    }
                }
                ::core::result::Result::Ok(Self { #(#slots: #source.taken(#slots)?),* })
            }
        }
        #[automatically_derived]
        impl ::microcore::__private::Probe for #name {
            fn probe(
                value: &::microcore::__private::serde_json::Value,
                violations: &mut ::microcore::__private::Violations,
            ) {
                ::microcore::__private::search_fields::<Self>(value, violations);
            }
        }
    })
}

/// `source.read::<String>(&mut name)`; the span of the type, so that one that can't be read is reported there, once.
fn read(field: &PlainField<'_>, shown: &str, source: &Ident) -> Option<TokenStream> {
    let (ident, ty) = (field.ident, field.ty);
    let default = match field.wire.value("default", "") {
        Some(path) => {
            let path: Path = path.parse().ok()?;
            Some(quote!(#path))
        }
        None if field.wire.has("default") => Some(quote!(::core::default::Default::default)),
        None => None,
    };
    // `Validate` reports what is wrong with the rules; without it they don't hold here either.
    let checks = value_checks(ty, shown, &rules(&field.field.attrs, &mut Report::default()));
    let place = syn::spanned::Spanned::span(ty);
    if default.is_none() && checks.is_empty() && is_leaf(ty) {
        return Some(paths::all_shown_at(place, quote!(#source.read::<#ty>(&mut #ident))));
    }
    let default = default
        .map_or_else(|| quote!(::core::option::Option::None), |make| quote!(::core::option::Option::Some(#make)));
    let deeper = if is_leaf(ty) {
        quote!(::core::option::Option::None)
    } else {
        quote!({
            #[allow(unused_imports)]
            use ::microcore::__private::Unchecked as _;
            ::core::option::Option::Some(::microcore::__private::Check::<#ty>::PROBE)
        })
    };
    let checks = if checks.is_empty() { quote!(|_, _| {}) } else { quote!(|value, violations| { #checks }) };
    let call = paths::all_shown_at(place, quote!(#source.read_as::<#ty>));
    let about = quote!(::microcore::__private::About { default: #default, deeper: #deeper, rules: #checks });
    Some(quote!(#call(&mut #ident, #about)))
}

/// `Option<Option<T>>`, which tells absent from `null`.
fn is_nullable(ty: &Type) -> bool {
    inside_option(ty).and_then(inside_option).is_some()
}

struct PlainField<'a> {
    field: &'a Field,
    ident: &'a Ident,
    ty: &'a Type,
    wire: Wire,
}

/// The words on the item, and its fields, where nothing else than these words is said.
fn plain<'a>(item: &'a DeriveInput, of_item: &[&str], of_fields: &[&str]) -> Option<(Wire, Vec<PlainField<'a>>)> {
    let Data::Struct(data) = &item.data else { return None };
    let Fields::Named(fields) = &data.fields else { return None };
    let container = Wire::of(&item.attrs);
    let is_laid_out = item.attrs.iter().any(|attribute| attribute.path().is_ident("repr"));
    if !item.generics.params.is_empty() || is_laid_out || fields.named.len() > MOST || !container.has_only(of_item) {
        return None;
    }
    let fields = fields.named.iter().map(|field| {
        let wire = Wire::of(&field.attrs);
        let ident = field.ident.as_ref()?;
        wire.has_only(of_fields).then_some(PlainField { field, ident, ty: &field.ty, wire })
    });
    Some((container, fields.collect::<Option<_>>()?))
}
