//! Walks the functions of an item in the order of the source, with the names that are in scope.

use std::collections::BTreeSet;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{
    Arm, Block, Expr, ExprClosure, ExprForLoop, ExprIf, ExprLet, ExprMethodCall, ExprWhile, FnArg, Ident, Item, Local,
    Macro, Pat, Path, Signature, Token,
};

use super::handles::{Handles, Meaning};
use super::texts::Texts;
use super::{Statement, parameters};
use crate::decl::StatementDecl;

pub(super) struct Scan<'f> {
    /// Whose body is looked at.
    function: Option<Ident>,
    handles: Handles<'f>,
    texts: Texts,
    calls: usize,
    /// How deep in arguments of macros.
    macros: usize,
    /// Whether the next closure with a parameter is the work of a transaction.
    works: bool,
    pub(super) found: Vec<Statement>,
}

impl<'f> Scan<'f> {
    pub(super) fn new(fields: &'f BTreeSet<String>, is_ours: &'f dyn Fn(&Path) -> bool) -> Self {
        let handles = Handles::new(fields, is_ours);
        Self { function: None, handles, texts: Texts::default(), calls: 0, macros: 0, works: false, found: Vec::new() }
    }

    /// Looks at one function.
    pub(super) fn function(&mut self, signature: &Signature, block: &Block, texts: Texts) {
        self.texts = texts;
        self.function = Some(signature.ident.clone());
        self.body(signature, block);
    }

    fn body(&mut self, signature: &Signature, block: &Block) {
        self.handles.enter();
        for input in &signature.inputs {
            if let FnArg::Typed(typed) = input {
                self.handles.bind(&Pat::Type(typed.clone()), Meaning::Other);
            }
        }
        self.visit_block(block);
        self.handles.leave();
    }

    /// A closure; `first` is what its first parameter is.
    fn closure(&mut self, closure: &ExprClosure, first: Meaning) {
        self.handles.enter();
        for (index, input) in closure.inputs.iter().enumerate() {
            self.handles.bind(input, if index == 0 { first } else { Meaning::Other });
        }
        self.visit_expr(&closure.body);
        self.handles.leave();
    }

    fn note(&mut self, call: &ExprMethodCall, number: Option<usize>) {
        let method = call.method.to_string();
        if !(method.starts_with("query") || method.starts_with("execute")) || !self.handles.is_handle(&call.receiver) {
            return;
        }
        let Some(text) = call.args.first().and_then(|first| self.texts.text(first)) else { return };
        let Some(function) = self.function.clone() else { return };
        let given = call.args.get(1).and_then(|given| match method.as_str() {
            "execute_many" => parameters::of_each(given),
            _ => parameters::count(given),
        });
        let (method, sql, checked) = (call.method.clone(), text.literal, text.checked);
        self.found.push(Statement {
            decl: StatementDecl { function, method, sql, given, checked, place: None },
            call: number,
        });
    }
}

impl<'ast> Visit<'ast> for Scan<'_> {
    fn visit_block(&mut self, block: &'ast Block) {
        self.handles.enter();
        visit::visit_block(self, block);
        self.handles.leave();
    }

    /// `let db = &self.db;`, `let Self { db, .. } = self;`: the value sees what was there before.
    fn visit_local(&mut self, local: &'ast Local) {
        if let Some(init) = &local.init {
            visit::visit_local_init(self, init);
        }
        self.handles.bind_value(&local.pat, local.init.as_ref().map(|init| &*init.expr));
    }

    /// `if let Self { db, .. } = self`; what it binds is there until its `if` ends.
    fn visit_expr_let(&mut self, condition: &'ast ExprLet) {
        self.visit_expr(&condition.expr);
        self.handles.bind_value(&condition.pat, Some(&condition.expr));
    }

    fn visit_expr_if(&mut self, branch: &'ast ExprIf) {
        self.handles.enter();
        self.visit_expr(&branch.cond);
        self.visit_block(&branch.then_branch);
        self.handles.leave();
        if let Some((_, otherwise)) = &branch.else_branch {
            self.visit_expr(otherwise);
        }
    }

    fn visit_expr_while(&mut self, repeated: &'ast ExprWhile) {
        self.handles.enter();
        visit::visit_expr_while(self, repeated);
        self.handles.leave();
    }

    fn visit_expr_for_loop(&mut self, repeated: &'ast ExprForLoop) {
        self.visit_expr(&repeated.expr);
        self.handles.enter();
        self.handles.bind(&repeated.pat, Meaning::Other);
        self.visit_block(&repeated.body);
        self.handles.leave();
    }

    fn visit_expr_match(&mut self, choice: &'ast syn::ExprMatch) {
        self.visit_expr(&choice.expr);
        for Arm { pat, body, .. } in &choice.arms {
            self.handles.enter();
            let (pattern, guard) = match pat {
                Pat::Guard(guarded) => (&*guarded.pat, Some(&guarded.guard)),
                pattern => (pattern, None),
            };
            self.handles.bind_value(pattern, Some(&choice.expr));
            if let Some(guard) = guard {
                self.visit_expr(guard);
            }
            self.visit_expr(body);
            self.handles.leave();
        }
    }

    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        let works = !closure.inputs.is_empty() && std::mem::take(&mut self.works);
        self.closure(closure, if works { Meaning::Handle } else { Meaning::Other });
    }

    /// A function inside of a function, or an impl: its own names, and the calls counted on.
    fn visit_item(&mut self, item: &'ast Item) {
        let outer = self.handles.enter_item();
        visit::visit_item(self, item);
        self.handles.leave_item(outer);
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        self.body(&function.sig, &function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.body(&function.sig, &function.block);
    }

    /// Counted as `expand/plugin/statement.rs` counts them.
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let number = (self.macros == 0).then_some(self.calls);
        self.calls += usize::from(self.macros == 0);
        self.note(call, number);
        self.visit_expr(&call.receiver);
        let begins = call.method.to_string().starts_with("transaction") && self.handles.is_handle(&call.receiver);
        for argument in &call.args {
            match argument {
                // `db.transaction_retried(3, || async |tx| …)`
                Expr::Closure(begin) if begins && begin.inputs.is_empty() => {
                    self.works = true;
                    self.visit_expr(argument);
                    self.works = false;
                }
                // `db.transaction(async |tx| …)`
                Expr::Closure(work) if begins => self.closure(work, Meaning::Handle),
                argument => self.visit_expr(argument),
            }
        }
    }

    /// What stands in `join!(…)` and the like, where it reads as expressions.
    fn visit_macro(&mut self, call: &'ast Macro) {
        let Ok(arguments) = call.parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated) else { return };
        self.macros += 1;
        for argument in &arguments {
            self.visit_expr(argument);
        }
        self.macros -= 1;
    }
}
