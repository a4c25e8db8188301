//! `#[derive(Row)]`: a struct read from a row by column name.
//!
//! In: a struct with named fields, `#[row(rename = "…")]` on some. Out: `impl Row`, or every mistake at its token.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Error, Field, Fields, LitStr};

/// The implementation; on a mistake the collected errors instead.
pub(crate) fn expand_row(input: TokenStream) -> TokenStream {
    syn::parse2::<DeriveInput>(input).and_then(|input| implementation(&input)).unwrap_or_else(Error::into_compile_error)
}

fn implementation(input: &DeriveInput) -> syn::Result<TokenStream> {
    let fields = named_fields(input)?;
    let columns = columns(fields)?;
    let name = &input.ident;
    let text = name.unraw().to_string();
    let idents = fields.iter().map(|field| &field.ident);
    let types = fields.iter().map(|field| &field.ty);
    let indexes = 0..columns.len();
    let count = columns.len();
    Ok(quote! {
        #[automatically_derived]
        impl ::microcore::__private::Row for #name {
            // Found once per query, used for every row.
            type Positions = [usize; #count];

            fn positions(
                columns: &::microcore::__private::Columns,
            ) -> ::core::result::Result<Self::Positions, ::microcore::__private::DbError> {
                ::core::result::Result::Ok([#(columns.position(#columns, #text)?),*])
            }

            fn read<__Cells: ::microcore::__private::Cells>(
                positions: &Self::Positions,
                cells: &__Cells,
            ) -> ::core::result::Result<Self, ::microcore::__private::DbError> {
                ::core::result::Result::Ok(Self {
                    #(#idents: ::microcore::__private::read_cell::<#types, __Cells>(cells, positions[#indexes])?),*
                })
            }
        }
    })
}

/// The fields, where the item is a struct that has some, by name, and no parameters.
fn named_fields(input: &DeriveInput) -> syn::Result<&syn::punctuated::Punctuated<Field, syn::Token![,]>> {
    let name = &input.ident;
    let help = format!("help: write `struct {name} {{ id: i64, … }}`");
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => &fields.named,
            _ => return Err(Error::new(name.span(), format!("row `{name}` must have named fields\n{help}"))),
        },
        _ => return Err(Error::new(name.span(), format!("row `{name}` must be a struct\n{help}"))),
    };
    if input.generics.params.is_empty() {
        return Ok(fields);
    }
    let message = format!("row `{name}` must have no parameters: its fields own what they hold\n{help}");
    Err(Error::new(input.generics.params.span(), message))
}

/// The column of each field; two fields of one column and unknown attributes are mistakes.
fn columns(fields: &syn::punctuated::Punctuated<Field, syn::Token![,]>) -> syn::Result<Vec<LitStr>> {
    let mut columns: Vec<LitStr> = Vec::new();
    let mut mistakes: Option<Error> = None;
    let mut note = |error: Error| match &mut mistakes {
        Some(mistakes) => mistakes.combine(error),
        None => mistakes = Some(error),
    };
    for field in fields {
        match column(field) {
            Ok(column) if columns.iter().any(|taken| taken.value().eq_ignore_ascii_case(&column.value())) => {
                let message = format!(
                    "column `{}` is read by another field already\nhelp: write `#[row(rename = \"…\")]` with a column of its own",
                    column.value(),
                );
                note(Error::new(column.span(), message));
            }
            Ok(column) => columns.push(column),
            Err(error) => note(error),
        }
    }
    mistakes.map_or(Ok(columns), Err)
}

fn column(field: &Field) -> syn::Result<LitStr> {
    let ident = field.ident.as_ref().expect("only named fields come here — this is a bug in microcore-macros");
    let mut column = LitStr::new(&ident.unraw().to_string(), ident.span());
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("rename") {
                let message =
                    format!("attribute of `{ident}` must be `rename`\nhelp: write `#[row(rename = \"column\")]`");
                return Err(meta.error(message));
            }
            column = meta.value()?.parse()?;
            Ok(())
        })?;
    }
    Ok(column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mistake_is_reported_at_once() {
        let output = expand_row(quote! {
            struct User { #[row(name = "x")] id: i64, name: String, #[row(rename = "name")] alias: String }
        });
        let output = output.to_string();
        assert!(output.contains("attribute of `id` must be `rename`"), "{output}");
        assert!(output.contains("column `name` is read by another field already"), "{output}");
    }

    #[test]
    fn only_structs_with_named_fields_pass() {
        for (item, message) in [
            (quote! { enum User { A } }, "row `User` must be a struct"),
            (quote! { struct User(i64); }, "row `User` must have named fields"),
            (quote! { struct User<'a> { name: &'a str } }, "row `User` must have no parameters"),
        ] {
            let output = expand_row(item).to_string();
            assert!(output.contains(message), "{output}");
        }
    }
}
