//! What a broken rule says to the client. In: the rule and the field's type. Out: an expression for its sentence.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Expr, Type};

use super::rule::Rule;

pub(crate) fn sentence(rule: &Rule, ty: &Type) -> TokenStream {
    let arguments = &rule.arguments;
    if let Some(message) = &arguments.message {
        return quote!(#message);
    }
    match rule.name.to_string().as_str() {
        "length" => length(rule, ty),
        "range" => range(rule),
        "email" => quote!("must be an email address"),
        "url" => quote!("must be a URL"),
        "ip" => quote!("must be an IP address"),
        "required" => quote!("is required"),
        "regex" => quote!("must match the pattern"),
        "non_control_character" => quote!("must not have control characters"),
        "contains" | "does_not_contain" => {
            let must = if rule.name == "contains" { "must contain" } else { "must not contain" };
            let pattern = arguments.pattern.as_ref().map(syn::LitStr::value).unwrap_or_default();
            let text = format!("{must} `{pattern}`");
            quote!(#text)
        }
        "must_match" => {
            let other = arguments.other.as_ref().map(ToString::to_string).unwrap_or_default();
            let text = format!("must be the same as `{other}`");
            quote!(#text)
        }
        _ => quote!("is not valid"),
    }
}

fn length(rule: &Rule, ty: &Type) -> TokenStream {
    let arguments = &rule.arguments;
    let (one, many) = if is_list(ty) { ("item", "items") } else { ("character", "characters") };
    let unit = |count: &Expr| if shown(count).as_deref() == Some("1") { one } else { many };
    match (&arguments.equal, &arguments.min, &arguments.max) {
        (Some(equal), _, _) => text("must have exactly {} ", &[equal], unit(equal)),
        (_, Some(min), Some(max)) => text("must have {} to {} ", &[min, max], unit(max)),
        (_, Some(min), None) => text("must have at least {} ", &[min], unit(min)),
        (_, None, Some(max)) => text("must have at most {} ", &[max], unit(max)),
        _ => quote!("is not valid"),
    }
}

fn range(rule: &Rule) -> TokenStream {
    let arguments = &rule.arguments;
    match (&arguments.min, &arguments.exclusive_min, &arguments.max, &arguments.exclusive_max) {
        (Some(min), _, Some(max), _) => text("must be from {} to {}", &[min, max], ""),
        (Some(min), _, _, Some(max)) => text("must be at least {} and less than {}", &[min, max], ""),
        (_, Some(min), Some(max), _) => text("must be greater than {} and at most {}", &[min, max], ""),
        (_, Some(min), _, Some(max)) => text("must be greater than {} and less than {}", &[min, max], ""),
        (Some(min), ..) => text("must be at least {}", &[min], ""),
        (_, Some(min), ..) => text("must be greater than {}", &[min], ""),
        (_, _, Some(max), _) => text("must be at most {}", &[max], ""),
        (_, _, _, Some(max)) => text("must be less than {}", &[max], ""),
        _ => quote!("is not valid"),
    }
}

/// A literal where every value is one; otherwise the sentence is made when it is needed.
fn text(pattern: &str, values: &[&Expr], unit: &str) -> TokenStream {
    let shown: Option<Vec<String>> = values.iter().map(|value| shown(value)).collect();
    if let Some(shown) = shown {
        let text = shown.iter().fold(pattern.to_owned(), |text, value| text.replacen("{}", value, 1)) + unit;
        return quote!(#text);
    }
    let pattern = pattern.to_owned() + unit;
    quote!(::std::format!(#pattern, #(#values),*))
}

/// A number as the client should read it: `1_000u64` is `1000`.
fn shown(value: &Expr) -> Option<String> {
    match value {
        Expr::Lit(one) => match &one.lit {
            syn::Lit::Int(number) => Some(number.base10_digits().to_owned()),
            syn::Lit::Float(number) => Some(number.base10_digits().to_owned()),
            _ => None,
        },
        Expr::Unary(one) if matches!(one.op, syn::UnOp::Neg(_)) => Some(format!("-{}", shown(&one.expr)?)),
        _ => None,
    }
}

fn is_list(ty: &Type) -> bool {
    match ty {
        Type::Array(_) | Type::Slice(_) => true,
        Type::Reference(one) => is_list(&one.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let name = last.ident.to_string();
            name.starts_with("Vec") || name.ends_with("Map") || name.ends_with("Set")
        }),
        _ => false,
    }
}
