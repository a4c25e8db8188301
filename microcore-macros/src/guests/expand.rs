//! A manifest → the plugin that the wiring calls: an adapter for each route and each event, and its facts.

use microcore_sidecars_manifest::{Ask, Named, Parameter, Route, Segment};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Guest, declared};
use crate::expand::paths;
use crate::expand::plugin::adapter_name;
use crate::wiring::Wiring;

/// All guests, in a module of the wiring.
pub(super) fn module(guests: &[Guest], code: &[TokenStream]) -> Option<TokenStream> {
    let compiled = guests.iter().map(|guest| {
        let identity = guest.file.identity();
        let (absolute, manifest) = (&guest.absolute, format!("{}/plugin.toml", guest.folder));
        quote! {
            mc::CompiledGuest {
                identity: &super::#identity,
                // What is shipped says nothing about the machine that built it.
                folder: if ::core::cfg!(debug_assertions) { #absolute } else { "" },
                // That is also how rustc notices an edit.
                manifest: ::core::include_str!(#manifest),
            }
        }
    });
    let compiled: Vec<_> = compiled.collect();
    (!compiled.is_empty()).then(|| {
        quote! {
            /// The plugins in other languages.
            pub mod guests {
                use super::mc;

                pub static ALL: &[mc::CompiledGuest] = &[#(#compiled),*];

                #(#code)*
            }
        }
    })
}

/// One guest.
pub(super) fn guest(guest: &Guest, wiring: &Wiring) -> TokenStream {
    let (prelude, field, identity) = (paths::prelude(), guest.file.field(), guest.file.identity());
    let routes = guest.manifest.routes.iter().map(|route| route_adapter(guest, route));
    let hearers = guest.manifest.heard.iter().enumerate().filter_map(|(index, on)| {
        let (ty, name) = (declared::event(&on.event, wiring)?.ty(), &on.event);
        let adapter = adapter_name("on", &declared::hearer(guest, index));
        Some(quote! {
            pub fn #adapter(
                &'static self,
                event: ::std::sync::Arc<#ty>,
            ) -> impl ::core::future::Future<Output = mc::Result<()>> + ::core::marker::Send {
                async move { mc::tell_guest(&self.guests, &super::super::#identity, #name, &*event).await }
            }
        })
    });
    let facts = facts(guest, wiring);
    quote! {
        pub mod #field {
            use super::mc;

            pub struct __Plugin {
                guests: #prelude::Sidecars,
            }

            impl __Plugin {
                #facts

                pub fn __build(
                    tools: &super::super::Tools,
                    identity: &'static mc::Identity,
                ) -> ::core::result::Result<Self, mc::Down> {
                    Ok(Self { guests: (tools.sidecars).bind(identity)? })
                }

                #(#routes)*
                #(#hearers)*
            }
        }
    }
}

fn route_adapter(guest: &Guest, route: &Route) -> TokenStream {
    let (identity, name) = (guest.file.identity(), &route.name);
    let adapter = adapter_name(&route.ask.to_string().to_lowercase(), &declared::handler(name));
    let parameters = route.segments.iter().filter(|segment| matches!(segment, Segment::Parameter { .. }));
    let segments: Vec<_> = (0..parameters.count()).map(|number| format_ident!("segment_{number}")).collect();
    let auth = route.protected.then(|| quote!(auth: &'request mc::Slot<impl mc::Authenticate>,));
    let roles = route.roles.iter().map(|role| &role.name);
    let (function, guard) = if route.protected {
        (quote!(ask_guest_as), quote!((auth, &[#(#roles),*]),))
    } else {
        (quote!(ask_guest), quote!())
    };
    quote! {
        pub fn #adapter<'request>(
            &'static self,
            head: &'request mc::Head,
            body: mc::Body,
            #auth
            #(#segments: &'request str,)*
            response: &'request mut mc::Response,
        ) -> impl ::core::future::Future<Output = ()> + ::core::marker::Send + 'request {
            async move {
                let of = (&super::super::#identity, #name);
                mc::#function(&self.guests, of, head, body, #guard &[#(#segments),*], response).await;
            }
        }
    }
}

fn facts(guest: &Guest, wiring: &Wiring) -> TokenStream {
    let (manifest, doc) = (&guest.manifest, &guest.manifest.doc);
    let hears = !manifest.heard.is_empty() || !manifest.publishes.is_empty();
    let tools: Vec<&str> = [
        Some("sidecars"),
        (!manifest.statements.is_empty()).then_some("db"),
        hears.then_some("bus"),
        manifest.may_use("state").then_some("state"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let reads = format!("The guest `{}` reads it", declared::name(guest));
    let needed = manifest.settings.iter().map(|named| (named, true));
    let keys = needed.chain(manifest.optional_settings.iter().map(|named| (named, false)));
    // A manifest does not say which of them are secrets, so none is shown.
    let keys = keys.map(|(Named { name, .. }, required)| {
        quote! {
            mc::Key {
                name: #name,
                doc: #reads,
                expects: "a text",
                default: ::core::option::Option::None,
                required: #required,
                secret: true,
                within: ::core::option::Option::None,
            }
        }
    });
    let routes = manifest.routes.iter().map(|route| route_facts(guest, route));
    let subscriptions = manifest.heard.iter().enumerate().filter_map(|(index, on)| {
        let ty = declared::event(&on.event, wiring)?.decl.ty.to_string();
        let (handler, retries) = (declared::hearer(guest, index).to_string(), on.retries);
        Some(quote!(mc::SubscriptionFacts { event: #ty, handler: #handler, inline: false, retries: #retries }))
    });
    let publishes = manifest.publishes.iter();
    let publishes = publishes.filter_map(|named| Some(declared::event(&named.name, wiring)?.decl.ty.to_string()));
    quote! {
        pub const __KEYS: &'static [mc::Key] = &[#(#keys),*];

        pub const __FACTS: mc::PluginFacts = mc::PluginFacts {
            is_guest: true,
            doc: #doc,
            routes: &[#(#routes),*],
            subscriptions: &[#(#subscriptions),*],
            publishes: &[#(#publishes),*],
            ..mc::PluginFacts::needing(&[#(#tools),*]).reading(Self::__KEYS, |environment, problems| {
                mc::check_guest_settings(Self::__KEYS, environment, problems);
            })
        };
    }
}

fn route_facts(guest: &Guest, route: &Route) -> TokenStream {
    let (method, path, name, doc) = (route.ask.to_string(), &route.path, &route.name, &route.doc);
    let option = |text: Option<&str>| match text {
        Some(text) => quote!(::core::option::Option::Some(#text)),
        None => quote!(::core::option::Option::None),
    };
    let roles = route.roles.iter().map(|role| &role.name);
    let access = if route.protected { quote!(Protected(&[#(#roles),*])) } else { quote!(Open) };
    let schema = |Named { name, .. }: &Named| {
        let (id, file) = (format!("{}/{name}", declared::name(guest)), format!("{}/{name}", guest.folder));
        quote!(|_| mc::guest_schema(#id, ::core::include_str!(#file)))
    };
    let parameters = route.segments.iter().filter_map(|segment| match segment {
        Segment::Literal(_) => None,
        Segment::Parameter { name, is } => Some(parameter(name, *is)),
    });
    let body = match (&route.body, route.ask) {
        (Some(named), _) => {
            let shape = schema(named);
            Some(quote!(mc::InputFacts { name: "body", place: "body", may_be_absent: || false, shape: #shape }))
        }
        (None, Ask::Post | Ask::Put | Ask::Patch) => Some(quote!(mc::InputFacts::RAW)),
        (None, Ask::Get | Ask::Delete) => None,
    };
    let inputs = parameters.chain(body);
    let output = route.answer.as_ref().map(schema).map(|shape| quote!(output: ::core::option::Option::Some(#shape),));
    let media = route.reply.as_deref().or_else(|| route.answer.as_ref().map(|_| "application/json"));
    let (media, tag) = (option(media), option(route.tag.as_deref()));
    quote! {
        mc::RouteFacts {
            method: #method,
            path: #path,
            handler: #name,
            doc: #doc,
            tag: #tag,
            access: mc::Access::#access,
            inputs: &[#(#inputs),*],
            #output
            media: #media,
            form: mc::ReplyForm::Response,
            ..mc::RouteFacts::PLAIN
        }
    }
}

fn parameter(name: &str, is: Parameter) -> TokenStream {
    let ty = match is {
        Parameter::Text => quote!(::std::string::String),
        Parameter::Integer => quote!(i64),
        Parameter::Number => quote!(f64),
        Parameter::Boolean => quote!(bool),
        Parameter::Uuid => {
            let shape = quote!(|_| mc::guest_schema("", "{\"type\": \"string\", \"format\": \"uuid\"}"));
            return quote! {
                mc::InputFacts { name: #name, place: "path", may_be_absent: || false, shape: #shape }
            };
        }
    };
    quote!(mc::InputFacts::of::<#ty>(#name, "path"))
}
