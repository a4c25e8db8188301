//! Matching one text against many: what rustc would compare one after the other becomes a tree of integer matches.
//!
//! In: pairs of a literal and the code behind it. Out: one `match`. A few literals stay a plain `match`, which reads
//! better and is as fast; many are told apart by length and by the byte in which they differ most.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;

/// Up to here a plain `match` is at least as fast.
const FEW: usize = 6;

/// `match subject { … }`, where `subject` is a `&str`; falls through where nothing matches.
pub(crate) fn expand(subject: &TokenStream, arms: &[(String, TokenStream)]) -> TokenStream {
    if arms.len() <= FEW {
        return plain(subject, arms);
    }
    let mut by_length: BTreeMap<usize, Vec<&(String, TokenStream)>> = BTreeMap::new();
    for arm in arms {
        by_length.entry(arm.0.len()).or_default().push(arm);
    }
    let lengths = by_length.into_iter().map(|(length, arms)| {
        let tree = by_byte(subject, length, &arms);
        quote!(#length => { #tree })
    });
    quote! {
        match #subject.len() {
            #(#lengths)*
            _ => {}
        }
    }
}

/// Literals of one length.
fn by_byte(subject: &TokenStream, length: usize, arms: &[&(String, TokenStream)]) -> TokenStream {
    let values_at = |position: usize| {
        let mut groups: BTreeMap<u8, Vec<&(String, TokenStream)>> = BTreeMap::new();
        for arm in arms {
            groups.entry(arm.0.as_bytes()[position]).or_default().push(arm);
        }
        groups
    };
    if arms.len() <= FEW {
        let arms: Vec<_> = arms.iter().map(|arm| (*arm).clone()).collect();
        return plain(subject, &arms);
    }
    // Literals of one length differ somewhere, so there is a position that splits them.
    let best = (0..length).max_by_key(|position| values_at(*position).len()).unwrap_or_default();
    let bytes = values_at(best).into_iter().map(|(byte, arms)| {
        let tree = by_byte(subject, length, &arms);
        quote!(#byte => { #tree })
    });
    quote! {
        match #subject.as_bytes()[#best] {
            #(#bytes)*
            _ => {}
        }
    }
}

fn plain(subject: &TokenStream, arms: &[(String, TokenStream)]) -> TokenStream {
    let arms = arms.iter().map(|(literal, code)| quote!(#literal => { #code }));
    quote! {
        match #subject {
            #(#arms)*
            _ => {}
        }
    }
}
