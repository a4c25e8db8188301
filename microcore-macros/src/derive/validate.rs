//! `#[derive(Validate)]`. In: a struct with `#[validate(…)]` on its fields. Out: our `Validate`, which calls the
//! runtime's checks.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Index, Member, Type};

use super::report::Report;
use super::rule::{Rule, inside_option, rules};
use super::sentence::sentence;
use super::wire::Wire;

pub(crate) fn expand_validate(input: TokenStream) -> TokenStream {
    let item: DeriveInput = match syn::parse2(input) {
        Ok(item) => item,
        Err(error) => return error.to_compile_error(),
    };
    let mut report = Report::default();
    let name = &item.ident;
    let mut checks = TokenStream::new();
    let mut predicates = TokenStream::new();
    if let Data::Struct(data) = &item.data {
        let wire = Wire::of(&item.attrs);
        for (index, field) in data.fields.iter().enumerate() {
            let rules = rules(&field.attrs, &mut report);
            if rules.iter().any(|rule| rule.name == "nested") && item.generics.type_params().next().is_some() {
                let ty = &field.ty;
                predicates.extend(quote!(#ty: ::microcore::__private::Validate,));
            }
            let shown = shown_name(field, index, data.fields.len(), &wire);
            checks.extend(field_checks(field, index, &shown, &rules));
        }
    } else {
        let sentence = format!("`{name}` must be a struct to derive `Validate`");
        report.add(
            name,
            "MC0505",
            &sentence,
            "put the rules on the structs in its variants, or write the `impl` by hand",
        );
    }
    let (parameters, arguments, written) = item.generics.split_for_impl();
    let written = written.map(|clause| clause.predicates.iter()).into_iter().flatten();
    // After a mistake the impl still stands, empty: its absence would be a second error elsewhere.
    let checks = if report.is_empty() { checks } else { TokenStream::new() };
    let errors = report.into_tokens();
    quote! {
        #errors
        #[automatically_derived]
        #[allow(unused_variables, unused_qualifications, deprecated, clippy::all, clippy::pedantic, reason = "generated")]
        impl #parameters ::microcore::__private::Validate for #name #arguments where #(#written,)* #predicates {
            fn validate(&self, violations: &mut ::microcore::__private::Violations) {
                #checks
            }
        }
    }
}

/// The name on the wire; a struct around one value has the value's own place.
fn shown_name(field: &Field, index: usize, count: usize, item: &Wire) -> String {
    match &field.ident {
        Some(ident) => Wire::of(&field.attrs).field_name(item, ident),
        None if count == 1 => String::new(),
        None => index.to_string(),
    }
}

fn field_checks(field: &Field, index: usize, shown: &str, rules: &[Rule]) -> TokenStream {
    if rules.is_empty() {
        return TokenStream::new();
    }
    let member = field.ident.clone().map_or_else(|| Member::Unnamed(Index::from(index)), Member::Named);
    let matches = rules.iter().filter(|rule| rule.name == "must_match").map(|rule| {
        let other = &rule.arguments.other;
        let refuse = refuse(rule, &field.ty, shown);
        quote_spanned!(field.ty.span()=> if self.#member != self.#other { #refuse })
    });
    let checks = value_checks(&field.ty, shown, rules);
    quote!({
        let value = &self.#member;
        #checks
        #(#matches)*
    })
}

/// The checks that need nothing but `value: &T`; the probe runs them too.
pub(crate) fn value_checks(ty: &Type, shown: &str, rules: &[Rule]) -> TokenStream {
    let required = rules.iter().filter(|rule| rule.name == "required").map(|rule| {
        let refuse = refuse(rule, ty, shown);
        quote_spanned! {ty.span()=>
            if !::microcore::__private::rule::is_there(value) { #refuse }
        }
    });
    let mut inner = ty;
    let mut depth = 0;
    while let Some(ty) = inside_option(inner) {
        inner = ty;
        depth += 1;
    }
    let checks = rules.iter().map(|rule| value_check(rule, inner, shown));
    let checks = (0..depth)
        .fold(quote!(#(#checks)*), |checks, _| quote!(if let ::core::option::Option::Some(value) = value { #checks }));
    quote!(#(#required)* #checks)
}

fn value_check(rule: &Rule, ty: &Type, shown: &str) -> TokenStream {
    let refusal = refuse(rule, ty, shown);
    let arguments = &rule.arguments;
    let optional = |value: &Option<syn::Expr>| {
        value
            .as_ref()
            .map_or_else(|| quote!(::core::option::Option::None), |value| quote!(::core::option::Option::Some(#value)))
    };
    let (min, max, equal) = (optional(&arguments.min), optional(&arguments.max), optional(&arguments.equal));
    let (over, under) = (optional(&arguments.exclusive_min), optional(&arguments.exclusive_max));
    let pattern = &arguments.pattern;
    // The call carries the span of the field's type: that is where rustc says that a rule does not fit.
    let call = |name: &str, rest: TokenStream| {
        let name = syn::Ident::new(name, ty.span());
        let path = quote_spanned!(ty.span()=> ::microcore::__private::rule::#name);
        quote_spanned!(ty.span()=> if !#path(value, #rest) { #refusal })
    };
    match rule.name.to_string().as_str() {
        "length" => call("has_length", quote!(#min, #max, #equal)),
        "range" => call("is_within", quote!(#min, #max, #over, #under)),
        "email" => call("is_email", quote!()),
        "url" => call("is_url", quote!()),
        "ip" => call("is_ip", quote!()),
        "contains" => call("contains", quote!(#pattern)),
        "does_not_contain" => call("does_not_contain", quote!(#pattern)),
        "non_control_character" => call("has_no_control_characters", quote!()),
        "regex" => {
            let path = &arguments.path;
            call("matches", quote!(|text| (#path).is_match(text)))
        }
        "nested" => {
            let check = quote_spanned!(ty.span()=> ::microcore::__private::Validate::validate(value, violations));
            if shown.is_empty() { quote!(#check;) } else { quote!(violations.within(#shown, |violations| #check);) }
        }
        "custom" => custom(rule, ty, shown),
        _ => TokenStream::new(),
    }
}

fn custom(rule: &Rule, ty: &Type, shown: &str) -> TokenStream {
    let function = &rule.arguments.function;
    let code = rule.arguments.code.as_ref().map_or_else(|| "custom".to_owned(), syn::LitStr::value);
    let said = quote!(::microcore::__private::Refusal::sentence(refusal));
    let message = if rule.arguments.message.is_some() { sentence(rule, ty) } else { said };
    quote! {
        if let ::core::result::Result::Err(refusal) = #function(value) {
            violations.add(#shown, #code, #message);
        }
    }
}

fn refuse(rule: &Rule, ty: &Type, shown: &str) -> TokenStream {
    let code = rule.arguments.code.as_ref().map_or_else(|| rule.name.to_string(), syn::LitStr::value);
    let mut inner = ty;
    while let Some(ty) = inside_option(inner) {
        inner = ty;
    }
    let sentence = sentence(rule, inner);
    quote!(violations.add(#shown, #code, #sentence);)
}
