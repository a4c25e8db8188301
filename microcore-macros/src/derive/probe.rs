//! The search for every mistake in a body. In: a plain struct that derives `Deserialize`. Out: our `Probe`, or nothing.
//!
//! Nothing for what one object does not describe field by field: generics, borrowed fields, `flatten`, `tag`, `from`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::Visit;
use syn::{Data, DeriveInput, Field, Fields};

use super::report::Report;
use super::rule::rules;
use super::validate::value_checks;
use super::wire::Wire;

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
    let unknown = container
        .has("deny_unknown_fields")
        .then(|| quote!(::microcore::__private::refuse_unknown(object, &[#(#known),*], violations);));
    quote! {
        #[automatically_derived]
        #[allow(unused_variables, unused_qualifications, deprecated, clippy::all, clippy::pedantic, reason = "generated")]
        impl ::microcore::__private::Probe for #name {
            fn probe(
                value: &::microcore::__private::serde_json::Value,
                violations: &mut ::microcore::__private::Violations,
            ) {
                #[allow(unused_imports, reason = "used where a field's type has no `Probe`")]
                use ::microcore::__private::Unchecked as _;
                let ::core::option::Option::Some(object) = ::microcore::__private::probe_object(value, violations) else {
                    return;
                };
                #probes
                #unknown
            }
        }
    }
}

fn probe(field: &Field, names: &[String], wire: &Wire, all_default: bool) -> TokenStream {
    let ty = &field.ty;
    let shown = names.first().map_or("", String::as_str);
    let function = wire.value("deserialize_with", "").map(syn::LitStr::parse::<syn::Path>);
    let function = function.or_else(|| {
        let module = wire.value("with", "")?;
        Some(module.parse::<syn::Path>().map(|module| syn::parse_quote!(#module::deserialize)))
    });
    let by_function = function.is_some();
    let read = if let Some(Ok(function)) = function {
        quote!(#function)
    } else {
        quote!(<#ty as ::microcore::__private::serde::Deserialize>::deserialize)
    };
    let missing = if all_default || wire.has("default") {
        quote!(|| true)
    } else if by_function {
        quote!(|| false)
    } else {
        quote!(::microcore::__private::may_be_missing::<#ty>)
    };
    // `Validate` reports what is wrong with the rules; without it they don't hold here either.
    let checks = value_checks(ty, shown, &rules(&field.attrs, &mut Report::default()));
    let deeper = if by_function { quote!(|_, _| false) } else { quote!(::microcore::__private::Check::<#ty>::PROBE) };
    quote! {
        ::microcore::__private::probe_field::<#ty>(
            object, &[#(#names),*], #missing, |value| #read(value), #deeper,
            |value: &#ty, violations: &mut ::microcore::__private::Violations| { #checks }, violations,
        );
    }
}

fn borrows(field: &Field) -> bool {
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
