//! `#[derive(Schema)]`. In: the item. Out: `schemars::JsonSchema`.
//!
//! A plain struct is written as data, in a tenth of the code: compilation time is what hundreds of them cost. Everything
//! else goes through schemars' own derive, on a shadow.

mod plain;
mod shadowed;

use proc_macro2::TokenStream;
use syn::{Data, DeriveInput};

use super::report::Report;

pub(crate) fn expand_schema(input: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(input) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    if matches!(item.data, Data::Union(_)) {
        let mut report = Report::default();
        let sentence = format!("`{}` must be a struct or an enum to derive `Schema`", item.ident);
        report.add(&item.ident, "MC0505", &sentence, "write a struct with a field for each case");
        return report.into_tokens();
    }
    plain::schema(&item).unwrap_or_else(|| shadowed::schema(&item))
}
