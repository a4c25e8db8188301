//! What `#[extract]` leaves behind: the impl as written, and how the type is made of a request.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Ident;

use super::paths;
use super::plugin::{argument, input_facts, is_option, read};
use crate::decl::shown;
use crate::parse::{ExtractItem, Given, InputKind};

pub(crate) fn expand(extract: &ExtractItem) -> TokenStream {
    let (private, wiring) = (paths::private(), paths::wiring());
    let ExtractItem { item, name, given } = extract;
    let (ty, text) = (&item.self_ty, shown(name));
    let local = |name: &str| Ident::new(name, Span::mixed_site());
    let (reader, tools, guard) = (local("inputs"), local("tools"), local("auth"));
    let mut access = quote!(Open);
    let (mut reads, mut facts, mut tool_names, mut names, mut arguments) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in given {
        match one {
            Given::Head(name) => {
                reads.push(quote!(let #name = ::core::option::Option::Some(#reader.head());));
                names.push(name);
                arguments.push(quote!(#name));
            }
            Given::Tool(name) => {
                // The span of the name, so that an unknown tool is reported there.
                let slot = quote_spanned!(paths::shown_at(name.span())=> #tools.#name);
                reads.push(quote!(let #name = #reader.tool(&#slot);));
                tool_names.push(shown(name));
                names.push(name);
                arguments.push(quote!(#name));
            }
            Given::Input(input) => {
                if input.kind == InputKind::Claims {
                    let is_optional = is_option(&input.ty);
                    access = if is_optional { quote!(Optional) } else { quote!(Protected(&[])) };
                    let slot = quote_spanned!(paths::shown_at(input.name.span())=> #tools.auth);
                    // Who asks comes first.
                    let claims = read(input, &reader, &guard, &[], false, &private);
                    reads.insert(0, quote!(let #guard = &#slot; #claims));
                } else {
                    reads.push(read(input, &reader, &guard, &[], false, &private));
                }
                facts.extend(input_facts(input, &private));
                names.push(&input.name);
                arguments.push(argument(input, false));
            }
        }
    }
    quote! {
        #item

        impl #private::Extract<#wiring::Tools> for #ty {
            const FACTS: #private::ExtractFacts = #private::ExtractFacts {
                name: #text,
                access: #private::Access::#access,
                inputs: &[#(#facts),*],
                tools: &[#(#tool_names),*],
            };

            #[allow(unused_variables)]
            async fn of_request(
                #reader: &mut #private::Inputs<'_>,
                #tools: &'static #wiring::Tools,
            ) -> ::core::option::Option<Self> {
                #(#reads)*
                let (#(#names,)*) = (#(#names?,)*);
                let made = Self::extract(#(#arguments),*).await;
                #reader.extracted(made)
            }
        }
    }
}
