//! The adapter of an interceptor: `__before_check`, `__after_stamp`, `__around_time`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::spanned::Spanned;

use super::call::{adapter_name, call};
use crate::decl::{InterceptorDecl, Reads, Scope};
use crate::expand::paths;
use crate::parse::{Handler, InterceptorInput, InterceptorInputKind};

pub(super) fn expand(handler: &Handler, decl: &InterceptorDecl, inputs: &[InterceptorInput]) -> TokenStream {
    let private = paths::private();
    let adapter = adapter_name(&decl.kind.to_string(), &handler.name);
    if let Scope::Work { .. } = decl.scope {
        return around_work(handler, decl, inputs);
    }
    let (parameter, output) = match decl.kind.to_string().as_str() {
        "before" => (quote!(), quote!(#private::Result<()>)),
        "after" => (quote!(response: #private::Response), quote!(#private::Response)),
        _ => (quote!(next: impl #private::Next + 'request), quote!(#private::Response)),
    };
    let arguments = inputs.iter().map(|input| match input.kind {
        InterceptorInputKind::Head => quote!(head),
        InterceptorInputKind::Claims => quote!(claims),
        InterceptorInputKind::Route => quote!(route),
        InterceptorInputKind::Response => quote!(response),
        InterceptorInputKind::Next => quote!(next),
        InterceptorInputKind::Work => quote!(work),
    });
    let call = call(handler, &quote!(#(#arguments),*));
    let run = quote!(#call.await);
    let run = if decl.kind == "before" { quote!(#private::Outcome::outcome(#run)) } else { run };
    let run = paths::all_shown_at(handler.name.span(), run);
    let auth = (decl.claims != Reads::No).then(|| quote!(auth: &'request #private::Slot<impl #private::Authenticate>,));
    let route = match decl.route {
        Reads::No => None,
        Reads::Maybe => Some(quote!(route: ::core::option::Option<&'static #private::Route>,)),
        Reads::Must => Some(quote!(route: &'static #private::Route,)),
    };
    let claims = inputs.iter().find(|input| input.kind == InterceptorInputKind::Claims);
    let claims = claims.map(|input| claims_of(input, decl, &private));
    quote! {
        #[doc(hidden)]
        #[allow(unused_variables)]
        pub(crate) fn #adapter<'request>(
            &'static self,
            head: &'request #private::Head,
            #auth
            #route
            #parameter
        ) -> impl ::core::future::Future<Output = #output> + ::core::marker::Send + 'request {
            async move { #claims #run }
        }
    }
}

/// Around a delivery or a run: its outcome is what the handler, or whoever stands before it, says.
fn around_work(handler: &Handler, decl: &InterceptorDecl, inputs: &[InterceptorInput]) -> TokenStream {
    let private = paths::private();
    let adapter = adapter_name(&decl.kind.to_string(), &handler.name);
    let parameter = (decl.kind == "around").then(|| quote!(next: impl #private::Next<#private::Result<()>> + 'work));
    let arguments = inputs.iter().map(|input| match input.kind {
        InterceptorInputKind::Next => quote!(next),
        _ => quote!(work),
    });
    let call = call(handler, &quote!(#(#arguments),*));
    let run = paths::all_shown_at(handler.name.span(), quote!(#private::Outcome::outcome(#call.await)));
    quote! {
        #[doc(hidden)]
        #[allow(unused_variables)]
        pub(crate) fn #adapter<'work>(
            &'static self,
            work: &'work #private::Work,
            #parameter
        ) -> impl ::core::future::Future<Output = #private::Result<()>> + ::core::marker::Send + 'work {
            async move { #run }
        }
    }
}

/// An `Option` judges nobody; what must be there is refused before anything else runs.
fn claims_of(input: &InterceptorInput, decl: &InterceptorDecl, private: &TokenStream) -> TokenStream {
    let ty = &input.ty;
    if decl.claims == Reads::Maybe {
        let known = paths::all_shown_at(ty.span(), quote!(#private::known));
        return quote!(let claims: #ty = #known(head, auth););
    }
    let refusal = if decl.kind == "before" {
        quote!(::core::result::Result::Err(error))
    } else {
        quote!(#private::failure(error))
    };
    let required = paths::all_shown_at(ty.span(), quote!(#private::must_be_known));
    quote! {
        let claims: #ty = match #required(head, auth) {
            ::core::result::Result::Ok(claims) => claims,
            ::core::result::Result::Err(error) => return #refusal,
        };
    }
}
