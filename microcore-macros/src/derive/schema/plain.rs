//! A plain struct. In: the item. Out: its fields as data, or nothing where only schemars knows what the item means.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Data, DeriveInput, Expr, ExprLit, ExprUnary, Field, Fields, Lit, UnOp};

use crate::derive::report::Report;
use crate::derive::rule::{Rule, rules};
use crate::derive::wire::Wire;

pub(super) fn schema(item: &DeriveInput) -> Option<TokenStream> {
    let Data::Struct(data) = &item.data else { return None };
    let Fields::Named(fields) = &data.fields else { return None };
    let container = known(&item.attrs, &["rename_all", "deny_unknown_fields"])?;
    if !item.generics.params.is_empty() {
        return None;
    }
    let properties: Vec<TokenStream> =
        fields.named.iter().map(|field| property(field, &container)).collect::<Option<_>>()?;
    let (name, shown, doc) = (&item.ident, item.ident.unraw().to_string(), doc(&item.attrs)?);
    let closed = container.has("deny_unknown_fields");
    Some(quote! {
        #[automatically_derived]
        impl ::microcore::__private::schemars::JsonSchema for #name {
            fn schema_name() -> ::microcore::__private::SchemaText {
                ::microcore::__private::schema_name::<Self>(::core::convert::Into::into(#shown))
            }
            fn schema_id() -> ::microcore::__private::SchemaText {
                ::microcore::__private::schema_id::<Self>()
            }
            fn json_schema(
                generator: &mut ::microcore::__private::schemars::SchemaGenerator,
            ) -> ::microcore::__private::schemars::Schema {
                ::microcore::__private::object_schema(generator, #doc, #closed, &[#(#properties),*])
            }
        }
    })
}

/// serde's words, where all of them are understood here, and nothing is left to schemars.
fn known(attributes: &[Attribute], words: &[&str]) -> Option<Wire> {
    let foreign =
        |attribute: &Attribute| attribute.path().is_ident("schemars") || attribute.path().is_ident("deprecated");
    let wire = Wire::of(attributes);
    (!attributes.iter().any(foreign) && wire.has_only(words)).then_some(wire)
}

fn property(field: &Field, container: &Wire) -> Option<TokenStream> {
    let wire = known(&field.attrs, &["rename", "alias"])?;
    let (ident, ty) = (field.ident.as_ref()?, &field.ty);
    let (name, doc) = (wire.field_name(container, ident), doc(&field.attrs)?);
    let mut report = Report::default();
    let limits: Vec<TokenStream> = rules(&field.attrs, &mut report).iter().map(limits).collect::<Option<_>>()?;
    let limits: TokenStream = limits.into_iter().collect();
    let within = (!limits.is_empty()).then(|| quote!(.within(&[#limits])));
    report.is_empty().then(|| quote!(::microcore::__private::Property::of::<#ty>(#name, #doc) #within))
}

/// `None` where a rule says something that is not a literal, or that a schema says in another way.
fn limits(rule: &Rule) -> Option<TokenStream> {
    let arguments = &rule.arguments;
    let format = |format: &str| Some(quote!(::microcore::__private::Limit::Format(#format),));
    let bounds = |names: [(TokenStream, &Option<Expr>); 2], write: fn(&Expr) -> Option<TokenStream>| {
        let mut written = TokenStream::new();
        for (name, value) in names {
            if let Some(value) = value {
                let value = write(value)?;
                // JSON has no number that is so large.
                if value.is_empty() {
                    continue;
                }
                written.extend(quote!(::microcore::__private::Limit::#name(#value),));
            }
        }
        Some(written)
    };
    match rule.name.to_string().as_str() {
        "email" => format("email"),
        "url" => format("uri"),
        "ip" => format("ip"),
        "length" => {
            let (min, max) = (arguments.min.clone(), arguments.max.clone());
            let (min, max) = (min.or(arguments.equal.clone()), max.or(arguments.equal.clone()));
            bounds([(quote!(MinLength), &min), (quote!(MaxLength), &max)], |value| {
                unsigned(value).then(|| quote!(#value))
            })
        }
        "range" => bounds([(quote!(Minimum), &arguments.min), (quote!(Maximum), &arguments.max)], number),
        "must_match" | "custom" | "nested" | "does_not_contain" | "non_control_character" => Some(TokenStream::new()),
        _ => None,
    }
}

fn unsigned(value: &Expr) -> bool {
    matches!(value, Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) if number.suffix().is_empty())
}

/// A literal, perhaps behind a minus; a float with a suffix would not be what `Bound` holds. Nothing where no schema can
/// hold the number, which the rule itself still does.
fn number(value: &Expr) -> Option<TokenStream> {
    let (minus, positive) = match value {
        Expr::Unary(ExprUnary { op: UnOp::Neg(minus), expr, .. }) => (Some(minus), &**expr),
        other => (None, other),
    };
    match positive {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => {
            let Ok(digits) = number.base10_parse::<u64>() else { return Some(TokenStream::new()) };
            let literal = Literal::u64_unsuffixed(digits);
            let is_signed = minus.is_some() && digits <= i64::MIN.unsigned_abs();
            Some(match i64::try_from(digits) {
                Ok(_) => quote!(::microcore::__private::Bound::Integer(#minus #literal)),
                Err(_) if is_signed => quote!(::microcore::__private::Bound::Integer(#minus #literal)),
                Err(_) if minus.is_some() => TokenStream::new(),
                Err(_) => quote!(::microcore::__private::Bound::Unsigned(#literal)),
            })
        }
        Expr::Lit(ExprLit { lit: Lit::Float(number), .. }) if number.suffix().is_empty() => {
            Some(quote!(::microcore::__private::Bound::Float(#value)))
        }
        _ => None,
    }
}

/// The documentation as schemars reads it; one that begins with a heading has a title, which it takes apart itself.
fn doc(attributes: &[Attribute]) -> Option<String> {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let Ok(pair) = attribute.meta.require_name_value() else { continue };
        let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value else { return None };
        let line = line.value();
        lines.push(line.strip_prefix(' ').map(str::to_owned).unwrap_or(line));
    }
    let text = lines.join("\n").trim_ascii().to_owned();
    (!text.starts_with('#')).then_some(text)
}
