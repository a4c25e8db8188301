//! The search for every mistake in a body, where serde reads the struct. In: the struct. Out: our `Probe`, or nothing.
//!
//! Nothing for what one object does not describe field by field: generics, borrowed fields, `flatten`, `tag`, `from`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Data, DeriveInput, Field, Fields, GenericArgument, PathArguments, Type};

use crate::derive::report::Report;
use crate::derive::rule::rules;
use crate::derive::validate::value_checks;
use crate::derive::wire::Wire;

pub(crate) fn expand_probe(item: &DeriveInput) -> TokenStream {
    let Data::Struct(data) = &item.data else { return TokenStream::new() };
    let Fields::Named(fields) = &data.fields else { return TokenStream::new() };
    let container = Wire::of(&item.attrs);
    let other_shape = container.has_any(&["from", "try_from", "transparent", "tag"]);
    let unfit = |field: &Field| Wire::of(&field.attrs).has("flatten") || borrows(field);
    if !item.generics.params.is_empty() || other_shape || fields.named.iter().any(unfit) {
        return TokenStream::new();
    }
    let name = &item.ident;
    let mut known: Vec<String> = Vec::new();
    let mut probes = TokenStream::new();
    for field in &fields.named {
        let wire = Wire::of(&field.attrs);
        let Some(ident) = &field.ident else { continue };
        if wire.has_any(&["skip", "skip_deserializing"]) {
            continue;
        }
        let mut names = vec![wire.field_name(&container, ident)];
        names.extend(wire.aliases());
        probes.extend(probe(field, &names, &wire, container.has("default")));
        known.append(&mut names);
    }
    let unknown =
        container.has("deny_unknown_fields").then(|| quote!(object.refuse_unknown([#(#known),*].into_iter());));
    quote! {
        #[automatically_derived]
        #[allow(warnings, clippy::all, clippy::pedantic)]
        impl ::microcore::__private::Probe for #name {
            fn probe(
                value: &::microcore::__private::serde_json::Value,
                violations: &mut ::microcore::__private::Violations,
            ) {
                use ::microcore::__private::Unchecked as _;
                let ::core::option::Option::Some(mut object) = ::microcore::__private::ProbedObject::of(value, violations) else { return };
                #probes
                #unknown
            }
        }
    }
}

fn probe(field: &Field, names: &[String], wire: &Wire, all_default: bool) -> TokenStream {
    let ty = &field.ty;
    let shown = names.first().map_or("", String::as_str);
    let default = all_default || wire.has("default");
    // `Validate` reports what is wrong with the rules; without it they don't hold here either.
    let checks = value_checks(ty, shown, &rules(&field.attrs, &mut Report::default()));
    let checks = if checks.is_empty() { quote!(|_, _| {}) } else { quote!(|value, violations| { #checks }) };
    let function = wire.value("deserialize_with", "").map(syn::LitStr::parse::<syn::Path>);
    let function = function.or_else(|| {
        let module = wire.value("with", "")?;
        Some(module.parse::<syn::Path>().map(|module| syn::parse_quote!(#module::deserialize)))
    });
    // A function that can't be named is serde's to report.
    if let Some(Ok(function)) = function {
        return quote!(object.field_by::<#ty, _>(&[#(#names),*], #default, |value| #function(value), #checks););
    }
    let deeper = if is_leaf(ty) {
        quote!(::core::option::Option::None)
    } else {
        quote!(::core::option::Option::Some(::microcore::__private::Check::<#ty>::PROBE))
    };
    quote!(object.field::<#ty>(&[#(#names),*], #default, &::microcore::__private::Check::<#ty>::FIELD, #deeper, #checks);)
}

/// Whether there is surely nothing to search inside: scalars, texts, and lists of those.
pub(super) fn is_leaf(ty: &Type) -> bool {
    const LEAVES: [&str; 15] =
        ["String", "bool", "char", "i8", "i16", "i32", "i64", "i128", "u8", "u16", "u32", "u64", "u128", "f32", "f64"];
    let Type::Path(path) = ty else { return false };
    let Some(last) = path.path.segments.last() else { return false };
    match &last.arguments {
        PathArguments::None => LEAVES.iter().any(|leaf| last.ident == leaf),
        PathArguments::AngleBracketed(inside) if last.ident == "Option" || last.ident == "Vec" => {
            inside.args.iter().all(|one| matches!(one, GenericArgument::Type(ty) if is_leaf(ty)))
        }
        _ => false,
    }
}

pub(super) fn borrows(field: &Field) -> bool {
    struct References(bool);
    impl Visit<'_> for References {
        fn visit_type_reference(&mut self, _: &syn::TypeReference) {
            self.0 = true;
        }
    }
    let mut found = References(false);
    found.visit_type(&field.ty);
    found.0
}
