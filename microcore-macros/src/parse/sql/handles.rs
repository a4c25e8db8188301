//! Which expressions of a function are the tool `db` or a transaction on it.

use std::collections::BTreeSet;

use syn::visit::{self, Visit};
use syn::{
    Expr, ExprMethodCall, FieldValue, FnArg, GenericParam, ImplItem, ImplItemFn, ItemImpl, Local, Member, Pat, Type,
};

use crate::parse::Constructor;

/// The types of handles, as a function's parameters name them.
const TYPES: [&str; 3] = ["Db", "Database", "Transaction"];

/// The fields of a plugin in which its constructor keeps the tool `db`.
pub(super) fn fields(item: &ItemImpl, constructor: Option<&Constructor>) -> BTreeSet<String> {
    let is_parameter = |ty: &Type| {
        item.generics.params.iter().any(
            |known| matches!((known, ty), (GenericParam::Type(known), Type::Path(path)) if path.path.is_ident(&known.ident)),
        )
    };
    match constructor {
        // The struct's own fields are the tools; behind a type parameter may be anything.
        None if item.generics.type_params().next().is_none() => BTreeSet::from(["db".to_owned()]),
        Some(constructor)
            if constructor.dependencies.iter().any(|tool| tool.name == "db" && !is_parameter(&tool.ty)) =>
        {
            let mut kept = Kept::default();
            for item in &item.items {
                if let ImplItem::Fn(function) = item
                    && function.sig.ident == "new"
                {
                    kept.visit_block(&function.block);
                }
            }
            kept.0
        }
        _ => BTreeSet::new(),
    }
}

/// The fields that `new` fills with its parameter `db`.
#[derive(Default)]
struct Kept(BTreeSet<String>);

impl<'ast> Visit<'ast> for Kept {
    fn visit_field_value(&mut self, field: &'ast FieldValue) {
        if let (Member::Named(name), Expr::Path(value)) = (&field.member, plain(&field.expr))
            && value.path.is_ident("db")
        {
            self.0.insert(name.to_string());
        }
    }
}

/// The handles in one function.
#[derive(Debug, Default)]
pub(super) struct Handles {
    fields: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Handles {
    pub(super) fn of(function: &ImplItemFn, fields: &BTreeSet<String>) -> Self {
        let mut handles = Self { fields: fields.clone(), names: BTreeSet::new() };
        for input in &function.sig.inputs {
            if let FnArg::Typed(typed) = input
                && is_handle(&typed.ty)
                && let Pat::Ident(name) = &*typed.pat
            {
                handles.names.insert(name.ident.to_string());
            }
        }
        handles.visit_block(&function.block);
        handles
    }

    /// Whether the value is a handle.
    pub(super) fn contain(&self, value: &Expr) -> bool {
        match plain(value) {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.names.contains(&name.to_string())),
            Expr::Field(field) => {
                let Member::Named(name) = &field.member else { return false };
                matches!(plain(&field.base), Expr::Path(base) if base.path.is_ident("self"))
                    && self.fields.contains(&name.to_string())
            }
            _ => false,
        }
    }

    fn insert(&mut self, pattern: &Pat) {
        match pattern {
            Pat::Ident(name) => {
                self.names.insert(name.ident.to_string());
            }
            Pat::Type(typed) => self.insert(&typed.pat),
            _ => {}
        }
    }
}

impl<'ast> Visit<'ast> for Handles {
    /// `let db = &self.db;`
    fn visit_local(&mut self, local: &'ast Local) {
        if local.init.as_ref().is_some_and(|init| self.contain(&init.expr)) {
            self.insert(&local.pat);
        }
        visit::visit_local(self, local);
    }

    /// `db.transaction(async |tx| …)`
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if call.method == "transaction" && self.contain(&call.receiver) {
            for argument in &call.args {
                if let Expr::Closure(work) = argument
                    && let Some(transaction) = work.inputs.first()
                {
                    self.insert(transaction);
                }
            }
        }
        visit::visit_expr_method_call(self, call);
    }
}

/// Without what does not change what it is: `&`, parentheses, `clone()`.
fn plain(value: &Expr) -> &Expr {
    match value {
        Expr::Reference(reference) => plain(&reference.expr),
        Expr::Paren(paren) => plain(&paren.expr),
        Expr::Group(group) => plain(&group.expr),
        Expr::MethodCall(call) if call.method == "clone" => plain(&call.receiver),
        other => other,
    }
}

fn is_handle(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_handle(&reference.elem),
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| TYPES.iter().any(|handle| last.ident == handle))
        }
        _ => false,
    }
}
