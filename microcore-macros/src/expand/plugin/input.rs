//! How an adapter reads each input of its handler, and how it hands it over.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use crate::decl::shown;
use crate::expand::paths;
use crate::parse::{Input, InputKind};

/// `let id = inputs.path::<i64>("id", id_segment);`
pub(crate) fn read(
    input: &Input,
    reader: &Ident,
    guard: &Ident,
    roles: &[String],
    lasts: bool,
    private: &TokenStream,
) -> TokenStream {
    let (name, ty) = (&input.name, &input.ty);
    let text = shown(name);
    let value = match input.kind {
        InputKind::Path => {
            let segment = Ident::new(&format!("{text}_segment"), Span::mixed_site());
            quote!(#reader.path::<#ty>(#text, #segment))
        }
        InputKind::Query => quote!(#reader.query::<#ty>(#text)),
        InputKind::QueryStruct => {
            let reading = reading(ty);
            let checked = rules(ty, &quote!(#reading.read), private);
            quote!({ #[allow(unused_imports)] use #private::Unchecked as _; #reader.query_struct::<#ty>(&#checked) })
        }
        InputKind::Files => quote!(#reader.files()),
        InputKind::Cookies => quote!(::core::option::Option::Some(#reader.cookies())),
        InputKind::Claims => {
            let required = !is_option(ty);
            quote!(#reader.claims::<#ty>(#guard, #required, &[#(#roles),*]))
        }
        InputKind::Headers if lasts => {
            quote!(::core::option::Option::Some(::core::clone::Clone::clone(#reader.headers())))
        }
        InputKind::Headers => quote!(::core::option::Option::Some(#reader.headers())),
        InputKind::LastEventId => quote!(#reader.last_event_id::<#ty>()),
        InputKind::Context => quote!(::core::option::Option::Some(#reader.context())),
        InputKind::Body
        | InputKind::Form
        | InputKind::Raw
        | InputKind::Text
        | InputKind::Extract
        | InputKind::Channel => {
            unreachable!("read last, another way")
        }
    };
    // The span of the type, so that one that can't be read is reported there, once.
    let value = paths::all_shown_at(ty.span(), value);
    quote!(let #name = #value;)
}

/// `<CurrentUser as Extract<Tools>>`, at the type, so that one that nothing makes is reported there.
pub(super) fn extracted(input: &Input) -> TokenStream {
    let (ty, private, wiring) = (&input.ty, paths::private(), paths::wiring());
    paths::all_shown_at(ty.span(), quote!(<#ty as #private::Extract<#wiring::Tools>>))
}

/// `let user = <CurrentUser as Extract<Tools>>::of_request(&mut inputs, tools).await;`, unless it is refused already.
pub(super) fn extraction(input: &Input, reader: &Ident, tools: &Ident) -> TokenStream {
    let (name, of) = (&input.name, extracted(input));
    // All of it in one place, so that rustc says there that nothing makes the type.
    let made = paths::all_shown_at(input.ty.span(), quote!(#of::of_request(&mut #reader, #tools).await));
    quote! {
        let #name = if #reader.are_refused() { ::core::option::Option::None } else { #made };
    }
}

/// How a body that becomes one value is read.
pub(super) fn whole_body(input: &Input, private: &TokenStream) -> TokenStream {
    let ty = &input.ty;
    let rules = || {
        let reading = reading(ty);
        rules(ty, &quote!(#reading.read), private)
    };
    let way = match input.kind {
        InputKind::Raw => quote!(#private::RawBody),
        InputKind::Text => quote!(#private::TextBody),
        InputKind::Form => {
            let rules = rules();
            quote!(#private::FormBody(#rules))
        }
        _ => {
            let rules = rules();
            quote!(#private::JsonBody(#rules))
        }
    };
    paths::all_shown_at(input.ty.span(), way)
}

/// `reading::<NewUser>()`; at the type, so that one that can't be read is reported there, once.
pub(super) fn reading(ty: &Type) -> TokenStream {
    let private = paths::private();
    paths::all_shown_at(ty.span(), quote!(#private::reading::<#ty>()))
}

/// `read` makes the type of its JSON.
pub(super) fn rules(ty: &Type, read: &TokenStream, private: &TokenStream) -> TokenStream {
    quote! {
        #private::BodyRules::of(
            #read,
            #private::Check::<#ty>::VALIDATE,
            #private::Check::<#ty>::PROBE,
        )
    }
}

/// What is made for the call and lent to the handler.
pub(super) fn is_lent_by_us(input: &Input) -> bool {
    matches!(input.kind, InputKind::Context | InputKind::Cookies) && matches!(input.ty, Type::Reference(_))
}

/// `Option<Claims>`, as written.
pub(crate) fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// Headers, cookies and context are lent or given, as the handler's parameter says.
pub(crate) fn argument(input: &Input, lasts: bool) -> TokenStream {
    let name = &input.name;
    let lent = matches!(input.ty, Type::Reference(_));
    match input.kind {
        InputKind::Headers if lasts && lent => quote!(&#name),
        InputKind::Headers if !lent && !lasts => quote!(::core::clone::Clone::clone(#name)),
        InputKind::Context | InputKind::Cookies if lent => quote!(&#name),
        _ => quote!(#name),
    }
}
