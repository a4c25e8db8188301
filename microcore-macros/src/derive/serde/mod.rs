//! `#[derive(Serialize)]` and `#[derive(Deserialize)]`. In: the item. Out: serde's traits.
//!
//! A plain struct is written in a few lines: compilation time is what hundreds of them cost. Everything else goes
//! through serde's own derive, on a shadow.

mod leaf;
mod plain;
mod probe;
mod shadowed;

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput};

use super::report::Report;
use super::wire::Wire;
use crate::expand::paths;

pub(crate) fn expand_serialize(input: TokenStream) -> TokenStream {
    parsed(input, "Serialize")
        .map_or_else(|errors| errors, |item| plain::serialize(&item).unwrap_or_else(|| shadowed::serialize(&item)))
}

pub(crate) fn expand_deserialize(input: TokenStream) -> TokenStream {
    parsed(input, "Deserialize").map_or_else(
        |errors| errors,
        |item| {
            let code = plain::deserialize(&item).unwrap_or_else(|| {
                let (code, probe) = (shadowed::deserialize(&item), probe::expand_probe(&item));
                quote!(#code #probe)
            });
            let unread = rules_are_read(&item);
            quote!(#code #unread)
        },
    )
}

fn parsed(input: TokenStream, derive: &str) -> Result<DeriveInput, TokenStream> {
    let item: DeriveInput = syn::parse2(input).map_err(|error| error.to_compile_error())?;
    let mut report = Report::default();
    let name = &item.ident;
    if matches!(item.data, Data::Union(_)) {
        let sentence = format!("`{name}` must be a struct or an enum to derive `{derive}`");
        report.add(name, "MC0505", &sentence, "write a struct with a field for each case");
    }
    if Wire::of(&item.attrs).has_any(&["remote", "crate"]) {
        let sentence = format!("`{name}` must not name `remote` or `crate` in `#[serde(…)]`");
        report.add(name, "MC0505", &sentence, &format!("derive serde's own `{derive}` for it"));
    }
    if report.is_empty() { Ok(item) } else { Err(report.into_tokens()) }
}

/// MC0507: rules on an input that nobody runs would accept what they forbid.
///
/// A derive does not see its neighbours, so the compiler answers: without `Validate` the constant is the fallback's.
fn rules_are_read(item: &DeriveInput) -> TokenStream {
    let Data::Struct(data) = &item.data else { return TokenStream::new() };
    let mut attributes = data.fields.iter().flat_map(|field| &field.attrs);
    let first = attributes.find(|attribute| attribute.path().is_ident("validate"));
    let Some(first) = first.filter(|_| item.generics.params.is_empty()) else { return TokenStream::new() };
    let name = &item.ident;
    let sentence = format!(
        "the rules of `{name}` must be run, and without `Validate` they are not [MC0507]\n\
         help: write `#[derive(Deserialize, Validate)]` on `{name}`"
    );
    let assertion = quote!(::core::assert!(::microcore::__private::Check::<#name>::IS_CHECKED, #sentence));
    let assertion = paths::all_shown_at(first.path().span(), assertion);
    quote! {
        #[allow(unused_imports)]
        const _: () = {
            use ::microcore::__private::Unchecked as _;
            #assertion;
        };
    }
}
