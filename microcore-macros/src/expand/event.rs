//! What `#[event]` leaves behind: the struct, its name on the bus, its facts and its declaration.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::Ident;

use super::{declaration, paths};
use crate::parse::{EventItem, source_text};

pub(crate) fn expand(event: &EventItem) -> TokenStream {
    let private = paths::private();
    let item = &event.item;
    let derives = (!event.decl.broken).then(|| derives(event));
    let declaration = declaration::expand(&event.decl);
    let ty = &event.decl.ty;
    let name = &event.decl.name;
    let fields = event.fields();
    let (field_names, field_types): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
    let (ty_text, doc) = (ty.to_string(), &event.doc);
    // Most events are no requests.
    let answered = event.reply.as_ref().map(source_text).map(|reply| quote!(.answered_with(#reply)));
    let worked = event.decl.job.then(|| quote!(.worked_on()));
    let private_fields = &event.private;
    let hiding = (!private_fields.is_empty()).then(|| quote!(.hiding(&[#(#private_fields),*])));
    let request = event.reply.as_ref().map(|reply| {
        quote! {
            impl #private::Request for #ty {
                type Reply = #reply;
            }
        }
    });
    let implementation = (!event.decl.broken).then(|| {
        quote! {
            impl #private::Event for #ty {
                const NAME: &'static str = #name;
            }
            impl #ty {
                #[doc(hidden)]
                pub(crate) const fn __facts(domain: &'static str) -> #private::EventFacts {
                    #private::EventFacts {
                        name: #name,
                        ty: #ty_text,
                        domain,
                        doc: #doc,
                        fields: &[#((#field_names, #field_types)),*],
                        shape: #private::schema_of::<#ty>,
                        reply: ::core::option::Option::None,
                        job: false,
                        private: &[],
                    }
                    #answered #worked #hiding
                }
            }
            #request
        }
    });
    quote! {
        #derives
        #item
        #implementation
        #declaration
    }
}

/// An event is data on every transport: it can be written, read and described. Where its author derives one of these,
/// that one stands.
fn derives(event: &EventItem) -> TokenStream {
    let private = paths::private();
    let written = |names: &[&str]| event.derives.iter().any(|derive| names.iter().any(|name| derive == name));
    let all =
        [("Serialize", &["Serialize"][..]), ("Deserialize", &["Deserialize"]), ("Schema", &["Schema", "JsonSchema"])];
    let missing = all.into_iter().filter(|(_, names)| !written(names));
    let derives = missing.map(|(derive, _)| {
        let derive = Ident::new(derive, Span::call_site());
        quote!(#private::derives::#derive)
    });
    quote!(#[derive(#(#derives),*)])
}
