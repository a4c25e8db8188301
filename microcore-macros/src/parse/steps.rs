//! The steps that a worker names, and what it does outside of them.
//!
//! In: the handler, and which of its plugin's functions write. Out: the names, or what is wrong: a step is found again by
//! its name after a crash, so a name is a literal and stands once; and what is done outside of a step is done in every
//! attempt.

use std::collections::BTreeMap;

use proc_macro2::Span;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprForLoop, ExprLoop, ExprMethodCall, ExprWhile, FnArg, Ident, ImplItemFn, Lit, LitStr, Pat};

use super::writes::{Writes, is_write};
use crate::errors::Errors;

/// What a handler does step by step.
struct Steps<'w> {
    job: Ident,
    writes: &'w Writes,
    /// The name of each, where it stands, and whether a number comes behind it.
    named: Vec<(LitStr, bool)>,
    wrong: Vec<(Span, String, String)>,
    /// What is done outside of steps: where, and what it is.
    outside: Vec<(Span, &'static str)>,
    inside: usize,
    loops: usize,
}

/// The names of a worker's steps, in their order. Mistakes go to `errors`; whether there were any about what is written.
pub(super) fn of(function: &ImplItemFn, writes: &Writes, errors: &mut Errors) -> (Vec<String>, bool) {
    let Some(job) = parameter(function) else { return (Vec::new(), false) };
    let mut steps =
        Steps { job, writes, named: Vec::new(), wrong: Vec::new(), outside: Vec::new(), inside: 0, loops: 0 };
    steps.visit_block(&function.block);
    for (place, message, help) in std::mem::take(&mut steps.wrong) {
        errors.add_at(place, "MC0813", message, help);
    }
    let mut taken: BTreeMap<String, bool> = BTreeMap::new();
    for (name, _) in &steps.named {
        if taken.insert(name.value(), true).is_some() {
            errors.add(
                name,
                "MC0813",
                format!("step `{}` must be there once: after a crash it is found by its name", name.value()),
                "give this one another name; in a loop, write `job.step_at(\"…\", number, …)`",
            );
        }
    }
    if steps.named.is_empty() {
        return (Vec::new(), false);
    }
    for (place, what) in &steps.outside {
        errors.add_at(
            *place,
            "MC0815",
            format!("`{}` must not {what} outside of its steps: each attempt would do it again", function.sig.ident),
            "move it into `job.transact(\"…\", &self.db, async |tx| …)` or `job.step(\"…\", async |id| …)`",
        );
    }
    let names =
        steps.named.iter().map(|(name, numbered)| if *numbered { format!("{}.*", name.value()) } else { name.value() });
    (names.collect(), !steps.outside.is_empty())
}

/// The name behind `&self`.
fn parameter(function: &ImplItemFn) -> Option<Ident> {
    function.sig.inputs.iter().find_map(|input| match input {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(pattern) => Some(pattern.ident.clone()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    })
}

impl Steps<'_> {
    fn step(&mut self, call: &ExprMethodCall, numbered: bool) {
        let method = &call.method;
        let Some(first) = call.args.first() else { return };
        match first {
            Expr::Lit(literal) if matches!(&literal.lit, Lit::Str(_)) => {
                let Lit::Str(name) = &literal.lit else { return };
                let is_word = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
                if name.value().is_empty() || !name.value().bytes().all(is_word) {
                    let message = format!("`{}` is no name of a step", name.value());
                    let help = "write a word of a-z, 0-9 and `_`, as in \"charge\"";
                    self.wrong.push((name.span(), message, help.to_owned()));
                }
                if self.loops > 0 && !numbered {
                    let message = format!(
                        "step `{}` must not stand in a loop: each round would get the first one's result",
                        name.value()
                    );
                    let at = if method == "sleep" { "step".to_owned() } else { method.to_string() };
                    let help = format!("write `job.{at}_at(\"{}\", number, …)`", name.value());
                    self.wrong.push((name.span(), message, help));
                }
                self.named.push((name.clone(), numbered));
            }
            other => self.wrong.push((
                other.span(),
                "the name of a step must be a literal: it is found by it after a crash, and `check` compares it"
                    .to_owned(),
                format!("write `job.{method}(\"charge\", …)`; in a loop, `job.step_at(\"page\", number, …)`"),
            )),
        }
    }

    fn in_loop(&mut self, visit: impl FnOnce(&mut Self)) {
        self.loops += 1;
        visit(self);
        self.loops -= 1;
    }
}

impl<'ast> Visit<'ast> for Steps<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = call.method.to_string();
        let is_of = |name: &str| matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident(name));
        if is_of(&self.job.to_string())
            && matches!(method.as_str(), "step" | "step_at" | "transact" | "transact_at" | "sleep")
        {
            self.step(call, method.ends_with("_at"));
            self.inside += 1;
            visit::visit_expr_method_call(self, call);
            self.inside -= 1;
            return;
        }
        if self.inside == 0 {
            let is_told =
                method.starts_with("publish") || matches!(method.as_str(), "enqueue" | "enqueue_with" | "enqueue_all");
            if is_write(call) || (is_of("self") && self.writes.of(&call.method)) {
                self.outside.push((call.method.span(), "write to the database"));
            } else if is_told {
                self.outside.push((call.method.span(), "publish or enqueue"));
            }
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_for_loop(&mut self, item: &'ast ExprForLoop) {
        self.visit_expr(&item.expr);
        self.in_loop(|steps| steps.visit_block(&item.body));
    }

    fn visit_expr_while(&mut self, item: &'ast ExprWhile) {
        self.in_loop(|steps| visit::visit_expr_while(steps, item));
    }

    fn visit_expr_loop(&mut self, item: &'ast ExprLoop) {
        self.in_loop(|steps| visit::visit_expr_loop(steps, item));
    }
}
