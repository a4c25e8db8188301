//! Which expressions of a function are a text that the source spells out.

use std::collections::BTreeMap;

use syn::punctuated::Punctuated;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprLit, ImplItem, ItemConst, ItemImpl, Lit, LitStr, Local, Pat, PatIdent, Signature, Token};

/// A text that the source spells out.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) literal: LitStr,
    /// Not inside of `sql_unchecked`.
    pub(super) checked: bool,
}

/// The texts that have a name.
#[derive(Debug, Default, Clone)]
pub(super) struct Texts {
    /// Constants of the impl: `Self::ALL`.
    constants: BTreeMap<String, Text>,
    /// Variables and constants of the function; `None` where a name stands for something else too.
    names: BTreeMap<String, Option<Text>>,
}

impl Texts {
    pub(super) fn of_impl(item: &ItemImpl) -> Self {
        let mut texts = Self::default();
        for item in &item.items {
            if let ImplItem::Const(constant) = item
                && let Some(text) = texts.text(&constant.expr)
            {
                texts.constants.insert(constant.ident.to_string(), text);
            }
        }
        texts
    }

    /// These and the ones of a function.
    pub(super) fn with(&self, signature: &Signature, block: &Block) -> Self {
        let mut texts = self.clone();
        texts.visit_signature(signature);
        texts.visit_block(block);
        texts
    }

    /// The text that a value is, with its span.
    pub(super) fn text(&self, value: &Expr) -> Option<Text> {
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Text { literal: text.clone(), checked: true }),
            Expr::Paren(paren) => self.text(&paren.expr),
            Expr::Group(group) => self.text(&group.expr),
            Expr::Reference(reference) => self.text(&reference.expr),
            Expr::Macro(call) if call.mac.path.is_ident("concat") => {
                let parts = call.mac.parse_body_with(Punctuated::<LitStr, Token![,]>::parse_terminated).ok()?;
                let span = parts.first()?.span();
                let literal = LitStr::new(&parts.iter().map(LitStr::value).collect::<String>(), span);
                Some(Text { literal, checked: true })
            }
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if path.path.segments.last()?.ident == "sql_unchecked" => {
                    Some(Text { checked: false, ..self.text(call.args.first()?)? })
                }
                _ => None,
            },
            Expr::Path(path) => {
                let segments = &path.path.segments;
                match (segments.len(), path.path.get_ident()) {
                    (1, Some(name)) => self.names.get(&name.to_string())?.clone(),
                    (2, _) if segments[0].ident == "Self" => {
                        self.constants.get(&segments[1].ident.to_string()).cloned()
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn name(&mut self, name: String, text: Option<Text>) {
        self.names.entry(name).and_modify(|known| *known = None).or_insert(text);
    }
}

impl<'ast> Visit<'ast> for Texts {
    /// `let sql = "…";`
    fn visit_local(&mut self, local: &'ast Local) {
        let pattern = match &local.pat {
            Pat::Type(typed) => &*typed.pat,
            pattern => pattern,
        };
        let text = local.init.as_ref().and_then(|init| self.text(&init.expr));
        match (pattern, text) {
            (Pat::Ident(name), Some(text)) if name.mutability.is_none() => {
                self.name(name.ident.to_string(), Some(text));
            }
            (pattern, _) => self.visit_pat(pattern),
        }
        if let Some(init) = &local.init {
            visit::visit_local_init(self, init);
        }
    }

    fn visit_item_const(&mut self, constant: &'ast ItemConst) {
        let text = self.text(&constant.expr);
        self.name(constant.ident.to_string(), text);
    }

    fn visit_pat_ident(&mut self, pattern: &'ast PatIdent) {
        self.name(pattern.ident.to_string(), None);
    }
}
