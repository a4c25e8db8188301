//! Runs the generated `Endpoint::find` as it is written. It knows the few forms that the router is made of, and panics at
//! any other.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use syn::{Block, Expr, ImplItem, Item, Lit, Pat, Stmt};

use super::model::Found;

/// The body of `find`.
pub(super) struct Router(Block);

/// What a variable holds: a text, or what is left of the path.
#[derive(Clone, Copy)]
enum Value<'p> {
    Text(&'p str),
    Left(Option<&'p str>),
}

struct Run<'p> {
    method: &'p str,
    variables: HashMap<String, Value<'p>>,
    allowed: u8,
    /// What is asked where no route has the method.
    folder: Option<Found>,
}

impl Router {
    pub(super) fn of(wired: TokenStream) -> Self {
        let file: syn::File = syn::parse2(wired).expect("generated code is a list of items");
        let mut found = Vec::new();
        collect(&file.items, &mut found);
        Self(found.pop().expect("the wiring has a router"))
    }

    pub(super) fn find(&self, method: &str, path: &str) -> Found {
        let rest = Value::Left(Some(&path[1..]));
        let mut run = Run { method, variables: HashMap::from([("rest".to_owned(), rest)]), allowed: 0, folder: None };
        run.block(&self.0).unwrap_or(Found::Nothing(run.allowed))
    }
}

/// Every function `find`, in whatever module it stands.
fn collect(items: &[Item], found: &mut Vec<Block>) {
    for item in items {
        match item {
            Item::Mod(module) => collect(module.content.as_ref().map_or(&[], |(_, items)| items), found),
            Item::Impl(block) => found.extend(block.items.iter().filter_map(|item| match item {
                ImplItem::Fn(function) if function.sig.ident == "find" => Some(function.block.clone()),
                _ => None,
            })),
            _ => {}
        }
    }
}

