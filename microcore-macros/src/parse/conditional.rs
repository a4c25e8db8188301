//! What is wired is there in every build: `#[cfg]` on a part of it is refused.
//!
//! Attributes see the tokens before the compiler has decided about `cfg`, and what they declare travels on to the
//! wiring, so a part that the compiler takes away would leave its declaration behind.

use syn::punctuated::Punctuated;
use syn::{Attribute, FnArg, Meta, Signature, Token};

use super::Handler;
use crate::errors::Errors;

/// Refuses a condition among the attributes of `what`.
pub(super) fn check(attributes: &[Attribute], what: &str, errors: &mut Errors) {
    for attribute in attributes.iter().filter(|attribute| is_condition(attribute)) {
        errors.add(
            attribute,
            "MC0110",
            format!("{what} must be there in every build: it must not have `#[{}]`", name(attribute)),
            "decide by a setting while running, or put what differs into a function that is called here",
        );
    }
}

/// The same for a function and its parameters.
pub(super) fn check_function(attributes: &[Attribute], signature: &Signature, errors: &mut Errors) {
    let function = &signature.ident;
    check(attributes, &format!("`{function}`"), errors);
    for input in &signature.inputs {
        if let FnArg::Typed(typed) = input {
            check(&typed.attrs, &format!("a parameter of `{function}`"), errors);
        }
    }
}

fn name(attribute: &Attribute) -> String {
    attribute.path().get_ident().map(ToString::to_string).unwrap_or_default()
}

/// `cfg`, or a `cfg_attr` that gives an attribute of ours; other attributes may depend on what they like.
fn is_condition(attribute: &Attribute) -> bool {
    if attribute.path().is_ident("cfg") {
        return true;
    }
    let Meta::List(list) = &attribute.meta else { return false };
    if !list.path.is_ident("cfg_attr") {
        return false;
    }
    let Ok(metas) = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) else { return false };
    metas.iter().skip(1).any(|meta| {
        let is_ours = meta.path().get_ident().is_some_and(|word| {
            Handler::is_word(word) || ["cfg", "deprecated", "mount"].iter().any(|known| word == known)
        });
        is_ours || matches!(meta, Meta::List(list) if list.path.is_ident("cfg_attr") && is_condition(&nested(meta)))
    })
}

fn nested(meta: &Meta) -> Attribute {
    syn::parse_quote!(#[#meta])
}
