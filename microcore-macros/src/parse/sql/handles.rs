//! Which expressions of a function are the tool `db` or a transaction on it, by the names that are in scope.
//!
//! A name means what it was last bound to in the innermost block: one that is bound again, in a pattern of any kind, is
//! not a handle any more.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{
    Expr, FieldPat, FieldValue, GenericParam, Ident, ImplItem, ItemImpl, Member, Pat, PatIdent, Path, Type, UnOp,
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

/// What a name or a value stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The tool `db`, or a transaction.
    Handle,
    /// The plugin itself, whose fields are known.
    Plugin,
    Other,
}

/// The names in scope.
pub(super) struct Handles<'f> {
    fields: &'f BTreeSet<String>,
    /// Whether a path is a type of the framework's.
    is_ours: &'f dyn Fn(&Path) -> bool,
    levels: Vec<BTreeMap<String, Meaning>>,
}

impl<'f> Handles<'f> {
    pub(super) fn new(fields: &'f BTreeSet<String>, is_ours: &'f dyn Fn(&Path) -> bool) -> Self {
        Self { fields, is_ours, levels: vec![BTreeMap::new()] }
    }

    /// Begins a block.
    pub(super) fn enter(&mut self) {
        self.levels.push(BTreeMap::new());
    }

    /// Ends it.
    pub(super) fn leave(&mut self) {
        self.levels.pop();
    }

    /// Begins a function within a function, which sees no names of the outer one; gives them back for later.
    pub(super) fn enter_item(&mut self) -> Vec<BTreeMap<String, Meaning>> {
        std::mem::replace(&mut self.levels, vec![BTreeMap::new()])
    }

    /// Ends it.
    pub(super) fn leave_item(&mut self, outer: Vec<BTreeMap<String, Meaning>>) {
        self.levels = outer;
    }

    pub(super) fn is_handle(&self, value: &Expr) -> bool {
        self.meaning(value) == Meaning::Handle
    }

    pub(super) fn meaning(&self, value: &Expr) -> Meaning {
        match plain(value) {
            Expr::Path(path) if path.path.is_ident("self") => Meaning::Plugin,
            Expr::Path(path) => match path.path.get_ident() {
                Some(name) => self.named(name),
                None => Meaning::Other,
            },
            Expr::Field(field) => match &field.member {
                Member::Named(name) if self.meaning(&field.base) == Meaning::Plugin => self.field(name),
                _ => Meaning::Other,
            },
            _ => Meaning::Other,
        }
    }

    fn named(&self, name: &Ident) -> Meaning {
        let name = name.to_string();
        self.levels.iter().rev().find_map(|level| level.get(&name)).copied().unwrap_or(Meaning::Other)
    }

    fn field(&self, name: &Ident) -> Meaning {
        if self.fields.contains(&name.to_string()) { Meaning::Handle } else { Meaning::Other }
    }

    /// `let pattern = value;`: tuples bind part by part.
    pub(super) fn bind_value(&mut self, pattern: &Pat, value: Option<&Expr>) {
        match (pattern, value.map(plain)) {
            (Pat::Tuple(names), Some(Expr::Tuple(values))) if names.elems.len() == values.elems.len() => {
                for (name, value) in names.elems.iter().zip(&values.elems) {
                    self.bind_value(name, Some(value));
                }
            }
            (pattern, Some(value)) => {
                let meaning = self.meaning(value);
                self.bind(pattern, meaning);
            }
            (pattern, None) => self.bind(pattern, Meaning::Other),
        }
    }

    /// Every name of a pattern that takes a value of this meaning apart.
    pub(super) fn bind(&mut self, pattern: &Pat, meaning: Meaning) {
        match pattern {
            Pat::Ident(name) => {
                self.insert(&name.ident, meaning);
                if let Some((_, inside)) = &name.subpat {
                    self.bind(inside, meaning);
                }
            }
            Pat::Type(typed) => {
                let meaning = if self.is_handle_type(&typed.ty) { Meaning::Handle } else { meaning };
                self.bind(&typed.pat, meaning);
            }
            Pat::Reference(reference) => self.bind(&reference.pat, meaning),
            Pat::Paren(paren) => self.bind(&paren.pat, meaning),
            // `Self { db, .. }`
            Pat::Struct(parts) if meaning == Meaning::Plugin => {
                for FieldPat { member, pat, .. } in &parts.fields {
                    let meaning = match member {
                        Member::Named(name) => self.field(name),
                        Member::Unnamed(_) => Meaning::Other,
                    };
                    self.bind(pat, meaning);
                }
            }
            other => Names(self).visit_pat(other),
        }
    }

    fn insert(&mut self, name: &Ident, meaning: Meaning) {
        if let Some(level) = self.levels.last_mut() {
            level.insert(name.to_string(), meaning);
        }
    }

    fn is_handle_type(&self, ty: &Type) -> bool {
        match ty {
            Type::Reference(reference) => self.is_handle_type(&reference.elem),
            Type::Path(path) => {
                let last = path.path.segments.last();
                last.is_some_and(|last| TYPES.iter().any(|handle| last.ident == handle)) && (self.is_ours)(&path.path)
            }
            _ => false,
        }
    }
}

/// Binds all names of a pattern to nothing in particular.
struct Names<'h, 'f>(&'h mut Handles<'f>);

impl<'ast> Visit<'ast> for Names<'_, '_> {
    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.0.insert(&pattern.ident, Meaning::Other);
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_expr(&mut self, _: &'ast Expr) {}
}

/// Without what does not change what it is: `&`, `*`, parentheses, `clone()`.
fn plain(value: &Expr) -> &Expr {
    match value {
        Expr::Reference(reference) => plain(&reference.expr),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Deref(_)) => plain(&unary.expr),
        Expr::Paren(paren) => plain(&paren.expr),
        Expr::Group(group) => plain(&group.expr),
        Expr::MethodCall(call) if call.method == "clone" => plain(&call.receiver),
        other => other,
    }
}
