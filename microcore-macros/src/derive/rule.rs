//! The rules of one field. In: `#[validate(…)]`, read with darling. Out: [`Rule`]s, or mistakes at their tokens.

use darling::FromMeta;
use darling::ast::NestedMeta;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Ident, LitStr, Meta, Type};

use super::report::{Report, nearest};

/// One rule as written: its name, and every argument that some rule takes.
pub(crate) struct Rule {
    pub(crate) name: Ident,
    pub(crate) arguments: Arguments,
}

#[derive(Default, FromMeta)]
#[darling(default)]
pub(crate) struct Arguments {
    pub(crate) min: Option<Expr>,
    pub(crate) max: Option<Expr>,
    pub(crate) equal: Option<Expr>,
    pub(crate) exclusive_min: Option<Expr>,
    pub(crate) exclusive_max: Option<Expr>,
    pub(crate) pattern: Option<LitStr>,
    pub(crate) path: Option<Expr>,
    pub(crate) other: Option<Ident>,
    pub(crate) function: Option<syn::Path>,
    pub(crate) message: Option<LitStr>,
    pub(crate) code: Option<LitStr>,
}

/// Each rule, and the arguments of which it takes at least one.
const RULES: &[(&str, &[&str])] = &[
    ("length", &["min", "max", "equal"]),
    ("email", &[]),
    ("url", &[]),
    ("range", &["min", "max", "exclusive_min", "exclusive_max"]),
    ("contains", &["pattern"]),
    ("does_not_contain", &["pattern"]),
    ("regex", &["path"]),
    ("must_match", &["other"]),
    ("custom", &["function"]),
    ("required", &[]),
    ("nested", &[]),
    ("ip", &[]),
    ("non_control_character", &[]),
];

/// Every rule of a field.
pub(crate) fn rules(attributes: &[Attribute], report: &mut Report) -> Vec<Rule> {
    let mut found = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("validate")) {
        let metas = attribute.meta.require_list().and_then(|list| NestedMeta::parse_meta_list(list.tokens.clone()));
        match metas {
            Ok(metas) => found.extend(metas.iter().filter_map(|meta| rule(meta, report))),
            Err(error) => {
                report.add_error(&error, "validate", "MC0504", "write `#[validate(length(min = 1, max = 200))]`");
            }
        }
    }
    found
}

fn rule(meta: &NestedMeta, report: &mut Report) -> Option<Rule> {
    let NestedMeta::Meta(meta) = meta else {
        let sentence = format!("`{}` must be a rule's name, not a literal", quote::quote!(#meta));
        report.add(meta, "MC0504", &sentence, "write `#[validate(email)]`");
        return None;
    };
    let written = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
    let Some((_, takes)) = RULES.iter().find(|(name, _)| *name == written) else {
        let names: Vec<&str> = RULES.iter().map(|(name, _)| *name).collect();
        let near = nearest(&written, &names).map(|name| format!("did you mean `{name}`? ")).unwrap_or_default();
        let help = format!("{near}write one of `{}`", names.join("`, `"));
        report.add(meta.path(), "MC0503", &format!("`{written}` must be the name of a rule"), &help);
        return None;
    };
    let arguments = arguments(meta, &written, takes, report)?;
    Some(Rule { name: meta.path().get_ident()?.clone(), arguments })
}

fn arguments(meta: &Meta, rule: &str, takes: &[&str], report: &mut Report) -> Option<Arguments> {
    let example = example(rule);
    let help = format!("write `#[validate({example})]`");
    let read = match meta {
        Meta::Path(_) => Ok(Arguments::default()),
        Meta::NameValue(pair) if takes == ["pattern"] => {
            LitStr::from_expr(&pair.value).map(|pattern| Arguments { pattern: Some(pattern), ..Arguments::default() })
        }
        Meta::NameValue(pair) => {
            Err(darling::Error::custom(format!("`{rule}` must have its arguments in parentheses"))
                .with_span(&pair.value.span()))
        }
        Meta::List(list) => {
            for name in names(list) {
                let common = name == "message" || name == "code";
                if !common && !takes.contains(&name.to_string().as_str()) {
                    report.add(&name, "MC0504", &format!("`{rule}` must not have `{name}`"), &help);
                    return None;
                }
            }
            Arguments::from_meta(meta)
        }
    };
    match read {
        Ok(arguments) if takes.is_empty() || arguments.has_any() => Some(arguments),
        Ok(_) => {
            let sentence = format!("`{rule}` must have `{}`", takes.join("` or `"));
            report.add(meta, "MC0504", &sentence, &help);
            None
        }
        Err(error) => {
            for one in error.flatten() {
                report.add_error(&one.into(), rule, "MC0504", &help);
            }
            None
        }
    }
}

fn names(list: &syn::MetaList) -> Vec<Ident> {
    let metas = NestedMeta::parse_meta_list(list.tokens.clone()).unwrap_or_default();
    let paths = metas.iter().filter_map(|meta| match meta {
        NestedMeta::Meta(meta) => meta.path().get_ident().cloned(),
        _ => None,
    });
    paths.collect()
}

impl Arguments {
    fn has_any(&self) -> bool {
        let numbers = [&self.min, &self.max, &self.equal, &self.exclusive_min, &self.exclusive_max, &self.path];
        numbers.iter().any(|one| one.is_some())
            || self.pattern.is_some()
            || self.other.is_some()
            || self.function.is_some()
    }
}

fn example(rule: &str) -> &str {
    match rule {
        "length" => "length(min = 1, max = 200)",
        "range" => "range(min = 1, max = 10)",
        "contains" => "contains(pattern = \"@\")",
        "does_not_contain" => "does_not_contain(pattern = \"@\")",
        "regex" => "regex(path = *PATTERN)",
        "must_match" => "must_match(other = password)",
        "custom" => "custom(function = check)",
        other => other,
    }
}

/// `T` of an `Option<T>`.
pub(crate) fn inside_option(ty: &Type) -> Option<&Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == "Option")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    match arguments.args.first()? {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    }
}
