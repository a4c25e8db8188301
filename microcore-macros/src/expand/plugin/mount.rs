//! The adapter of a mount: `__mount_assets` answers with a file, `__opened_assets` is the folder.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;
use syn::spanned::Spanned;

use super::call::adapter_name;
use crate::expand::paths;
use crate::parse::Mount;

pub(super) fn expand(mount: &Mount) -> TokenStream {
    let private = paths::private();
    let (adapter, opened) = (adapter_name("mount", &mount.decl.handler), opened(mount));
    let (constant, roles) = (&mount.constant, &mount.roles);
    let auth = mount.decl.guarded.then(|| quote!(auth: &'request #private::Slot<impl #private::Authenticate>,));
    let may_ask = if mount.decl.guarded {
        quote!(|inputs| inputs.claims::<#private::IgnoredAny>(auth, true, &[#(#roles),*]).map(::core::mem::drop))
    } else {
        quote!(|_| ::core::option::Option::Some(()))
    };
    // At the type, so that one that is no folder is reported there.
    let of = paths::all_shown_at(mount.ty.span(), quote!(#private::Mount::of(__Plugin::#constant)));
    quote! {
        fn #opened() -> &'static #private::Mount {
            static MOUNT: #private::Mount = #of;
            &MOUNT
        }

        pub(crate) fn #adapter<'request>(
            &'static self,
            head: &'request #private::Head,
            body: #private::Body,
            #auth
            path: &'request str,
            allowed: #private::Methods,
            response: &'request mut #private::Response,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send + 'request {
            #private::answer_mount(#private::Inputs::new(head, body), #may_ask, Self::#opened(), path, allowed, response)
        }
    }
}

/// What the plugin's boot does first: a folder that is not there is why the plugin is off.
pub(super) fn open(mount: &Mount) -> TokenStream {
    let opened = opened(mount);
    quote!(Self::#opened().open()?;)
}

fn opened(mount: &Mount) -> Ident {
    format_ident!("__opened_{}", mount.decl.handler)
}
