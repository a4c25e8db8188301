//! The manifest: what the wiring knows, as one constant. Commands and tests read it; no request does.

use proc_macro2::TokenStream;
use quote::quote;

use crate::expand::{app, paths};
use crate::wiring::Wiring;

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let prelude = paths::prelude();
    let tools = wiring.tools.iter().map(|tool| {
        let (name, alias) = (tool.name.to_string(), app::alias(&tool.name));
        quote!(mc::ToolFacts { name: #name, ..<#prelude::#alias as mc::Tool>::FACTS })
    });
    let plugins = wiring.plugins.iter().map(|plugin| {
        let (ty, identity) = (plugin.ty(), plugin.identity());
        if plugin.decl.statements.is_empty() {
            return quote!(<#ty>::__FACTS.at(#identity));
        }
        quote!(<#ty>::__FACTS.at(#identity).stating(sql::#identity))
    });
    let events = wiring.events.iter().map(|event| {
        let (ty, domain) = (event.ty(), event.file.domain.to_string());
        quote!(<#ty>::__facts(#domain))
    });
    let migrations = wiring.migrations.iter().map(|migration| {
        let (domain, file, path) = (&migration.domain, &migration.file, &migration.path);
        quote!(mc::Migration { domain: #domain, file: #file, sql: include_str!(#path) })
    });
    quote! {
        const MANIFEST: mc::Manifest = mc::Manifest {
            name: env!("CARGO_PKG_NAME"),
            version: env!("CARGO_PKG_VERSION"),
            folder: env!("CARGO_MANIFEST_DIR"),
            tools: &[#(#tools),*],
            plugins: &[#(#plugins),*],
            events: &[#(#events),*],
            migrations: &[#(#migrations),*],
        };
    }
}
