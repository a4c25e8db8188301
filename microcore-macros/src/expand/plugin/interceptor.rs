//! The adapter of an interceptor: `__before_check`, `__after_stamp`, `__around_time`.

use proc_macro2::TokenStream;
use quote::quote;

use super::call::{adapter_name, call};
use crate::decl::InterceptorDecl;
use crate::expand::paths;
use crate::parse::Handler;

pub(super) fn expand(handler: &Handler, decl: &InterceptorDecl) -> TokenStream {
    let private = paths::private();
    let adapter = adapter_name(&decl.kind.to_string(), &handler.name);
    let (parameter, argument, output) = match decl.kind.to_string().as_str() {
        "before" => (quote!(), quote!(), quote!(#private::Result<()>)),
        "after" => (quote!(response: #private::Response), quote!(, response), quote!(#private::Response)),
        _ => (quote!(next: impl #private::Next + 'request), quote!(, next), quote!(#private::Response)),
    };
    let call = call(handler, &quote!(head #argument));
    let run = quote!(#call.await);
    let run = if decl.kind == "before" { quote!(#private::Outcome::outcome(#run)) } else { run };
    let run = paths::all_shown_at(handler.name.span(), run);
    quote! {
        #[doc(hidden)]
        pub(crate) fn #adapter<'request>(
            &'static self,
            head: &'request #private::Head,
            #parameter
        ) -> impl ::core::future::Future<Output = #output> + ::core::marker::Send + 'request {
            async move { #run }
        }
    }
}
