//! `#[derive(Label)]`. In: an enum whose variants have no fields. Out: its name and its values, in snake case.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident};

use super::report::Report;

pub(crate) fn expand_label(input: TokenStream) -> TokenStream {
    Report::of(input, label)
}

fn label(item: &DeriveInput, report: &mut Report) -> TokenStream {
    let name = &item.ident;
    let variants = match &item.data {
        Data::Enum(data) if !data.variants.is_empty() && item.generics.params.is_empty() => &data.variants,
        _ => {
            let sentence = format!("`{name}` must be an enum with variants and no parameters to be a label");
            report.add(name, "MC0523", &sentence, &format!("write `#[derive(Label)] pub enum {name} {{ At, De }}`"));
            return TokenStream::new();
        }
    };
    for variant in variants.iter().filter(|variant| !matches!(variant.fields, Fields::Unit)) {
        let sentence = format!("`{}` must have no fields: what they hold would be values without end", variant.ident);
        report.add(&variant.fields, "MC0523", &sentence, &format!("write `{}` alone", variant.ident));
    }
    let (label, places) = (snake(name), 0_usize..);
    let idents = variants.iter().map(|variant| &variant.ident);
    let values = idents.clone().map(snake);
    let generics = &item.generics;
    quote! {
        #[automatically_derived]
        impl #generics ::microcore::__private::Label for #name {
            const NAME: &'static str = #label;
            const VALUES: &'static [&'static str] = &[#(#values),*];

            #[inline]
            fn place(&self) -> usize {
                match self {
                    #(Self::#idents => #places,)*
                }
            }
        }
    }
}

/// `NewZealand` → `new_zealand`.
pub(super) fn snake(name: &Ident) -> String {
    let mut snake = String::new();
    for character in name.unraw().to_string().chars() {
        if character.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}
