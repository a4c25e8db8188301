//! What the derives say about mistakes, and that what they write parses.

use proc_macro2::TokenStream;
use quote::quote;

use super::{expand_deserialize, expand_schema, expand_serialize, expand_settings, expand_validate};

/// The sentences of the `compile_error!`s in some code.
fn errors(code: &TokenStream) -> Vec<String> {
    let file: syn::File = syn::parse2(code.clone()).expect("generated code parses");
    let macros = file.items.iter().filter_map(|item| match item {
        syn::Item::Macro(item) => item.mac.parse_body::<syn::LitStr>().ok(),
        _ => None,
    });
    macros.map(|text| text.value()).collect()
}

#[track_caller]
fn refuses(code: &TokenStream, sentences: &[&str]) {
    let errors = errors(code);
    assert_eq!(errors.len(), sentences.len(), "{errors:#?}");
    for (error, sentence) in errors.iter().zip(sentences) {
        assert!(error.starts_with(sentence), "{error}");
        assert!(error.contains("\nhelp: "), "{error}");
    }
}

#[test]
fn what_is_written_parses_for_every_shape() {
    let items = [
        quote!(
            struct Unit;
        ),
        quote!(
            pub struct Pair(u8, #[serde(skip)] String);
        ),
        quote!(
            #[serde(default, deny_unknown_fields)]
            struct Named {
                #[serde(alias = "b")]
                a: Option<u8>,
            }
        ),
        quote!(
            enum Tree<'a, T: Clone, const N: usize>
            where
                T: Copy,
            {
                Leaf(&'a str),
                Node { all: Vec<Self>, t: T },
            }
        ),
    ];
    for item in items {
        for expand in [expand_serialize, expand_deserialize, expand_schema] {
            refuses(&expand(item.clone()), &[]);
        }
    }
}

#[test]
fn generated_code_names_only_our_path() {
    let code = expand_deserialize(quote!(
        struct A {
            a: u8,
        }
    ))
    .to_string()
    .replace(' ', "");
    for (at, _) in code.match_indices("serde::") {
        assert!(code[..at].ends_with("::microcore::__private::"), "{}", &code[at.saturating_sub(30)..]);
    }
}

#[test]
fn unions_and_remotes_are_refused() {
    let union = quote!(union U { a: u8 });
    refuses(&expand_serialize(union.clone()), &["`U` must be a struct or an enum to derive `Serialize` [MC0505]"]);
    refuses(&expand_schema(union), &["`U` must be a struct or an enum to derive `Schema` [MC0505]"]);
    let remote = quote!(
        #[serde(remote = "X")]
        struct A;
    );
    refuses(&expand_deserialize(remote), &["`A` must not name `remote` or `crate` in `#[serde(…)]` [MC0505]"]);
    refuses(
        &expand_validate(quote!(
            enum E {
                A,
            }
        )),
        &["`E` must be a struct to derive `Validate` [MC0505]"],
    );
}

#[test]
fn every_malformed_rule_is_reported() {
    let code = expand_validate(quote! {
        struct A {
            #[validate(emial)] a: String,
            #[validate(length)] b: String,
            #[validate(length(least = 1), range(min = 1))] c: String,
            #[validate(must_match(other = 5))] d: String,
            #[validate] e: String,
        }
    });
    let sentences = [
        "`emial` must be the name of a rule [MC0503]\nhelp: did you mean `email`?",
        "`length` must have `min` or `max` or `equal` [MC0504]",
        "`length` must not have `least` [MC0504]",
        "",
        "",
    ];
    refuses(&code, &sentences);
}

#[test]
fn settings_report_every_mistake() {
    let code = expand_settings(quote! {
        #[settings(prefix = "mail")]
        struct A {
            password: String,
            api_token: Option<String>,
            #[setting(public)] max_tokens: u32,
            key: Secret<String>,
            old_secret: Option<Secret<String>>,
            #[setting(defualt = "x")] from: String,
            #[setting(key = "mail_to")] to: String,
            #[setting(key = "X")] one: String,
            #[setting(key = "X")] two: String,
        }
    });
    let sentences = [
        "prefix `mail` must be in upper snake case [MC0502]\nhelp: write `prefix = \"MAIL\"`",
        "field `password` would show in `Debug` output and must be a `Secret` [MC0501]\nhelp: write `Secret<String>`",
        "field `api_token` would show",
        // With the names, or with the nearest: by what else is in the build.
        "`defualt` must be ",
        "key `mail_to` must be in upper snake case [MC0502]\nhelp: write `key = \"MAIL_TO\"`",
        "key `X` must not be read by two fields [MC0502]",
    ];
    refuses(&code, &sentences);
    refuses(
        &expand_settings(quote!(
            enum E {}
        )),
        &["`E` must be a struct with named fields"],
    );
}
