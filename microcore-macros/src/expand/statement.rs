//! The calls that give SQL to the database.
//!
//! In: an item as written. Out: the same with each such call inside functions of the wiring: one that times it, and, where
//! it gives rows, one that gives it back as it is and asks something of their type. Only the compiler knows that type.

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ImplItem, ItemFn, ItemImpl};

use crate::expand::paths;
use crate::parse::Statement;

/// An impl with its calls compared.
pub(super) fn compared_impl(item: &ItemImpl, statements: &[Statement]) -> ItemImpl {
    let (mut item, mut calls) = (item.clone(), Calls { calls: 0, statements });
    if statements.is_empty() {
        return item;
    }
    for item in &mut item.items {
        if let ImplItem::Fn(function) = item {
            calls.visit_block_mut(&mut function.block);
        }
    }
    item
}

/// A function with its calls compared.
pub(super) fn compared_function(item: &ItemFn, statements: &[Statement]) -> ItemFn {
    let mut item = item.clone();
    Calls { calls: 0, statements }.visit_block_mut(&mut item.block);
    item
}

struct Calls<'s> {
    /// Counted as they were when the statements were found.
    calls: usize,
    statements: &'s [Statement],
}

impl VisitMut for Calls<'_> {
    fn visit_expr_mut(&mut self, value: &mut Expr) {
        let Expr::MethodCall(call) = value else { return visit_mut::visit_expr_mut(self, value) };
        let statement = self.statements.iter().find(|statement| statement.call == Some(self.calls));
        let place = call.method.span();
        self.calls += 1;
        visit_mut::visit_expr_method_call_mut(self, call);
        if let Some(statement) = statement {
            let key = statement.decl.key();
            if statement.decl.gives_rows() {
                *value = inside(&quote!(#key), place, value);
            }
            *value = inside(&quote!(timed::#key), place, value);
        }
    }
}

/// `crate::__wiring::sql::statement_…(…)`, all at the method's name: where a type is no row at all, rustc says so
/// at that name too, and of two complaints about one type in one place it makes one.
fn inside(function: &TokenStream, place: Span, call: &Expr) -> Expr {
    let wiring = paths::wiring();
    let mut group = Group::new(proc_macro2::Delimiter::Parenthesis, quote!(#call));
    group.set_span(place);
    let function = quote!(#wiring::sql::#function).into_iter().map(|mut token| {
        token.set_span(place);
        token
    });
    Expr::Verbatim(function.chain([TokenTree::Group(group)]).collect::<TokenStream>())
}
