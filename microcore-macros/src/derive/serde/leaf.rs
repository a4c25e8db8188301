//! Fields whose values have our grammar: dates, moments, decimals, ids, `f32`, and options of options. In: a shadow. Out:
//! the same, each such field read by `read_leaf`.
//!
//! A plain struct reads every field so. Here serde writes the code, and it is told where the type of a field names one.

use syn::visit::{self, Visit};
use syn::{Data, DeriveInput, Field, Fields, Ident, Type, TypePath, parse_quote};

use crate::derive::rule::inside_option;
use crate::derive::wire::Wire;

/// What the runtime reads in its own way.
const LEAVES: [&str; 5] = ["Date", "Timestamp", "Decimal", "Uuid", "f32"];

/// Serde's words that read the field in another way already, or not at all.
const OTHERWISE: [&str; 6] = ["deserialize_with", "with", "flatten", "skip", "skip_deserializing", "borrow"];

pub(super) fn read_leaves(shadow: &mut DeriveInput, item: &Wire) {
    // What a type parameter stands for may be absent, which serde would not know any more.
    if shadow.generics.type_params().next().is_some() {
        return;
    }
    let fields: Vec<&mut Field> = match &mut shadow.data {
        Data::Struct(data) => of(&mut data.fields),
        Data::Enum(data) => data.variants.iter_mut().flat_map(|variant| of(&mut variant.fields)).collect(),
        Data::Union(_) => Vec::new(),
    };
    for field in fields {
        let wire = Wire::of(&field.attrs);
        if wire.has_any(&OTHERWISE) || !has_leaf(&field.ty) {
            continue;
        }
        field.attrs.push(parse_quote!(#[serde(deserialize_with = "::microcore::__private::read_leaf")]));
        // serde asks the type whether it may be absent, unless a function reads it.
        if inside_option(&field.ty).is_some() && !wire.has("default") && !item.has("default") {
            field.attrs.push(parse_quote!(#[serde(default)]));
        }
    }
}

fn of(fields: &mut Fields) -> Vec<&mut Field> {
    fields.iter_mut().collect()
}

fn has_leaf(ty: &Type) -> bool {
    struct Leaves(bool);
    impl Visit<'_> for Leaves {
        fn visit_ident(&mut self, ident: &Ident) {
            self.0 |= LEAVES.iter().any(|leaf| ident == leaf);
        }

        fn visit_type_path(&mut self, path: &TypePath) {
            let inside = inside_option(&Type::Path(path.clone())).and_then(inside_option).is_some();
            self.0 |= inside;
            visit::visit_type_path(self, path);
        }
    }
    let mut found = Leaves(false);
    found.visit_type(ty);
    found.0
}
