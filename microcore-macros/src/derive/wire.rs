//! What `#[serde(…)]` says about one item or field. In: its attributes. Out: the words, and the name on the wire.
//!
//! Mistakes are left to serde, which reads the same attributes.

use syn::ext::IdentExt;
use syn::{Attribute, LitStr, Meta, Token, punctuated::Punctuated};

/// One word of a `#[serde(…)]`: `rename = "x"`, `default`, or `rename(deserialize = "x")`.
struct Word {
    name: String,
    value: Option<LitStr>,
    inner: Vec<Self>,
    is_alone: bool,
}

/// What serde's `rename_all` takes.
const CASES: [&str; 8] = [
    "lowercase",
    "UPPERCASE",
    "PascalCase",
    "camelCase",
    "snake_case",
    "SCREAMING_SNAKE_CASE",
    "kebab-case",
    "SCREAMING-KEBAB-CASE",
];

/// All words of an item's serde attributes.
pub(crate) struct Wire {
    words: Vec<Word>,
    is_readable: bool,
}

impl Wire {
    pub(crate) fn of(attributes: &[Attribute]) -> Self {
        let lists = attributes.iter().filter(|attribute| attribute.path().is_ident("serde"));
        let lists: Vec<Option<Vec<Word>>> = lists.map(|attribute| words(&attribute.meta)).collect();
        let is_readable = lists.iter().all(Option::is_some);
        Self { words: lists.into_iter().flatten().flatten().collect(), is_readable }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.words.iter().any(|word| word.name == name)
    }

    /// Whether no other word than these is there, and each as serde takes it, for reading and writing alike.
    pub(crate) fn has_only(&self, names: &[&str]) -> bool {
        let once =
            |word: &Word| word.name == "alias" || self.words.iter().filter(|one| one.name == word.name).count() == 1;
        let fits = |word: &Word| match (word.name.as_str(), &word.value) {
            ("default", Some(_)) => true,
            ("default" | "deny_unknown_fields", None) => word.is_alone,
            ("rename_all", Some(case)) => CASES.contains(&case.value().as_str()),
            (_, value) => value.is_some(),
        };
        self.is_readable
            && self.words.iter().all(|word| names.contains(&word.name.as_str()) && once(word) && fits(word))
    }

    /// Whether any of these words is there.
    pub(crate) fn has_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.has(name))
    }

    /// `name = "value"`, or `name(side = "value")`.
    pub(crate) fn value(&self, name: &str, side: &str) -> Option<&LitStr> {
        self.words.iter().filter(|word| word.name == name).find_map(|word| {
            let inner = || word.inner.iter().find(|inner| inner.name == side).and_then(|inner| inner.value.as_ref());
            word.value.as_ref().or_else(inner)
        })
    }

    /// Whether `name` is there without a value, or with one for both sides.
    pub(crate) fn is_bare(&self, name: &str) -> bool {
        self.words.iter().any(|word| word.name == name && word.value.is_none() && word.inner.is_empty())
    }

    pub(crate) fn aliases(&self) -> impl Iterator<Item = String> {
        self.words.iter().filter(|word| word.name == "alias").filter_map(|word| Some(word.value.as_ref()?.value()))
    }

    /// The name of a field as clients write it; `self` is the field's, `item` the struct's.
    pub(crate) fn field_name(&self, item: &Self, ident: &syn::Ident) -> String {
        self.name_on(item, ident, "deserialize")
    }

    /// The same for one side: `serialize` or `deserialize`.
    pub(crate) fn name_on(&self, item: &Self, ident: &syn::Ident, side: &str) -> String {
        if let Some(name) = self.value("rename", side) {
            return name.value();
        }
        let name = ident.unraw().to_string();
        item.value("rename_all", side).map_or_else(|| name.clone(), |rule| recase(&rule.value(), &name))
    }
}

fn words(meta: &Meta) -> Option<Vec<Word>> {
    let list = meta.require_list().ok()?;
    let metas = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).ok()?;
    Some(metas.iter().map(word).collect())
}

fn word(meta: &Meta) -> Word {
    let name = meta.path().get_ident().map(ToString::to_string).unwrap_or_default();
    let value = match meta {
        Meta::NameValue(pair) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    let is_alone = matches!(meta, Meta::Path(_));
    Word { name, value, inner: words(meta).unwrap_or_default(), is_alone }
}

/// serde's rules for the fields of a struct, which are written in snake case.
fn recase(rule: &str, name: &str) -> String {
    let pascal = || name.split('_').map(capitalized).collect::<String>();
    match rule {
        "UPPERCASE" | "SCREAMING_SNAKE_CASE" => name.to_ascii_uppercase(),
        "PascalCase" => pascal(),
        "camelCase" => {
            let pascal = pascal();
            let (first, rest) = pascal.split_at(pascal.chars().next().map_or(0, char::len_utf8));
            first.to_ascii_lowercase() + rest
        }
        "kebab-case" => name.replace('_', "-"),
        "SCREAMING-KEBAB-CASE" => name.to_ascii_uppercase().replace('_', "-"),
        _ => name.to_owned(),
    }
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map(|first| first.to_ascii_uppercase().to_string() + characters.as_str()).unwrap_or_default()
}
