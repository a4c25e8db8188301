//! Whether a handler writes to the database by itself, as far as its source says.
//!
//! In: the functions of an impl. Out: per function, whether it runs a statement that writes, and whether it asks
//! `first_time`, which makes its effect happen once.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Ident, ImplItemFn, Lit};

/// The first words of statements that write.
const WRITES: [&str; 4] = ["INSERT", "UPDATE", "DELETE", "REPLACE"];

/// What each function of an impl does with the database.
#[derive(Debug, Default)]
pub(crate) struct Writes(BTreeMap<String, Found>);

#[derive(Debug, Default)]
struct Found {
    writes: bool,
    once: bool,
    calls: BTreeSet<String>,
}

impl Writes {
    pub(crate) fn scan<'f>(functions: impl Iterator<Item = &'f ImplItemFn>) -> Self {
        let found = functions.map(|function| {
            let mut found = Found::default();
            found.visit_block(&function.block);
            (function.sig.ident.to_string(), found)
        });
        Self(found.collect())
    }

    /// Whether `function` itself writes, or a function of its plugin that it calls.
    pub(super) fn of(&self, function: &Ident) -> bool {
        self.reached(function).0
    }

    /// Whether `function`, or a function of its plugin that it calls, writes without asking `first_time`.
    pub(crate) fn unprotected(&self, function: &Ident) -> bool {
        let (writes, once) = self.reached(function);
        writes && !once
    }

    /// Whether anything in reach writes, and whether anything asks for the first time.
    fn reached(&self, function: &Ident) -> (bool, bool) {
        let (mut open, mut seen) = (vec![function.to_string()], BTreeSet::new());
        let (mut writes, mut once) = (false, false);
        while let Some(name) = open.pop() {
            let Some(found) = self.0.get(&name).filter(|_| seen.insert(name.clone())) else { continue };
            writes |= found.writes;
            once |= found.once;
            open.extend(found.calls.iter().cloned());
        }
        (writes, once)
    }
}

/// Whether this is a call with a statement that writes.
pub(super) fn is_write(call: &ExprMethodCall) -> bool {
    let method = call.method.to_string();
    let sql = call.args.first().and_then(literal);
    let sql = sql.filter(|_| method.starts_with("query") || method.starts_with("execute"));
    sql.is_some_and(|sql| {
        let start = sql.trim_start();
        WRITES.iter().any(|word| start.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word)))
    })
}

impl<'ast> Visit<'ast> for Found {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = call.method.to_string();
        self.writes |= is_write(call);
        self.once |= method == "first_time";
        if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) {
            self.calls.insert(method.clone());
        }
        // What is written in a step is written once, or by somebody who knows that a step is done at least once.
        if matches!(method.as_str(), "transact" | "transact_at" | "step" | "step_at") {
            return self.visit_expr(&call.receiver);
        }
        visit::visit_expr_method_call(self, call);
    }
}

fn literal(argument: &Expr) -> Option<String> {
    match argument {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn finds_statements_that_write_and_the_question_that_protects_them() {
        let functions: Vec<ImplItemFn> = vec![
            parse_quote!(
                async fn writes(&self) {
                    self.db.query_scalar(" insert INTO a VALUES (1) RETURNING id", ()).await
                }
            ),
            parse_quote!(
                async fn through(&self) {
                    self.writes().await
                }
            ),
            parse_quote!(
                async fn reads(&self) {
                    self.db.query("SELECT id FROM a", ()).await
                }
            ),
            parse_quote!(
                async fn once(&self) {
                    self.db
                        .transaction(async |tx| {
                            self.bus.first_time(tx).await?;
                            tx.execute("DELETE FROM a", ()).await
                        })
                        .await
                }
            ),
        ];
        let writes = Writes::scan(functions.iter());
        let unprotected: Vec<_> = functions
            .iter()
            .filter(|function| writes.unprotected(&function.sig.ident))
            .map(|function| function.sig.ident.to_string())
            .collect();
        assert_eq!(unprotected, ["writes", "through"]);
    }
}
