//! The structs: `Tools`, `Plugins`, `App`, and the tools by name for tests.

use proc_macro2::TokenStream;
use quote::quote;

use crate::decl::shown;
use crate::expand::{app, paths};
use crate::parse::TESTING;
use crate::wiring::{PluginNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> TokenStream {
    let prelude = paths::prelude();
    let tools: Vec<_> = wiring.tools.iter().map(|tool| &tool.name).collect();
    let names = wiring.tools.iter().map(|tool| shown(&tool.name));
    let aliases: Vec<_> = tools.iter().map(|name| app::alias(name)).collect();
    let fields: Vec<_> = wiring.plugins.iter().map(PluginNode::field).collect();
    let types = wiring.plugins.iter().map(PluginNode::ty);
    let identities = wiring.plugins.iter().map(|plugin| {
        let (constant, name) = (plugin.identity(), plugin.name());
        let (domain, module) = (shown(&plugin.file.domain), shown(&plugin.file.module));
        quote! {
            pub(super) static #constant: mc::Identity = mc::Identity { domain: #domain, plugin: #module, name: #name };
        }
    });
    let fixtures = TESTING.is_on.then(|| {
        quote! {
            /// The tools by name, for tests: each is set up when a test names it.
            pub struct Fixtures {
                #(pub #tools: mc::testing::Fixture<#prelude::#aliases>,)*
                pub app: mc::testing::Fixture<mc::testing::Running<App>>,
            }

            /// See [`Fixtures`].
            pub const FIXTURES: Fixtures = Fixtures {
                #(#tools: mc::testing::Fixture::of(#names),)*
                app: mc::testing::Fixture::of("app"),
            };
        }
    });
    quote! {
        /// Every tool, set up or off.
        pub struct Tools {
            #(pub #tools: mc::Slot<#prelude::#aliases>,)*
        }

        /// Every plugin, running or off.
        pub struct Plugins {
            #(#fields: mc::Slot<#types>,)*
        }

        /// The application.
        pub struct App {
            tools: Tools,
            plugins: Plugins,
        }

        impl App {
            /// Runs the application's command line: `serve` unless the arguments say otherwise.
            pub fn main() -> ::std::process::ExitCode {
                mc::main::<Self>()
            }

            /// For tests that name the application and its tools.
            #[doc(hidden)]
            pub fn __tools(&self) -> &Tools {
                &self.tools
            }
        }

        #fixtures

        #(#identities)*
    }
}
