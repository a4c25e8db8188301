//! The adapter of a route: inputs → handler → reply.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Ident, Type};

use super::call::{adapter_name, call};
use crate::decl::RouteDecl;
use crate::expand::paths;
use crate::parse::{Handler, Input, InputKind};

pub(crate) fn expand(
    handler: &Handler,
    decl: &RouteDecl,
    inputs: &[Input],
    status: u16,
    roles: &[String],
) -> TokenStream {
    let private = paths::private();
    let adapter = adapter_name(&decl.method.to_string(), &handler.name);
    // Mixed-site names can't be seen by, nor collide with, the handler's own parameter names.
    let local = |name: &str| Ident::new(name, Span::mixed_site());
    let (head, body, reader) = (local("head"), local("body"), local("inputs"));
    let segments: Vec<Ident> = decl.path.parameters().map(|name| local(&format!("{name}_segment"))).collect();
    // Who asks comes first; the body comes last: it is not waited for where something else is refused.
    let mut ordered: Vec<_> = inputs.iter().collect();
    ordered.sort_by_key(|input| (input.kind != InputKind::Claims, input.kind.is_body()));
    let guard = local("auth");
    let reads = ordered.into_iter().map(|input| read(input, &reader, &guard, roles, &private));
    let mut names: Vec<_> = inputs.iter().map(|input| input.name.clone()).collect();
    let reads_claims = inputs.iter().any(|input| input.kind == InputKind::Claims);
    // Roles without `claims`: whoever has one may ask, and the handler does not care who.
    let checked = (!roles.is_empty() && !reads_claims).then(|| {
        names.push(local("claims"));
        let (claims, ty) = (local("claims"), quote!(#private::IgnoredAny));
        quote!(let #claims = #reader.claims::<#ty>(#guard, true, &[#(#roles),*]);)
    });
    let auth = decl.guarded.then(|| quote!(#guard: &'request #private::Slot<impl #private::Authenticate>,));
    let arguments = inputs.iter().map(argument);
    let call = call(handler, &quote!(#(#arguments),*));
    let reads = (!names.is_empty()).then(|| {
        quote! {
            let mut #reader = #private::Inputs::new(#head, #body);
            #checked
            #(#reads)*
            let (#(Some(#names),)*) = (#(#names,)*) else { return #reader.refuse() };
        }
    });
    let reply = paths::all_shown_at(handler.name.span(), quote!(#private::reply(#status, #call.await)));
    quote! {
        #[doc(hidden)]
        #[allow(unused_variables, reason = "a handler reads what it needs")]
        pub(crate) fn #adapter<'request>(
            &'static self,
            #head: &'request #private::Head,
            #body: #private::Body,
            #auth
            #(#segments: &'request str),*
        ) -> impl ::core::future::Future<Output = #private::Response> + Send + 'request {
            // The type says `Send`: the router, which holds all of these, need not look into any.
            async move {
                #reads
                #reply
            }
        }
    }
}

/// `let id = inputs.path::<i64>("id", id_segment);`
fn read(input: &Input, reader: &Ident, guard: &Ident, roles: &[String], private: &TokenStream) -> TokenStream {
    let (name, ty) = (&input.name, &input.ty);
    let text = name.to_string();
    let value = match input.kind {
        InputKind::Path => {
            let segment = Ident::new(&format!("{name}_segment"), Span::mixed_site());
            quote!(#reader.path::<#ty>(#text, #segment))
        }
        InputKind::Query => quote!(#reader.query::<#ty>(#text)),
        InputKind::QueryStruct => quote!(#reader.query_struct::<#ty>(&#private::rules_of!(#ty))),
        InputKind::Body => quote!(#reader.json::<#ty>(&#private::rules_of!(#ty)).await),
        InputKind::Form => quote!(#reader.form::<#ty>(&#private::rules_of!(#ty)).await),
        InputKind::Files => quote!(#reader.files()),
        InputKind::Cookies => quote!(Some(#reader.cookies())),
        InputKind::Claims => {
            let required = !is_option(ty);
            quote!(#reader.claims::<#ty>(#guard, #required, &[#(#roles),*]))
        }
        InputKind::Headers => quote!(Some(#reader.headers())),
        InputKind::Context => quote!(Some(#reader.context())),
    };
    // The span of the type, so that one that can't be read is reported there, once.
    let value = paths::all_shown_at(ty.span(), value);
    quote!(let #name = #value;)
}

/// `Option<Claims>`, as written.
pub(super) fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Option"))
}

/// Headers, cookies and context are lent or given, as the handler's parameter says.
fn argument(input: &Input) -> TokenStream {
    let name = &input.name;
    let lent = matches!(input.ty, Type::Reference(_));
    match input.kind {
        InputKind::Headers if !lent => quote!(#name.clone()),
        InputKind::Context | InputKind::Cookies if lent => quote!(&#name),
        _ => quote!(#name),
    }
}
