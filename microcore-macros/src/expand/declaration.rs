//! The `macro_rules!` that an attribute leaves behind: it hands the declaration on to the next one in the chain.
//!
//! The tokens inside keep the spans of the user's file, so the wiring reports mistakes there.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// `__declared::__decl!`: appends this declaration and calls the next in the list; the last is a macro of ours.
///
/// It has a module of its own because files import each other's names with globs: a macro that came in through one
/// would make the name ambiguous here.
pub(crate) fn expand(decl: &impl ToTokens) -> TokenStream {
    let link = chain_link(&quote!(__decl), decl);
    quote! {
        pub(crate) mod __declared {
            #link
        }
    }
}

/// A link of the chain under any name.
pub(crate) fn chain_link(name: &TokenStream, declared: &impl ToTokens) -> TokenStream {
    quote! {
        // A file outside of the folders that `app!` lists declares itself to nobody.
        #[allow(unused_macros)]
        macro_rules! #name {
            ([$next:path $(, $rest:path)*] $head:tt { $($declared:tt)* }) => {
                $next! { [$($rest),*] $head { $($declared)* #declared } }
            };
        }
        #[allow(unused_imports)]
        pub(crate) use #name;
    }
}
