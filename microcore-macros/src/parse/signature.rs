//! What every handler's signature must be: `&self`, named parameters, no generics.

use syn::{FnArg, Ident, ImplItemFn, Pat, Receiver, ReceiverKind, Type};

use crate::errors::Errors;

/// The parameters behind `&self`. Mistakes go to `errors`.
pub(crate) fn parameters(function: &ImplItemFn, errors: &mut Errors) -> Option<Vec<(Ident, Type)>> {
    let name = &function.sig.ident;
    let before = errors.len();
    if !function.sig.generics.params.is_empty() {
        errors.add(
            &function.sig.generics,
            "MC0104",
            format!("handler `{name}` must not be generic"),
            "the wiring calls it with concrete types; put the generic part into a function that it calls",
        );
    }
    match function.sig.receiver() {
        Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => {}
        Some(receiver) => errors.add(
            receiver,
            "MC0104",
            format!("handler `{name}` must take `&self`"),
            "one plugin serves many requests at once; keep what changes in a tool or behind a lock",
        ),
        None => errors.add(
            &function.sig.ident,
            "MC0104",
            format!("handler `{name}` must take `&self`"),
            "write `&self` as the first parameter",
        ),
    }
    let mut parameters = Vec::new();
    for input in &function.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        match &*typed.pat {
            Pat::Ident(pattern) if pattern.subpat.is_none() => {
                parameters.push((pattern.ident.clone(), (*typed.ty).clone()));
            }
            other => errors.add(
                other,
                "MC0104",
                format!("a parameter of handler `{name}` must be a plain name"),
                "the name says what is read: `body`, or the name of a path or query parameter",
            ),
        }
    }
    (errors.len() == before).then_some(parameters)
}
