//! `#[derive(Row)]`: a struct read from a row by column name.
//!
//! In: a struct with named fields, `#[row(rename = "…")]` on some. Out: `impl Row`, or every mistake at its token.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Field, Fields, Ident, Index, LitStr, Token, Type};

use super::report::Report;
use crate::fingerprint;

/// The implementation; on a mistake the collected errors instead.
pub(crate) fn expand_row(input: TokenStream) -> TokenStream {
    Report::of(input, implementation)
}

fn implementation(input: &DeriveInput, report: &mut Report) -> TokenStream {
    let Some(fields) = named_fields(input, report) else { return TokenStream::new() };
    let sources = sources(fields, report);
    let name = &input.ident;
    let text = name.unraw().to_string();
    let columns =
        || sources.iter().filter_map(|source| if let Source::Column(column) = source { Some(column) } else { None });
    let count = columns().count();
    let texts: Vec<String> = columns().map(LitStr::value).collect();
    let names = fingerprint::of_names(texts.iter().map(String::as_str));
    let flat: Vec<&Type> = fields
        .iter()
        .zip(&sources)
        .filter(|(_, source)| matches!(source, Source::Flattened))
        .map(|(field, _)| &field.ty)
        .collect();
    if !flat.is_empty() {
        return flattened(name, fields, &sources, &flat, (names, count));
    }
    let columns = columns();
    let idents = fields.iter().map(|field| &field.ident);
    let types = fields.iter().map(|field| &field.ty);
    let indexes = 0..count;
    quote! {
        #[automatically_derived]
        impl ::microcore::__private::Row for #name {
            // Found once per query, used for every row.
            type Positions = [usize; #count];
            type Reads = ::microcore::__private::Named<#names, #count>;

            fn positions(
                columns: &::microcore::__private::Columns<'_>,
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
    }
}

/// A row with rows in it: each finds its own columns among those of the result.
fn flattened(
    name: &Ident,
    fields: &Punctuated<Field, Token![,]>,
    sources: &[Source],
    flat: &[&Type],
    (names, count): (u64, usize),
) -> TokenStream {
    let text = name.unraw().to_string();
    let idents: Vec<_> = fields.iter().map(|field| &field.ident).collect();
    let positions = fields.iter().zip(sources).map(|(field, source)| match source {
        Source::Column(_) => quote!(usize),
        Source::Flattened => {
            let ty = &field.ty;
            quote!(<#ty as ::microcore::__private::Row>::Positions)
        }
    });
    let found = fields.iter().zip(sources).map(|(field, source)| match source {
        Source::Column(column) => quote!(columns.position(#column, #text)?),
        Source::Flattened => {
            let ty = &field.ty;
            quote!(<#ty as ::microcore::__private::Row>::positions(columns)?)
        }
    });
    let read = fields.iter().zip(sources).enumerate().map(|(index, (field, source))| {
        let (ty, index) = (&field.ty, Index::from(index));
        match source {
            Source::Column(_) => quote!(::microcore::__private::read_cell::<#ty, __Cells>(cells, positions.#index)?),
            Source::Flattened => {
                quote!(<#ty as ::microcore::__private::Row>::read::<__Cells>(&positions.#index, cells)?)
            }
        }
    });
    let reads = |constant: TokenStream| {
        let parts = flat.iter().map(move |ty| {
            let reads = quote!(<#ty as ::microcore::__private::Row>::Reads);
            quote!(<#reads as ::microcore::__private::ByName>::#constant)
        });
        parts.collect::<Vec<_>>()
    };
    let (flat_names, flat_counts) = (reads(quote!(NAMES)), reads(quote!(COUNT)));
    quote! {
        #[automatically_derived]
        impl ::microcore::__private::Row for #name {
            type Positions = (#(#positions,)*);
            type Reads = ::microcore::__private::Named<
                { #names #(.wrapping_add(#flat_names))* },
                { #count #(+ #flat_counts)* },
            >;

            fn positions(
                columns: &::microcore::__private::Columns<'_>,
            ) -> ::core::result::Result<Self::Positions, ::microcore::__private::DbError> {
                ::core::result::Result::Ok((#(#found,)*))
            }

            fn read<__Cells: ::microcore::__private::Cells>(
                positions: &Self::Positions,
                cells: &__Cells,
            ) -> ::core::result::Result<Self, ::microcore::__private::DbError> {
                ::core::result::Result::Ok(Self { #(#idents: #read),* })
            }
        }
    }
}

/// Where a field comes from.
enum Source {
    /// The column of this name.
    Column(LitStr),
    /// The columns of a row of its own.
    Flattened,
}

/// The fields, where the item is a struct that has some, by name, and no parameters.
fn named_fields<'i>(input: &'i DeriveInput, report: &mut Report) -> Option<&'i Punctuated<Field, Token![,]>> {
    let name = &input.ident;
    let help = format!("write `struct {name} {{ id: i64, … }}`");
    let fields = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => &fields.named,
            _ => {
                report.add(name, "MC0506", &format!("row `{name}` must have named fields"), &help);
                return None;
            }
        },
        _ => {
            report.add(name, "MC0506", &format!("row `{name}` must be a struct"), &help);
            return None;
        }
    };
    if input.generics.params.is_empty() {
        return Some(fields);
    }
    let sentence = format!("row `{name}` must have no parameters: its fields own what they hold");
    report.add(&input.generics.params, "MC0506", &sentence, &help);
    None
}

/// Where each field comes from; two fields of one column and unknown attributes are mistakes.
fn sources(fields: &Punctuated<Field, Token![,]>, report: &mut Report) -> Vec<Source> {
    let mut columns: Vec<String> = Vec::new();
    let mut sources = Vec::new();
    for field in fields {
        let source = source(field, report);
        if let Source::Column(column) = &source {
            let name = column.value();
            if columns.iter().any(|taken| taken.eq_ignore_ascii_case(&name)) {
                let sentence = format!("column `{name}` must not be read by two fields");
                report.add(column, "MC0506", &sentence, "write `#[row(rename = \"…\")]` with a column of its own");
            }
            columns.push(name);
        }
        sources.push(source);
    }
    sources
}

fn source(field: &Field, report: &mut Report) -> Source {
    let ident = field.ident.as_ref().expect("only named fields come here — this is a bug in microcore-macros");
    let mut source = Source::Column(LitStr::new(&ident.unraw().to_string(), ident.span()));
    let help = "write `#[row(rename = \"column\")]` or `#[row(flatten)]`";
    for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("row")) {
        let read = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("flatten") {
                source = Source::Flattened;
                return Ok(());
            }
            if !meta.path.is_ident("rename") {
                let sentence = format!("attribute of `{ident}` must be `rename` or `flatten`");
                report.add(&meta.path, "MC0506", &sentence, help);
                // What follows is passed over: it belongs to the same mistake.
                return meta.input.parse::<TokenStream>().map(drop);
            }
            source = Source::Column(meta.value()?.parse()?);
            Ok(())
        });
        if let Err(error) = read {
            report.add_error(&error, "row", "MC0506", help);
        }
    }
    source
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
        assert!(output.contains("attribute of `id` must be `rename` or `flatten`"), "{output}");
        assert!(output.contains("column `name` must not be read by two fields"), "{output}");
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
