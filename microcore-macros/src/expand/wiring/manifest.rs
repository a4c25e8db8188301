//! The manifest: what the wiring knows, as one constant. Commands and tests read it; no request does.

use proc_macro2::TokenStream;
use quote::quote;

use super::schedules::is_scheduled;
use crate::decl::{InterceptorDecl, Reads, Scope, shown};
use crate::expand::{app, paths};
use crate::wiring::Wiring;

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let prelude = paths::prelude();
    let tools = wiring.tools.iter().map(|tool| {
        let (name, alias) = (shown(&tool.name), app::alias(&tool.name));
        let facts = quote!(<#prelude::#alias as mc::Tool>::FACTS);
        let Some(of) = tool.of.as_ref().map(shown) else {
            return quote!(mc::ToolFacts { name: #name, ..#facts });
        };
        quote!({
            const NAMES: &[mc::InstanceName; #facts.settings.len()] =
                &mc::instance_names(#facts.settings, #of, #name);
            const KEYS: &[mc::Key] = &mc::instance_keys(#facts.settings, NAMES);
            mc::ToolFacts { name: #name, of: #of, settings: KEYS, ..#facts }
        })
    });
    let plugins = wiring.plugins.iter().map(|plugin| {
        let (ty, identity) = (plugin.ty(), plugin.identity());
        let stating = (!plugin.decl.statements.is_empty()).then(|| quote!(.stating(sql::#identity)));
        let interceptors: Vec<_> = plugin.decl.interceptors.iter().map(|decl| interceptor(wiring, decl)).collect();
        let intercepting = (!interceptors.is_empty()).then(|| quote!(.intercepting(&[#(#interceptors),*])));
        quote!(<#ty>::__FACTS.at(#identity) #stating #intercepting)
    });
    let events = wiring.events.iter().map(|event| {
        let (ty, domain) = (event.ty(), shown(&event.file.domain));
        quote!(<#ty>::__facts(#domain))
    });
    let migrations = wiring.migrations.iter().map(|migration| {
        let (domain, file, path) = (&migration.domain, &migration.file, &migration.path);
        quote!(mc::Migration { domain: #domain, file: #file, sql: ::core::include_str!(#path) })
    });
    let models = wiring.models.iter().filter(|model| !model.statements.is_empty()).map(|model| {
        let (domain, name, identity) = (shown(&model.file.domain), shown(&model.file.module), model.identity());
        quote!(mc::ModelFacts { domain: #domain, model: #name, statements: sql::#identity })
    });
    let unseen = &wiring.unseen;
    let stores_jobs = if is_scheduled(wiring) {
        quote!(<#prelude::Scheduler as mc::Scheduling<App, #prelude::Db>>::STORED)
    } else {
        quote!(false)
    };
    quote! {
        const MANIFEST: mc::Manifest = mc::Manifest {
            name: ::core::env!("CARGO_PKG_NAME"),
            version: ::core::env!("CARGO_PKG_VERSION"),
            // What is shipped says nothing about the machine that built it, and is the same from each.
            folder: if ::core::cfg!(debug_assertions) { ::core::env!("CARGO_MANIFEST_DIR") } else { "" },
            tools: &[#(#tools),*],
            plugins: &[#(#plugins),*],
            events: &[#(#events),*],
            migrations: &[#(#migrations),*],
            models: &[#(#models),*],
            unseen: &[#(#unseen),*],
            stores_jobs: #stores_jobs,
            replies: mc::ReplyFunctions::of::<#prelude::__Replies>(),
            meters: || &METERS,
        };

        const _: () = mc::meters_are_distinct(MANIFEST.plugins);
    }
}

/// An interceptor, with the routes that the router runs it around.
fn interceptor(wiring: &Wiring, decl: &InterceptorDecl) -> TokenStream {
    let InterceptorDecl { kind, handler, order, scope, methods, claims, doc, .. } = decl;
    let (kind, handler) = (kind.to_string(), shown(handler));
    let scope = match scope {
        Scope::All => quote!(All),
        Scope::Routes => quote!(Routes),
        Scope::Domain(name) => quote!(Domain(#name)),
        Scope::Tag(name) => quote!(Tag(#name)),
        Scope::Path(prefix) => quote!(Path(#prefix)),
        Scope::Work { events, jobs, domain } => {
            let domain = domain.as_ref().map_or(String::new(), syn::LitStr::value);
            quote!(Work { events: #events, jobs: #jobs, domain: #domain })
        }
    };
    let access = match claims {
        Reads::No => quote!(Open),
        Reads::Maybe => quote!(Optional),
        Reads::Must => quote!(Protected(&[])),
    };
    let routes = wiring.behind(decl).map(|route| {
        let (method, path) = (route.method.to_string().to_uppercase(), &route.path.literal);
        quote!((#method, #path))
    });
    let work = wiring.inside(decl);
    quote! {
        mc::InterceptorFacts {
            kind: #kind,
            handler: #handler,
            doc: #doc,
            order: #order,
            scope: mc::Scope::#scope,
            methods: &[#(#methods),*],
            access: mc::Access::#access,
            routes: &[#(#routes),*],
            work: &[#(#work),*],
        }
    }
}
