//! A copy of the item under another name, on which serde and schemars derive. In: the item. Out: the copy.

use quote::format_ident;
use syn::visit_mut::{self, VisitMut};
use syn::{Attribute, Data, DeriveInput, Fields, Path, Visibility, parse_quote};

/// The item's copy with the attributes that `keep` accepts; a `Self` in it means the item.
///
/// It stands beside the item, so `purpose` tells several of one item apart.
pub(crate) fn shadow(item: &DeriveInput, purpose: &str, keep: impl Fn(&Attribute) -> bool) -> DeriveInput {
    let mut copy = item.clone();
    copy.ident = format_ident!("__{purpose}_{}", syn::ext::IdentExt::unraw(&item.ident), span = item.ident.span());
    copy.vis = Visibility::Inherited;
    let packed = |attribute: &Attribute| {
        // A packed item can't be borrowed from: serde must see that.
        attribute.path().is_ident("repr") && quote::ToTokens::to_token_stream(attribute).to_string().contains("packed")
    };
    copy.attrs.retain(|attribute| keep(attribute) || packed(attribute));
    let trim = |fields: &mut Fields| {
        for field in fields.iter_mut() {
            field.vis = Visibility::Inherited;
            field.attrs.retain(&keep);
        }
    };
    match &mut copy.data {
        Data::Struct(data) => trim(&mut data.fields),
        Data::Enum(data) => {
            for variant in &mut data.variants {
                variant.attrs.retain(&keep);
                variant.discriminant = None;
                trim(&mut variant.fields);
            }
        }
        Data::Union(_) => {}
    }
    let name = &item.ident;
    let (_, arguments, _) = item.generics.split_for_impl();
    Receiver(parse_quote!(#name #arguments)).visit_derive_input_mut(&mut copy);
    copy
}

/// Writes the item's own type where it says `Self`.
struct Receiver(Path);

impl VisitMut for Receiver {
    fn visit_path_mut(&mut self, path: &mut Path) {
        if path.is_ident("Self") {
            *path = self.0.clone();
        } else {
            visit_mut::visit_path_mut(self, path);
        }
    }
}
