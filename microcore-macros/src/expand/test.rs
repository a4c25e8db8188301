//! `#[microcore::test]`: a test whose parameters are tools, picked by name as in a constructor.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Expr, FnArg, Ident, ItemFn, Lit, MetaNameValue, Pat, Token};

use super::paths;
use crate::errors::Errors;

/// In: an `async fn` with tools as parameters. Out: a plain `#[test]` that sets them up and runs the body.
pub(crate) fn expand(arguments: TokenStream, function: &ItemFn, errors: &mut Errors) -> TokenStream {
    let settings = settings(arguments, errors);
    let (private, wiring) = (paths::private(), paths::wiring());
    if function.sig.asyncness.is_none() {
        errors.add(
            &function.sig.ident,
            "MC0701",
            format!("test `{}` must be `async`", function.sig.ident),
            "write `async fn`; a test without tools can be a plain `#[test]`",
        );
    }
    // Names that the body can neither see nor hide.
    let [places, boot] = ["fixtures", "boot"].map(|name| Ident::new(name, Span::mixed_site()));
    let named = |wanted: &str| {
        function.sig.inputs.iter().any(|input| {
            matches!(input, FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(name) if name.ident == wanted))
        })
    };
    // Beside the application the tools are the application's own.
    let has_app = named("app");
    let (mut application, mut fixtures) = (Vec::new(), Vec::new());
    for input in &function.sig.inputs {
        match input {
            FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(_)) => {
                let Pat::Ident(pattern) = &*typed.pat else { continue };
                let (name, ty) = (&pattern.ident, &typed.ty);
                // The field access carries the parameter's span: an unknown name is reported there, with the list.
                let fixture = quote_spanned!(paths::shown_at(name.span())=> #places.#name);
                // As in a constructor, `config` is the section that its type names.
                let made = if name == "meter" {
                    quote_spanned!(paths::shown_at(ty.span())=> <#ty as #private::OwnSection>::given())
                } else if name == "config" {
                    quote_spanned!(paths::shown_at(ty.span())=> #private::section_of(#fixture, &#boot))
                } else if has_app && name != "app" {
                    let slot = quote_spanned!(paths::shown_at(name.span())=> app.app().__tools().#name);
                    quote_spanned!(paths::shown_at(ty.span())=> #private::testing::of_app(#fixture, &#slot, &#boot).await)
                } else {
                    quote_spanned!(paths::shown_at(ty.span())=> #private::testing::make(#fixture, &#boot).await)
                };
                let kind = if name == "app" { &mut application } else { &mut fixtures };
                kind.push(quote!(let #pattern: #ty = #made;));
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
    let joined = (named("bus") && named("db") && !has_app)
        .then(|| quote!(#private::testing::join::<#wiring::App, _, _>(&bus, &db);));
    let (attributes, visibility, name, output, body) =
        (&function.attrs, &function.vis, &function.sig.ident, &function.sig.output, &function.block);
    quote! {
        #[::core::prelude::v1::test]
        #(#attributes)*
        #visibility fn #name() #output {
            #private::testing::run(async {
                #[allow(unused_variables, reason = "a test may need no tool")]
                let (#places, #boot) = (#wiring::FIXTURES, #private::testing::boot::<#wiring::App>() #(#settings)*);
                #(#application)*
                #(#fixtures)*
                #joined
                #body
            })
        }
    }
}

/// `MAIL_FROM = "a@example.com", MAIL_PORT = 25`: the settings of one test, over those of its environment.
fn settings(arguments: TokenStream, errors: &mut Errors) -> Vec<TokenStream> {
    let pairs = Punctuated::<MetaNameValue, Token![,]>::parse_terminated.parse2(arguments);
    let setting = |pair: MetaNameValue| {
        let key = pair.path.get_ident().map(ToString::to_string)?;
        let value = match &pair.value {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => text.value(),
                Lit::Int(number) => number.base10_digits().to_owned(),
                Lit::Bool(flag) => flag.value.to_string(),
                _ => return None,
            },
            _ => return None,
        };
        Some(quote!(.with(#key, #value)))
    };
    let settings = pairs.ok().and_then(|pairs| pairs.into_iter().map(setting).collect::<Option<Vec<_>>>());
    settings.unwrap_or_else(|| {
        errors.add_at(
            Span::call_site(),
            "MC0701",
            "the arguments of a test must be settings with their values",
            "write `#[microcore::test(MAIL_FROM = \"a@example.com\")]`",
        );
        Vec::new()
    })
}
