//! The SQL in a plugin's functions: which calls give a literal to the tool `db` or to a transaction.
//!
//! In: the impl. Out: [`Statement`]s. A macro sees no types, so a handle is told by where it comes from: `self.db`, a
//! parameter or a variable that is one, the parameter of a closure given to `transaction`. Text that is put together
//! while running is not a literal, and is not seen.

mod handles;
mod parameters;
mod texts;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, Ident, ImplItem, ItemImpl, Macro, Token};

use self::handles::Handles;
use self::texts::Texts;
use super::Constructor;
use crate::decl::StatementDecl;

/// A statement and its call.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) decl: StatementDecl,
    /// Which call it is, in the order of the source, of all calls of methods in the impl; `None` inside a macro.
    pub(crate) call: Option<usize>,
}

/// Every statement of a plugin.
pub(crate) fn statements(item: &ItemImpl, constructor: Option<&Constructor>) -> Vec<Statement> {
    let fields = handles::fields(item, constructor);
    let texts = Texts::of_impl(item);
    let mut scan = Scan::default();
    for function in item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    }) {
        scan.handles = Handles::of(function, &fields);
        scan.texts = texts.with(function);
        scan.function = Some(&function.sig.ident);
        scan.visit_block(&function.block);
    }
    scan.found
}

#[derive(Debug, Default)]
struct Scan<'i> {
    /// Whose body is looked at.
    function: Option<&'i Ident>,
    handles: Handles,
    texts: Texts,
    calls: usize,
    /// How deep in arguments of macros.
    macros: usize,
    found: Vec<Statement>,
}

impl<'ast> Visit<'ast> for Scan<'_> {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let number = (self.macros == 0).then_some(self.calls);
        self.calls += usize::from(self.macros == 0);
        let method = call.method.to_string();
        if (method.starts_with("query") || method.starts_with("execute"))
            && self.handles.contain(&call.receiver)
            && let Some(text) = call.args.first().and_then(|first| self.texts.text(first))
            && let Some(function) = self.function.cloned()
        {
            let given = call.args.get(1).and_then(|given| match method.as_str() {
                "execute_many" => parameters::of_each(given),
                _ => parameters::count(given),
            });
            let (method, sql, checked) = (call.method.clone(), text.literal, text.checked);
            let decl = StatementDecl { function, method, sql, given, checked };
            self.found.push(Statement { decl, call: number });
        }
        visit::visit_expr_method_call(self, call);
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

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn found(item: &ItemImpl) -> Vec<(String, Option<usize>, Option<usize>)> {
        let shown = |statement: Statement| (statement.decl.sql.value(), statement.decl.given, statement.call);
        statements(item, None).into_iter().map(shown).collect()
    }

    #[test]
    fn finds_literals_given_to_the_field_to_variables_and_to_transactions() {
        let item: ItemImpl = parse_quote!(
            impl Many {
                const ALL: &str = "from const";
                async fn one(&self, other: &Db) -> Result<()> {
                    self.db.execute("field", (a, b)).await?;
                    let db = self.db.clone();
                    db.query::<User>("variable", ()).await?;
                    other.query_scalar("parameter", (a,)).await?;
                    self.db.query(Self::ALL, values).await?;
                    let sql = "let";
                    self.db.execute_many(sql, rows.iter().map(|row| (row.a, row.b))).await?;
                    self.db
                        .transaction(async |tx| {
                            tx.execute(concat!("in ", "transaction"), [1, 2, 3]).await?;
                            tx.transaction(async |inner| inner.execute("nested", &()).await).await
                        })
                        .await?;
                    join!(self.db.query("macro", (1,)), other);
                }
            }
        );
        let found = found(&item);
        let texts: Vec<_> = found.iter().map(|(text, given, _)| (text.as_str(), *given)).collect();
        assert_eq!(
            texts,
            [
                ("field", Some(2)),
                ("variable", Some(0)),
                ("parameter", Some(1)),
                ("from const", None),
                ("let", Some(2)),
                ("in transaction", Some(3)),
                ("nested", Some(0)),
                ("macro", Some(1)),
            ]
        );
        assert_eq!(found[0].2, Some(0));
        assert_eq!(found[7].2, None);
    }

    #[test]
    fn leaves_other_receivers_and_texts_that_are_made_while_running() {
        let item: ItemImpl = parse_quote!(
            impl Many {
                async fn one(&self) {
                    self.search.query("not SQL", ()).await;
                    self.db.query(&format!("SELECT {column}"), ()).await;
                    let sql = "SELECT 1";
                    let sql = other(sql);
                    self.db.query(sql, ()).await;
                    self.db.health_check("text").await;
                }
            }
        );
        assert!(found(&item).is_empty());
    }

    #[test]
    fn what_is_unchecked_is_found_and_compared_with_nothing() {
        let item: ItemImpl = parse_quote!(
            impl Many {
                const LATER: &str = sql_unchecked("from const");
                async fn one(&self) {
                    self.db.query(sql_unchecked("PRAGMA x"), ()).await;
                    let sql = microcore::prelude::sql_unchecked("let");
                    self.db.execute(sql, (1,)).await;
                    self.db.query_one(Self::LATER, ()).await;
                    self.db.query_one(sql_unchecked(&made), ()).await;
                    self.db.query_one("checked", ()).await;
                }
            }
        );
        let found = statements(&item, None);
        let shown = |one: &Statement| (one.decl.sql.value(), one.decl.checked, one.decl.gives_rows());
        let expected = [("PRAGMA x", false), ("let", false), ("from const", false), ("checked", true)];
        let expected: Vec<_> = expected.map(|(text, checked)| (text.to_owned(), checked, checked)).into();
        assert_eq!(found.iter().map(shown).collect::<Vec<_>>(), expected);
        let again: StatementDecl = syn::parse2(quote::ToTokens::to_token_stream(&found[1].decl)).unwrap();
        assert_eq!((again.checked, again.given), (false, None));
    }

    #[test]
    fn a_tool_of_a_type_parameter_is_whatever_its_author_says() {
        let item: ItemImpl = parse_quote!(
            impl<D: Source> Many<D> {
                pub fn new(db: D) -> Self {
                    Self { db }
                }
                async fn one(&self) {
                    self.db.query("anything", ()).await;
                }
            }
        );
        let ImplItem::Fn(new) = &item.items[0] else { unreachable!() };
        let constructor = Constructor::parse(new, &mut crate::errors::Errors::default());
        assert!(statements(&item, Some(&constructor)).is_empty());
        assert!(statements(&item, None).is_empty());
    }
}
