//! `#[derive(Settings)]`. In: a struct with named fields. Out: its keys, and a reader that tries every one of them.

use darling::FromMeta;
use darling::ast::NestedMeta;
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Expr, Field, Fields, Ident, Lit, LitStr, Meta, Type};

use super::report::Report;
use super::rule::inside_option;
use crate::expand::paths;

#[derive(Default, FromMeta)]
#[darling(default)]
struct SettingsArguments {
    prefix: Option<LitStr>,
}

#[derive(Default, FromMeta)]
#[darling(default)]
struct SettingArguments {
    default: Option<LitStr>,
    key: Option<LitStr>,
    public: bool,
    within: Option<LitStr>,
}

pub(crate) fn expand_settings(input: TokenStream) -> TokenStream {
    Report::of(input, settings)
}

fn settings(item: &DeriveInput, report: &mut Report) -> TokenStream {
    let name = &item.ident;
    let named = match &item.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Some(&fields.named),
            _ => None,
        },
        _ => None,
    };
    let Some(fields) = named.filter(|_| item.generics.params.is_empty()) else {
        let sentence = format!("`{name}` must be a struct with named fields and no parameters to derive `Settings`");
        report.add(name, "MC0505", &sentence, &format!("write `struct {name} {{ from: String }}`"));
        return TokenStream::new();
    };
    let help = "write `#[settings(prefix = \"MAIL\")]`";
    let arguments: SettingsArguments = arguments(&item.attrs, "settings", help, report);
    if let Some(prefix) = &arguments.prefix {
        check_key(&prefix.value(), prefix, "prefix", report);
    }
    let prefix = arguments.prefix.map(|prefix| format!("{}_", prefix.value())).unwrap_or_default();
    let mut keys: Vec<String> = Vec::new();
    let (mut rows, mut reads, mut idents) = (Vec::new(), Vec::new(), Vec::new());
    for field in fields {
        let Some(ident) = &field.ident else { continue };
        let help = "write `#[setting(default = \"…\", key = \"FULL_KEY\", within = \"1..=100\", public)]`";
        let arguments: SettingArguments = self::arguments(&field.attrs, "setting", help, report);
        let key = key(ident, &arguments, &prefix, report);
        if keys.contains(&key) {
            let sentence = format!("key `{key}` must not be read by two fields");
            report.add(ident, "MC0502", &sentence, "write `#[setting(key = \"ANOTHER_KEY\")]` on one of them");
        }
        if !arguments.public {
            check_secret(ident, &field.ty, report);
        }
        let within = arguments.within.as_ref().and_then(|within| bounds(within, report));
        rows.push(row(field, &key, arguments.default.as_ref(), within));
        let index = keys.len();
        let read = quote!(problems.read(environment, &Self::KEYS[#index]));
        let read = paths::all_shown_at(field.ty.span(), read);
        reads.push(quote!(let #ident = #read;));
        keys.push(key);
        idents.push(ident);
    }
    quote! {
        #[automatically_derived]
        impl ::microcore::__private::Settings for #name {
            const KEYS: &'static [::microcore::__private::Key] = &[#(#rows),*];

            fn read(
                environment: &::microcore::__private::Environment,
                problems: &mut ::microcore::__private::Problems,
            ) -> ::core::option::Option<Self> {
                // Every key is read before the first `?`, so that all problems are noted.
                #(#reads)*
                ::core::option::Option::Some(Self { #(#idents: #idents?),* })
            }
        }
    }
}

fn arguments<T: FromMeta + Default>(attributes: &[Attribute], name: &str, help: &str, report: &mut Report) -> T {
    let mut found = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let Some(attribute) = found.next() else { return T::default() };
    if let Some(second) = found.next() {
        report.add(second, "MC0502", &format!("`{name}` must be written once"), help);
    }
    let metas = attribute.meta.require_list().and_then(|list| NestedMeta::parse_meta_list(list.tokens.clone()));
    let read = metas.map_err(darling::Error::from).and_then(|metas| T::from_list(&metas));
    read.unwrap_or_else(|error| {
        for one in error.flatten() {
            report.add_error(&one.into(), name, "MC0502", help);
        }
        T::default()
    })
}

fn key(ident: &Ident, arguments: &SettingArguments, prefix: &str, report: &mut Report) -> String {
    if let Some(key) = &arguments.key {
        check_key(&key.value(), key, "key", report);
        return key.value();
    }
    format!("{prefix}{}", ident.unraw().to_string().to_ascii_uppercase())
}

fn check_key(text: &str, place: &LitStr, what: &str, report: &mut Report) {
    let allowed = |one: char| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_';
    if !text.starts_with(|one: char| one.is_ascii_uppercase()) || !text.chars().all(allowed) || text.ends_with('_') {
        let upper: String = text.to_ascii_uppercase().replace(|one: char| !one.is_ascii_alphanumeric(), "_");
        let sentence = format!("{what} `{text}` must be in upper snake case");
        report.add(place, "MC0502", &sentence, &format!("write `{what} = \"{}\"`", upper.trim_matches('_')));
    }
}

/// MC0501: what sounds secret must not show in `Debug`.
fn check_secret(ident: &Ident, ty: &Type, report: &mut Report) {
    let name = ident.unraw().to_string().to_ascii_lowercase();
    let words = ["password", "secret", "token", "credential", "private_key", "api_key"];
    let inner = inside_option(ty).unwrap_or(ty);
    let hidden = matches!(inner, Type::Path(path)
        if path.path.segments.last().is_some_and(|last| last.ident == "Secret"));
    if (name == "key" || words.iter().any(|word| name.contains(word))) && !hidden {
        let written = quote!(#inner).to_string().replace(' ', "");
        let sentence = format!("field `{name}` would show in `Debug` output and must be a `Secret`");
        let help = format!("write `Secret<{written}>`, or `#[setting(public)]` where it is no secret");
        report.add(ty, "MC0501", &sentence, &help);
    }
}

/// `1..=100`: the least and the most, each as the key's value would be written.
fn bounds(within: &LitStr, report: &mut Report) -> Option<(String, String)> {
    let text = within.value();
    let bounds = text.split_once("..=").map(|(least, most)| (least.trim().to_owned(), most.trim().to_owned()));
    let bounds = bounds.filter(|(least, most)| !least.is_empty() && !most.is_empty());
    if bounds.is_none() {
        let sentence = format!("`within` must be the least and the most, not `{text}`");
        report.add(within, "MC0502", &sentence, "write `within = \"1..=100\"`");
    }
    bounds
}

fn row(field: &Field, key: &str, default: Option<&LitStr>, within: Option<(String, String)>) -> TokenStream {
    let ty = &field.ty;
    let doc = first_sentence(&field.attrs);
    let default = default
        .map_or_else(|| quote!(::core::option::Option::None), |text| quote!(::core::option::Option::Some(#text)));
    let within = within.map(|(least, most)| quote!(.within(#least, #most)));
    quote_spanned!(ty.span()=> ::microcore::__private::Key::of::<#ty>(#key, #doc, #default) #within)
}

/// Up to the first full stop that ends a sentence, without it.
pub(super) fn first_sentence(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value().trim().to_owned()),
            _ => None,
        },
        _ => None,
    });
    let paragraph: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ");
    let sentence = text.split_once(". ").map_or(text.as_str(), |(first, _)| first);
    sentence.trim_end_matches('.').to_owned()
}
