//! What serde would ask of a generic item's parameters. In: the item. Out: `where` predicates for both of our impls.
//!
//! They are written out and given to the shadow too, so that both sides ask for the same.

use proc_macro2::TokenStream;
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Data, DeriveInput, Field, Ident, Lifetime, LitStr, Path, Type, TypePath};

use super::wire::Wire;

/// Which half of serde.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Serialize,
    Deserialize,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Serialize => "serialize",
            Self::Deserialize => "deserialize",
        }
    }

    fn left_out(self) -> &'static [&'static str] {
        match self {
            Self::Serialize => &["skip", "skip_serializing", "serialize_with", "with"],
            Self::Deserialize => &["skip", "skip_deserializing", "deserialize_with", "with"],
        }
    }
}

/// The predicates; `lifetime` is `'de` or `'static`.
pub(crate) fn bounds(item: &DeriveInput, side: Side, lifetime: &Lifetime) -> TokenStream {
    let container = Wire::of(&item.attrs);
    let field_bounds = fields(item).filter_map(|(field, _)| written(&Wire::of(&field.attrs), side));
    let mut predicates: Vec<TokenStream> = field_bounds.collect();
    if let Some(bound) = written(&container, side) {
        predicates.push(bound);
        return quote!(#(#predicates,)*);
    }
    let asked = match side {
        Side::Serialize => quote!(::microcore::__private::serde::Serialize),
        Side::Deserialize => quote!(::microcore::__private::serde::Deserialize<#lifetime>),
    };
    let used = |keep: &dyn Fn(&Wire, &Wire) -> bool| {
        let mut found = Parameters { all: item.generics.type_params().map(|one| &one.ident).collect(), used: vec![] };
        for (field, variant) in fields(item) {
            if keep(&Wire::of(&field.attrs), &variant) {
                found.visit_type(&field.ty);
            }
        }
        found.used
    };
    let plain = |wire: &Wire| !wire.has_any(side.left_out()) && !wire.has("bound");
    predicates.extend(used(&|field, variant| plain(field) && plain(variant)).iter().map(|ty| quote!(#ty: #asked)));
    if matches!(side, Side::Deserialize) {
        let needs_default = |field: &Wire| {
            field.is_bare("default") || field.has_any(&["skip", "skip_deserializing"]) && !field.has("default")
        };
        let defaults = used(&|field, _| needs_default(field));
        predicates.extend(defaults.iter().map(|ty| quote!(#ty: ::core::default::Default)));
    }
    quote!(#(#predicates,)*)
}

fn written(wire: &Wire, side: Side) -> Option<TokenStream> {
    wire.value("bound", side.name()).and_then(|bound| {
        let text = bound.value();
        (!text.trim().is_empty()).then(|| text.trim_end_matches([',', ' ']).parse().ok()).flatten().or(Some(quote!()))
    })
}

/// The lifetimes that live as long as the input: `&'a str`, `&'a [u8]` and what `#[serde(borrow)]` names.
pub(crate) fn borrowed(item: &DeriveInput) -> Vec<Lifetime> {
    let mut all: Vec<Lifetime> = Vec::new();
    for (field, _) in fields(item) {
        let wire = Wire::of(&field.attrs);
        if wire.has_any(&["skip", "skip_deserializing"]) {
            continue;
        }
        let found = if let Some(named) = wire.value("borrow", "") {
            let text: LitStr = named.clone();
            text.value().split('+').map(|name| Lifetime::new(name.trim(), text.span())).collect()
        } else if wire.has("borrow") {
            let mut lifetimes = Lifetimes(Vec::new());
            lifetimes.visit_type(&field.ty);
            lifetimes.0
        } else {
            reference(&field.ty).into_iter().collect()
        };
        all.extend(found);
    }
    all.sort();
    all.dedup();
    all
}

/// The lifetime of a `&str`, a `&[u8]` or an `Option` of one: those serde borrows by itself.
fn reference(ty: &Type) -> Option<Lifetime> {
    match ty {
        Type::Reference(one) => match &*one.elem {
            Type::Path(path) if path.path.is_ident("str") => one.lifetime.clone(),
            Type::Slice(slice) if matches!(&*slice.elem, Type::Path(path) if path.path.is_ident("u8")) => {
                one.lifetime.clone()
            }
            _ => None,
        },
        _ => reference(super::rule::inside_option(ty)?),
    }
}

fn fields(item: &DeriveInput) -> impl Iterator<Item = (&Field, Wire)> {
    let found: Vec<(&Field, Wire)> = match &item.data {
        Data::Struct(data) => data.fields.iter().map(|field| (field, Wire::of(&[]))).collect(),
        Data::Enum(data) => data
            .variants
            .iter()
            .flat_map(|variant| variant.fields.iter().map(|field| (field, Wire::of(&variant.attrs))))
            .collect(),
        Data::Union(_) => Vec::new(),
    };
    found.into_iter()
}

struct Lifetimes(Vec<Lifetime>);

impl Visit<'_> for Lifetimes {
    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        self.0.push(lifetime.clone());
    }
}

/// Collects `T`, and `T::Item` where a field names one; a `PhantomData<T>` asks for nothing.
struct Parameters<'a> {
    all: Vec<&'a Ident>,
    used: Vec<Path>,
}

impl Parameters<'_> {
    fn add(&mut self, path: &Path) {
        if !self.used.contains(path) {
            self.used.push(path.clone());
        }
    }
}

impl Visit<'_> for Parameters<'_> {
    fn visit_type_path(&mut self, ty: &TypePath) {
        if let (None, Some(first)) = (&ty.qself, ty.path.segments.first())
            && ty.path.segments.len() > 1
            && self.all.contains(&&first.ident)
        {
            self.add(&ty.path);
            return;
        }
        visit::visit_type_path(self, ty);
    }

    fn visit_path(&mut self, path: &Path) {
        if path.segments.last().is_some_and(|last| last.ident == "PhantomData") {
            return;
        }
        if path.get_ident().is_some_and(|ident| self.all.contains(&ident)) {
            self.add(path);
        }
        visit::visit_path(self, path);
    }
}
