//! `#[microcore::test]`: a test whose parameters are tools, picked by name as in a constructor.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, ItemFn, Pat};

use super::paths;
use crate::errors::Errors;

/// In: an `async fn` with tools as parameters. Out: a plain `#[test]` that sets them up and runs the body.
pub(crate) fn expand(function: &ItemFn, errors: &mut Errors) -> TokenStream {
    let (private, wiring) = (paths::private(), paths::wiring());
    if function.sig.asyncness.is_none() {
        errors.add(
            &function.sig.ident,
            "MC0701",
            format!("test `{}` must be `async`", function.sig.ident),
            "write `async fn`; a test without tools can be a plain `#[test]`",
        );
    }
    let mut fixtures = Vec::new();
    for input in &function.sig.inputs {
        match input {
            FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(_)) => {
                let Pat::Ident(pattern) = &*typed.pat else { continue };
                let (name, ty) = (&pattern.ident, &typed.ty);
                // The field access carries the parameter's span: an unknown name is reported there, with the list.
                let fixture = quote_spanned!(paths::shown_at(name.span())=> fixtures.#name);
                // As in a constructor, `config` is the section that its type names.
                let made = if name == "config" {
                    quote_spanned!(paths::shown_at(ty.span())=> #private::section_of(#fixture, &boot))
                } else {
                    quote_spanned!(paths::shown_at(ty.span())=> #private::testing::make(#fixture, &boot).await)
                };
                fixtures.push(quote!(let #pattern: #ty = #made;));
            }
            other => errors.add(
                other,
                "MC0701",
                format!("a parameter of test `{}` must be a tool's name and its type", function.sig.ident),
                "write `db: Db`",
            ),
        }
    }
    // As in the application: what a transaction publishes is published on the bus.
    let named = |wanted: &str| {
        function.sig.inputs.iter().any(|input| {
            matches!(input, FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(name) if name.ident == wanted))
        })
    };
    let joined =
        (named("bus") && named("db")).then(|| quote!(#private::testing::join::<#wiring::App, _, _>(&bus, &db);));
    let (attributes, visibility, name, output, body) =
        (&function.attrs, &function.vis, &function.sig.ident, &function.sig.output, &function.block);
    quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() #output {
            #private::testing::run(async {
                #[allow(unused_variables, reason = "a test may need no tool")]
                let (fixtures, boot) = (#wiring::FIXTURES, #private::testing::boot::<#wiring::App>());
                #(#fixtures)*
                #joined
                #body
            })
        }
    }
}
