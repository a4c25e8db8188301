//! How many parameters a call gives, where its source says it.

use syn::punctuated::Punctuated;
use syn::{Expr, Token};

/// `()`, a tuple, an array, one literal.
pub(super) fn count(given: &Expr) -> Option<usize> {
    match given {
        Expr::Tuple(tuple) => Some(tuple.elems.len()),
        Expr::Array(array) => Some(array.elems.len()),
        Expr::Lit(_) => Some(1),
        Expr::Reference(reference) => count(&reference.expr),
        Expr::Paren(paren) => count(&paren.expr),
        Expr::Group(group) => count(&group.expr),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            Some(call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?.len())
        }
        _ => None,
    }
}

/// The same for each of a list: `[(1, "a"), (2, "b")]`, `rows.iter().map(|row| (row.id, &row.name))`.
pub(super) fn of_each(list: &Expr) -> Option<usize> {
    match list {
        Expr::Array(array) => array.elems.first().and_then(count),
        Expr::Reference(reference) => of_each(&reference.expr),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let items = call.mac.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated).ok()?;
            items.first().and_then(count)
        }
        Expr::MethodCall(call) if call.method == "map" => match call.args.first() {
            Some(Expr::Closure(each)) => count(&each.body),
            _ => None,
        },
        _ => None,
    }
}
