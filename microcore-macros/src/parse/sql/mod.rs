//! The SQL in functions: which calls give a literal to the tool `db` or to a transaction.
//!
//! In: an impl or a function. Out: [`Statement`]s. A macro sees no types, so a handle is told by where it comes from:
//! `self.db`, a parameter or a variable that is one, the parameter of a closure given to `transaction`. Text that is put
//! together while running is not a literal, and is not seen.

mod handles;
mod parameters;
mod scan;
mod texts;

use std::collections::BTreeSet;

use syn::{ImplItem, ItemFn, ItemImpl, Path};

use self::scan::Scan;
use self::texts::Texts;
use super::Constructor;
use crate::decl::StatementDecl;

/// A statement and its call.
#[derive(Debug)]
pub(crate) struct Statement {
    pub(crate) decl: StatementDecl,
    /// Which call it is, in the order of the source, of all calls of methods in the item; `None` inside a macro.
    pub(crate) call: Option<usize>,
}

/// Whether a path names a type of the framework's.
pub(crate) type IsOurs<'a> = &'a dyn Fn(&Path) -> bool;

/// Every statement of a plugin.
pub(crate) fn of_plugin(item: &ItemImpl, constructor: Option<&Constructor>, is_ours: IsOurs<'_>) -> Vec<Statement> {
    of_functions(item, &handles::fields(item, constructor), is_ours)
}

/// Every statement of any other impl, whose field `db` is the tool.
pub(crate) fn of_impl(item: &ItemImpl, is_ours: IsOurs<'_>) -> Vec<Statement> {
    of_functions(item, &BTreeSet::from(["db".to_owned()]), is_ours)
}

/// Every statement of a function.
pub(crate) fn of_function(item: &ItemFn, is_ours: IsOurs<'_>) -> Vec<Statement> {
    let fields = BTreeSet::new();
    let mut scan = Scan::new(&fields, is_ours);
    scan.function(&item.sig, &item.block, Texts::default().with(&item.sig, &item.block));
    scan.found
}

fn of_functions(item: &ItemImpl, fields: &BTreeSet<String>, is_ours: IsOurs<'_>) -> Vec<Statement> {
    let texts = Texts::of_impl(item);
    let mut scan = Scan::new(fields, is_ours);
    for item in &item.items {
        if let ImplItem::Fn(function) = item {
            scan.function(&function.sig, &function.block, texts.with(&function.sig, &function.block));
        }
    }
    scan.found
}

#[cfg(test)]
mod tests {
    use syn::parse_quote;

    use super::*;

    fn found(item: &ItemImpl) -> Vec<(String, Option<usize>, Option<usize>)> {
        let shown = |statement: Statement| (statement.decl.sql.value(), statement.decl.given, statement.call);
        of_plugin(item, None, &|_| true).into_iter().map(shown).collect()
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
                    self.db.transaction_retried(3, || async |tx| tx.execute("tried again", ()).await).await?;
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
                ("tried again", Some(0)),
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
        let found = of_plugin(&item, None, &|_| true);
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
        assert!(of_plugin(&item, Some(&constructor), &|_| true).is_empty());
        assert!(of_plugin(&item, None, &|_| true).is_empty());
    }

    #[test]
    fn a_plugin_that_is_taken_apart_is_seen_as_it_is() {
        let item: ItemImpl = parse_quote!(
            impl Many {
                async fn one(&self) {
                    let Self { db, .. } = self;
                    db.query("apart", ()).await;
                    let Self { db: store, bus } = &self;
                    store.query("renamed", ()).await;
                    let (first, other) = (&self.db, 1);
                    first.query("tuple", ()).await;
                    let this = self;
                    this.db.query("another name", ()).await;
                    if let Many { db: inside, .. } = self {
                        (*inside).query("if let", ()).await;
                    }
                    match self {
                        Self { db: found, .. } if ready => found.query("match", ()).await,
                    }
                    let work = async |db: &Db| db.query("closure", ()).await;
                    tokio::spawn(async move { store.query("block", ()).await });
                }
            }
        );
        let found = found(&item);
        let texts: Vec<_> = found.iter().map(|(text, ..)| text.as_str()).collect();
        let expected = ["apart", "renamed", "tuple", "another name", "if let", "match", "closure", "block"];
        assert_eq!(texts, expected);
    }

    #[test]
    fn a_name_that_means_something_else_in_its_block_is_no_handle_there() {
        let item: ItemImpl = parse_quote!(
            impl Many {
                async fn one(&self, tx: &mut Transaction<'_>) {
                    let db = &self.db;
                    {
                        let db = other();
                        db.query("shadowed", ()).await;
                    }
                    for db in list {
                        db.query("loop", ()).await;
                    }
                    list.map(|db| db.query("closure", ()));
                    match value {
                        Some(db) => db.query("arm", ()).await,
                        None => {}
                    }
                    if let Some(db) = value {
                        db.query("if let", ()).await;
                    }
                    fn inner(value: Other) {
                        db.query("of another function", ());
                    }
                    db.query("seen", ()).await;
                    let db = other();
                    db.query("bound again", ()).await;
                    tx.query("of a parameter", ()).await;
                }
            }
        );
        let texts: Vec<_> = found(&item).into_iter().map(|(text, ..)| text).collect();
        assert_eq!(texts, ["seen", "of a parameter"]);
        let theirs = of_plugin(&item, None, &|path| path.is_ident("Db"));
        assert_eq!(theirs.len(), 1, "a transaction of another crate is none of ours");
    }

    #[test]
    fn other_impls_and_functions_are_seen_in_the_same_way() {
        let item: ItemImpl = parse_quote!(
            impl Users {
                const ALL: &str = "of a constant";
                async fn all(&self) {
                    self.db.query(Self::ALL, ()).await
                }
            }
        );
        assert_eq!(of_impl(&item, &|_| true).len(), 1);
        let item: ItemFn = parse_quote!(
            async fn all(db: &Db, tx: &mut Transaction<'_>) {
                db.query("a", ()).await;
                tx.query("b", ()).await
            }
        );
        assert_eq!(of_function(&item, &|_| true).len(), 2);
    }
}
