//! Reads the cron expressions and the zones of an application while it is compiled.
//!
//! ```text
//! tokens ──call──▶ expression ──croner──▶ mistakes ──▶ `When::Cron { … }`, or errors at the literals
//! ```
//!
//! It is a crate beside the macros, as the check of SQL is: `croner` brings derive crates, and what every build waits for
//! must not wait for them. An implementation detail of `microcore`.

mod call;
mod expression;
mod field;
mod mistake;
mod words;
mod zone;

use proc_macro2::TokenStream;
use quote::quote;

use self::call::Call;
use self::mistake::Mistake;

/// `cron!("0 3 * * *" zone "Europe/Berlin" days "either")`: when a schedule runs, as a constant. Called by generated
/// code only.
#[doc(hidden)]
#[proc_macro]
pub fn cron(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    match syn::parse2::<Call>(input.into()) {
        Ok(call) => checked(&call).into(),
        Err(error) => error.to_compile_error().into(),
    }
}

fn checked(call: &Call) -> TokenStream {
    let expression = call.expression.value();
    let zone = call.zone.as_ref().map(|zone| (zone, zone::check(&zone.value())));
    if let Some((zone, Err(mistake))) = &zone {
        return mistake.shown_at(zone.span());
    }
    let both = match call.days.as_ref().map(|days| (days, days.value())) {
        Some((_, said)) if said == "both" => Some(true),
        Some((_, said)) if said == "either" => Some(false),
        Some((days, said)) => {
            return Mistake::new("MC0805", format!("`{said}` must be `either` or `both`"))
                .help("`either`: on both kinds of days; `both`: on days that are of both kinds")
                .shown_at(days.span());
        }
        None => None,
    };
    match expression::check(&expression, both) {
        Err(mistake) => {
            let days = call.days.as_ref().filter(|_| mistake.is_of_days);
            mistake.shown_at(days.unwrap_or(&call.expression).span())
        }
        Ok(said) => {
            let zone = match &call.zone {
                Some(zone) => quote!(::core::option::Option::Some(#zone)),
                None => quote!(::core::option::Option::None),
            };
            let both = both.unwrap_or_default();
            quote! {
                ::microcore::__private::When::Cron { expression: #expression, zone: #zone, both: #both, words: #said }
            }
        }
    }
}
