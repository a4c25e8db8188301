//! The start of the chain: which `__decl!` comes after which.
//!
//! Tokens that travel along a chain are copied at every link, so one long chain costs the square of its length, and
//! rustc bounds how deep macros may call macros. So the links are cut into groups; each group collects its
//! declarations into a macro of its own, and those form the next, shorter chain.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::expand::paths;
use crate::wiring::{File, Head};

/// The longest chain: short, since what travels is copied at every link.
const LONGEST: usize = 16;

pub(crate) fn expand(head: &Head) -> TokenStream {
    let private = paths::private();
    let mut links: Vec<TokenStream> = head.files.iter().map(File::link).collect();
    let mut groups = TokenStream::new();
    let mut level = 0;
    while links.len() > LONGEST {
        let mut grouped = Vec::new();
        for (index, group) in links.chunks(LONGEST).enumerate() {
            let name = format_ident!("__decl_group_{level}_{index}");
            groups.extend(start(group, &quote!(#private::collect), &quote!(#name)));
            grouped.push(quote!(crate::#name));
        }
        links = grouped;
        level += 1;
    }
    let wire = start(&links, &quote!(#private::wire), &quote!(#head));
    quote!(#groups #wire)
}

/// Calls the first link with the others and the macro that ends the chain.
fn start(links: &[TokenStream], end: &TokenStream, head: &TokenStream) -> TokenStream {
    match links {
        [] => quote!(#end! { [] { #head } {} }),
        [first, rest @ ..] => quote!(#first! { [#(#rest,)* #end] { #head } {} }),
    }
}
