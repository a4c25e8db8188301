//! Which events a plugin's source publishes.
//!
//! In: the functions of an impl. Out: per function, the last segments of the types given to `publish`.
//! A macro sees no types, so a variable counts as every struct that its function builds; the wiring keeps those that
//! are events.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{Expr, ExprMethodCall, ExprStruct, Ident, ImplItemFn, Path};

/// What each function of an impl publishes.
#[derive(Debug, Default)]
pub(crate) struct Published(BTreeMap<String, Found>);

#[derive(Debug, Default)]
struct Found {
    given: Vec<Ident>,
    built: Vec<Ident>,
    by_variable: bool,
    at_a_time: bool,
    calls: BTreeSet<String>,
}

impl Published {
    pub(crate) fn scan<'f>(functions: impl Iterator<Item = &'f ImplItemFn>) -> Self {
        let found = functions.map(|function| {
            let mut found = Found::default();
            found.visit_block(&function.block);
            (function.sig.ident.to_string(), found)
        });
        Self(found.collect())
    }

    /// What `function` publishes, itself or through `self.…` calls.
    pub(crate) fn by(&self, function: &Ident) -> Vec<Ident> {
        let mut seen = BTreeSet::new();
        let mut names = Vec::new();
        self.collect(&function.to_string(), &mut seen, &mut names);
        once_each(names)
    }

    /// What the whole plugin publishes.
    pub(crate) fn by_all(&self) -> Vec<Ident> {
        once_each(self.0.values().flat_map(Found::names).cloned().collect())
    }

    /// Whether any function lets something happen at a time: `once(key, time, event)`, `repeat(key, times, event)`.
    pub(crate) fn at_times(&self) -> bool {
        self.0.values().any(|found| found.at_a_time)
    }

    fn collect(&self, function: &str, seen: &mut BTreeSet<String>, names: &mut Vec<Ident>) {
        let Some(found) = self.0.get(function) else { return };
        if seen.insert(function.to_owned()) {
            names.extend(found.names().cloned());
            for call in &found.calls {
                self.collect(call, seen, names);
            }
        }
    }
}

impl Found {
    fn names(&self) -> impl Iterator<Item = &Ident> {
        let built = if self.by_variable { &self.built[..] } else { &[] };
        self.given.iter().chain(built)
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let method = call.method.to_string();
        // Within a transaction the event comes behind it.
        let in_transaction = method.starts_with("publish_in");
        let is_told = matches!(method.as_str(), "publish" | "publish_with" | "request" | "request_within");
        // Behind a key and a time.
        let at_a_time = matches!(method.as_str(), "once" | "repeat") && call.args.len() == 3;
        self.at_a_time |= at_a_time;
        let is_told = is_told || matches!(method.as_str(), "enqueue" | "enqueue_with" | "enqueue_all");
        if in_transaction || at_a_time || is_told {
            match call.args.iter().nth(if at_a_time { 2 } else { usize::from(in_transaction) }) {
                Some(Expr::Struct(built)) => self.given.extend(type_of(&built.path)),
                Some(Expr::Call(call)) => match &*call.func {
                    Expr::Path(path) => self.given.extend(type_of(&path.path)),
                    _ => self.by_variable = true,
                },
                Some(Expr::Path(path)) if type_of(&path.path).is_some() => self.given.extend(type_of(&path.path)),
                Some(_) => self.by_variable = true,
                None => {}
            }
        } else if matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self")) {
            self.calls.insert(method);
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_struct(&mut self, built: &'ast ExprStruct) {
        self.built.extend(type_of(&built.path));
        visit::visit_expr_struct(self, built);
    }
}

/// The last segment that is written like a type: `UserCreated` of `UserCreated::new`.
fn type_of(path: &Path) -> Option<Ident> {
    let is_type = |ident: &&Ident| ident.to_string().starts_with(char::is_uppercase);
    path.segments.iter().rev().map(|segment| &segment.ident).find(is_type).cloned()
}

fn once_each(names: Vec<Ident>) -> Vec<Ident> {
    let mut seen = BTreeSet::new();
    names.into_iter().filter(|name| seen.insert(name.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn finds_literals_constructors_variables_and_calls_of_its_own() {
        let functions: Vec<ImplItemFn> = vec![
            parse_quote!(
                async fn a(&self) {
                    self.bus.publish(events::Made { id }).await?;
                    self.b().await
                }
            ),
            parse_quote!(
                async fn b(&self) {
                    self.bus.publish(Seen::now()).await;
                    self.a().await
                }
            ),
            parse_quote!(
                async fn c(&self) {
                    let event = Gone { id };
                    self.bus.publish(event).await
                }
            ),
            parse_quote!(
                async fn e(&self) {
                    self.scheduler.once("key", time, Ended { id }).await?;
                    "a".repeat(3);
                }
            ),
            parse_quote!(
                async fn d(&self) {
                    Row { id };
                }
            ),
        ];
        let published = Published::scan(functions.iter());
        let names = |function: &str| {
            published
                .by(&Ident::new(function, proc_macro2::Span::call_site()))
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        };
        assert_eq!(names("a"), ["Made", "Seen"]);
        assert_eq!(names("c"), ["Gone"]);
        assert!(names("d").is_empty());
        assert_eq!(names("e"), ["Ended"]);
        assert!(published.at_times());
        assert_eq!(published.by_all().len(), 4);
    }
}
