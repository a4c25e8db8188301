//! Any item. In: the item. Out: `schemars::JsonSchema`, derived on a shadow that the item's `impl` asks.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::quote;
use syn::{Attribute, Data, DeriveInput, LitInt, LitStr, Meta, parse_quote};

use crate::derive::shadow::shadow;
use crate::derive::wire::Wire;

pub(super) fn schema(item: &DeriveInput) -> TokenStream {
    let name = &item.ident;
    let kept = ["serde", "schemars", "validate", "doc", "deprecated"];
    let mut copy =
        shadow(item, "schema", |attribute: &Attribute| kept.iter().any(|name| attribute.path().is_ident(name)));
    fit_numbers(&mut copy);
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
            // schemars' own derive means the standard ones, whatever these names mean in the file.
            use ::core::option::Option::{None, Some};
            use ::core::result::Result::{Err, Ok};
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

/// Writes the numbers of ranges as schemars can take them: it leaves their type to the compiler, for which a number
/// without one is an `i32`. What no schema can hold is left out; the rule itself still holds it.
fn fit_numbers(item: &mut DeriveInput) {
    let fields = match &mut item.data {
        Data::Struct(data) => data.fields.iter_mut().collect(),
        Data::Enum(data) => data.variants.iter_mut().flat_map(|variant| &mut variant.fields).collect(),
        Data::Union(_) => Vec::new(),
    };
    for field in fields {
        for attribute in field.attrs.iter_mut().filter(|attribute| attribute.path().is_ident("validate")) {
            if let Meta::List(list) = &mut attribute.meta {
                list.tokens = rules_that_fit(list.tokens.clone());
            }
        }
    }
}

fn rules_that_fit(rules: TokenStream) -> TokenStream {
    let mut fitting = TokenStream::new();
    let mut after_range = false;
    for token in rules {
        let is_range = matches!(&token, TokenTree::Ident(name) if name == "range");
        match token {
            TokenTree::Group(group) if after_range => {
                let mut bounds: Vec<TokenStream> = vec![TokenStream::new()];
                for token in group.stream() {
                    match token {
                        TokenTree::Punct(comma) if comma.as_char() == ',' => bounds.push(TokenStream::new()),
                        token => bounds.last_mut().expect("there is one from the start").extend([token]),
                    }
                }
                let bounds: Vec<_> = bounds.into_iter().filter_map(bound_that_fits).collect();
                if bounds.iter().any(|bound| !bound.is_empty()) {
                    fitting.extend(quote!(range(#(#bounds),*)));
                } else {
                    // A rule of which a schema says nothing, so that the commas stay where they are.
                    fitting.extend(quote!(nested));
                }
            }
            _ if is_range => {}
            token => fitting.extend([token]),
        }
        after_range = is_range;
    }
    fitting
}

/// `max = 9007199254740993i64`; nothing where it fits into no number of JSON.
fn bound_that_fits(bound: TokenStream) -> Option<TokenStream> {
    let mut fitting = TokenStream::new();
    let mut is_negative = false;
    for token in bound {
        let after_minus = is_negative;
        is_negative = matches!(&token, TokenTree::Punct(mark) if mark.as_char() == '-');
        let number = match &token {
            TokenTree::Literal(literal) => syn::parse_str::<LitInt>(&literal.to_string()).ok(),
            _ => None,
        };
        match number {
            Some(number) => {
                let digits: u64 = number.base10_parse().ok()?;
                let mut literal = match i64::try_from(digits) {
                    Ok(digits) => Literal::i64_suffixed(digits),
                    Err(_) if after_minus && digits == i64::MIN.unsigned_abs() => {
                        syn::parse_str::<Literal>(&format!("{digits}i64")).ok()?
                    }
                    Err(_) if after_minus => return None,
                    Err(_) => Literal::u64_suffixed(digits),
                };
                literal.set_span(number.span());
                fitting.extend([TokenTree::Literal(literal)]);
            }
            None => fitting.extend([token]),
        }
    }
    Some(fitting)
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
