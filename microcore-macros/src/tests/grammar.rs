//! The grammar that the `AI_CONTEXT.md` of every application begins with: it has every word that the macros read and
//! every method that it speaks of, and none that is gone. In: the sources. Out: the words on each side.

use std::collections::BTreeSet;
use std::path::Path;

use syn::visit::{self, Visit};
use syn::{File, ImplItem, Item, ReturnType, Type};

const GRAMMAR: &str = include_str!("../../../microcore-runtime/src/manifest/context/grammar.md");

fn file(path: &str) -> File {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    syn::parse_file(&text).unwrap()
}

/// The words of a line of the grammar.
fn words(line: &str) -> BTreeSet<&str> {
    let line = GRAMMAR
        .lines()
        .find(|found| found.starts_with(&format!("- {line}: ")))
        .unwrap_or_else(|| panic!("no line {line}"));
    line.split(|one: char| !one.is_alphanumeric() && one != '_').filter(|word| !word.is_empty()).collect()
}

#[derive(Default)]
struct Literals(Vec<String>);

impl<'a> Visit<'a> for Literals {
    // Documentation is an attribute with a text.
    fn visit_attribute(&mut self, _: &'a syn::Attribute) {}

    fn visit_lit_str(&mut self, literal: &'a syn::LitStr) {
        self.0.push(literal.value());
    }

    fn visit_macro(&mut self, of: &'a syn::Macro) {
        let tokens = of.tokens.clone().into_iter();
        self.0
            .extend(tokens.filter_map(|token| syn::parse2::<syn::LitStr>(token.into()).ok()).map(|text| text.value()));
        visit::visit_macro(self, of);
    }
}

/// Every text in a constant or a function of a file.
fn literals(path: &str, name: &str) -> Vec<String> {
    let file = file(path);
    let item = file.items.iter().find(|item| match item {
        Item::Const(item) => item.ident == name,
        Item::Fn(item) => item.sig.ident == name,
        _ => false,
    });
    let mut found = Literals::default();
    found.visit_item(item.unwrap_or_else(|| panic!("{path} has no {name}")));
    found.0
}

/// The fields of a struct.
fn fields(path: &str, name: &str) -> Vec<String> {
    let file = file(path);
    let found = file.items.iter().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => {
            Some(item.fields.iter().filter_map(|field| field.ident.as_ref().map(ToString::to_string)).collect())
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{path} has no {name}"))
}

/// The public functions of a type in a file; `makes` are those that give the type itself.
fn methods(path: &str, name: &str, makes: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in &file(path).items {
        let Item::Impl(item) = item else { continue };
        let Type::Path(ty) = &*item.self_ty else { continue };
        if item.trait_.is_some() || ty.path.segments.last().is_none_or(|last| last.ident != name) {
            continue;
        }
        for member in &item.items {
            let ImplItem::Fn(function) = member else { continue };
            let gives_itself = matches!(&function.sig.output, ReturnType::Type(_, ty) if matches!(&**ty, Type::Path(path) if path.path.is_ident("Self")));
            let is_hidden = function
                .attrs
                .iter()
                .any(|attribute| attribute.path().is_ident("doc") && matches!(attribute.meta, syn::Meta::List(_)));
            if matches!(function.vis, syn::Visibility::Public(_)) && !is_hidden && (!makes || gives_itself) {
                found.insert(function.sig.ident.to_string());
            }
        }
    }
    assert!(!found.is_empty(), "{path} has no functions of {name}");
    found
}

#[track_caller]
fn has(line: &str, expected: impl IntoIterator<Item = String>) {
    let words = words(line);
    let missing: Vec<String> = expected.into_iter().filter(|word| !words.contains(word.as_str())).collect();
    assert!(missing.is_empty(), "the line {line} of grammar.md lacks {missing:?}");
}

#[test]
fn every_word_that_the_macros_read_is_in_the_grammar() {
    let parse = "microcore-macros/src/parse/";
    has("Route", literals(&format!("{parse}handler.rs"), "METHODS"));
    has("Route", fields(&format!("{parse}options.rs"), "RouteOptions"));
    let inputs = literals(&format!("{parse}handler.rs"), "named").into_iter();
    has("Inputs by name", inputs);
    has("Inputs by name", literals(&format!("{parse}channel.rs"), "name"));
    has("Event", fields(&format!("{parse}options.rs"), "SubscriptionOptions"));
    has("Schedule", literals(&format!("{parse}schedule.rs"), "KINDS"));
    has("Schedule", fields("microcore-macros/src/parse/options.rs", "ScheduleOptions"));
    has("Around routes", literals(&format!("{parse}interceptor.rs"), "is_kind"));
    has("Around routes", fields(&format!("{parse}interceptor.rs"), "Options"));
    let derive = "microcore-macros/src/derive/";
    has("Types", literals(&format!("{derive}rule.rs"), "RULES"));
    has("Settings", fields(&format!("{derive}settings.rs"), "SettingsArguments"));
    has("Settings", fields(&format!("{derive}settings.rs"), "SettingArguments"));
}

#[test]
fn every_method_that_the_grammar_should_speak_of_is_in_it() {
    has("Error", methods("microcore-core/src/error/mod.rs", "Error", true));
    has("Reply", methods("microcore-runtime/src/response/with.rs", "With", false));
    has("Reply", methods("microcore-runtime/src/response/special.rs", "Redirect", false));
    has("SQL", methods("microcore-tools/src/db/transaction.rs", "Transaction", false));
    has("SQL", methods("microcore-tools/src/db/outbox.rs", "Transaction", false));
    let asks = methods("microcore-runtime/src/testing/client.rs", "Client", false);
    // How the client is made, and a request by hand, which is in the guide.
    has("Test", asks.into_iter().filter(|name| !["to", "exchange"].contains(&name.as_str())));
    has("Test", methods("microcore-runtime/src/testing/client.rs", "Reply", false));
    has("Event", methods("microcore-runtime/src/event/options.rs", "PublishOptions", true));
}

#[test]
fn every_method_that_the_grammar_speaks_of_is_there() {
    let list = |line: &str, before: &str| -> Vec<String> {
        let line = GRAMMAR.lines().find(|found| found.starts_with(&format!("- {line}: "))).unwrap();
        let rest = &line[line.find(before).unwrap_or_else(|| panic!("{before}")) + before.len()..];
        rest.split('`').next().unwrap().split(' ').map(|word| word.split('(').next().unwrap().to_owned()).collect()
    };
    let is_there = |listed: Vec<String>, known: BTreeSet<String>| {
        let gone: Vec<_> = listed.iter().filter(|name| !known.contains(*name)).collect();
        assert!(gone.is_empty(), "grammar.md speaks of {gone:?}");
    };
    let transaction = ["transaction", "outbox"]
        .map(|file| methods(&format!("microcore-tools/src/db/{file}.rs"), "Transaction", false));
    is_there(list("SQL", "`tx` has `"), transaction.into_iter().flatten().collect());
    is_there(list("Error", "the client\")`; `"), methods("microcore-core/src/error/mod.rs", "Error", true));
    is_there(list("Test", "has `"), methods("microcore-runtime/src/testing/client.rs", "Client", false));
}