impl<'p> Run<'p> {
    fn block(&mut self, block: &Block) -> Option<Found> {
        block.stmts.iter().find_map(|statement| match statement {
            Stmt::Local(local) => {
                self.bind(local);
                None
            }
            Stmt::Expr(expression, _) => self.expression(expression),
            other => panic!("a statement of another kind: {}", quote::quote!(#other)),
        })
    }

    fn expression(&mut self, expression: &Expr) -> Option<Found> {
        match expression {
            Expr::If(branch) => {
                if self.holds(&branch.cond) {
                    self.block(&branch.then_branch)
                } else {
                    self.expression(&branch.else_branch.as_ref()?.1)
                }
            }
            Expr::Match(choice) => {
                let arm = choice.arms.iter().find(|arm| self.fits(&choice.expr, &arm.pat))?;
                self.expression(&arm.body)
            }
            Expr::Block(block) => self.block(&block.block),
            Expr::Return(back) => Some(self.endpoint(back.expr.as_ref().expect("a return has a value"))),
            Expr::MethodCall(call) if call.method == "add" => {
                self.allowed |= number(&call.args[0]);
                None
            }
            Expr::MethodCall(call) if call.method == "get_or_insert" => {
                let folder = self.endpoint(&call.args[0]);
                self.folder.get_or_insert(folder);
                None
            }
            // At the end: `folder.unwrap_or(Self::None(…))`, with all methods that were gathered.
            Expr::MethodCall(call) if call.method == "unwrap_or" => match self.folder.take() {
                Some(Found::Folder(number, captured, _)) => Some(Found::Folder(number, captured, self.allowed)),
                other => other,
            },
            // `Self::None(…)` at the end.
            Expr::Call(_) => None,
            other => panic!("an expression of another kind: {}", quote::quote!(#other)),
        }
    }

    /// `let whole0 = "";`. What `find` begins with, `rest` and `folder`, is there already.
    fn bind(&mut self, local: &syn::Local) {
        if let Some(init) = &local.init
            && let Expr::Lit(literal) = &*init.expr
        {
            assert!(matches!(&literal.lit, Lit::Str(text) if text.value().is_empty()), "the only text is an empty one");
            let mut names = Vec::new();
            bound(&local.pat, &mut names);
            self.variables.extend(names.into_iter().map(|name| (name, Value::Text(""))));
        }
    }

    fn holds(&mut self, condition: &Expr) -> bool {
        match condition {
            Expr::Unary(not) => !self.holds(&not.expr),
            Expr::MethodCall(call) => match (self.value(&call.receiver), call.method.to_string().as_str()) {
                (Value::Left(left), "is_end") => left.is_none(),
                (Value::Text(text), "is_empty") => text.is_empty(),
                (_, other) => panic!("`{other}` is no condition"),
            },
            Expr::Let(binding) => {
                let Expr::MethodCall(call) = &*binding.expr else { panic!("only calls are bound") };
                let Value::Left(left) = self.value(&call.receiver) else { panic!("a path is split") };
                let Some(left) = left else { return false };
                let values = match call.method.to_string().as_str() {
                    "split" => match left.split_once('/') {
                        Some((segment, rest)) => vec![Value::Text(segment), Value::Left(Some(rest))],
                        None => vec![Value::Text(left), Value::Left(None)],
                    },
                    "remaining" => vec![Value::Text(left)],
                    other => panic!("`{other}` gives nothing to bind"),
                };
                let mut names = Vec::new();
                bound(&binding.pat, &mut names);
                assert_eq!(names.len(), values.len());
                self.variables.extend(names.into_iter().zip(values));
                true
            }
            other => panic!("a condition of another kind: {}", quote::quote!(#other)),
        }
    }

    /// Whether what is looked at fits the pattern.
    fn fits(&self, subject: &Expr, pattern: &Pat) -> bool {
        match pattern {
            Pat::Wild(_) => true,
            Pat::Or(patterns) => patterns.cases.iter().any(|pattern| self.fits(subject, pattern)),
            Pat::Path(method) => {
                assert!(matches!(subject, Expr::Unary(_)), "only the method is looked at through a reference");
                method.path.segments.last().expect("a path has an end").ident == self.method
            }
            Pat::Lit(literal) => match (&literal.lit, subject) {
                (Lit::Str(text), _) => matches!(self.value(subject), Value::Text(value) if value == text.value()),
                (Lit::Byte(byte), Expr::Index(index)) => self.byte(index) == byte.value(),
                (Lit::Int(wanted), Expr::Index(index)) => {
                    self.byte(index) == wanted.base10_parse::<u8>().expect("a byte")
                }
                (Lit::Int(wanted), Expr::MethodCall(call)) if call.method == "len" => {
                    let Value::Text(text) = self.value(&call.receiver) else { panic!("a text has a length") };
                    text.len() == wanted.base10_parse::<usize>().expect("a length")
                }
                _ => panic!("a pattern that fits nothing here: {}", quote::quote!(#pattern)),
            },
            other => panic!("a pattern of another kind: {}", quote::quote!(#other)),
        }
    }

    fn byte(&self, index: &syn::ExprIndex) -> u8 {
        let Expr::MethodCall(call) = &*index.expr else { panic!("bytes of a text") };
        let Value::Text(text) = self.value(&call.receiver) else { panic!("bytes of a text") };
        let Expr::Lit(position) = &*index.index else { panic!("a position is a number") };
        let Lit::Int(position) = &position.lit else { panic!("a position is a number") };
        text.as_bytes()[position.base10_parse::<usize>().expect("a position")]
    }

    fn value(&self, expression: &Expr) -> Value<'p> {
        let Expr::Path(path) = expression else { panic!("a variable") };
        self.variables[&path.path.get_ident().expect("a variable is one word").to_string()]
    }

    /// `Self::SitePageGetH3 { id: segment1 }`, or `Self::SitePageMountH4 { path: whole1 }`.
    fn endpoint(&self, expression: &Expr) -> Found {
        let (path, captured) = match expression {
            Expr::Path(path) => (&path.path, Vec::new()),
            Expr::Struct(built) => {
                let captured = built.fields.iter().map(|field| match self.value(&field.expr) {
                    Value::Text(text) => text.to_owned(),
                    Value::Left(_) => panic!("a capture is a text"),
                });
                (&built.path, captured.collect())
            }
            other => panic!("an endpoint of another kind: {}", quote::quote!(#other)),
        };
        let name = path.segments.last().expect("a path has an end").ident.to_string();
        let number = name.rsplit('H').next().and_then(|number| number.parse().ok()).expect("handlers are numbered");
        if name.contains("Mount") {
            Found::Folder(number, captured, self.allowed)
        } else {
            Found::Route(number, captured)
        }
    }
}

fn number(expression: &Expr) -> u8 {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().expect("bits fit a byte"),
            _ => panic!("bits are a number"),
        },
        _ => panic!("bits are a number"),
    }
}

/// The variables of a pattern such as `Some((segment, rest))`.
fn bound(pattern: &Pat, names: &mut Vec<String>) {
    match pattern {
        Pat::Ident(ident) => names.push(ident.ident.to_string()),
        Pat::Tuple(tuple) => tuple.elems.iter().for_each(|pattern| bound(pattern, names)),
        Pat::TupleStruct(some) => some.elems.iter().for_each(|pattern| bound(pattern, names)),
        Pat::Paren(inner) => bound(&inner.pat, names),
        other => panic!("a pattern of another kind: {}", quote::quote!(#other)),
    }
}
