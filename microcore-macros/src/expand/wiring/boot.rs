//! The lifecycle: settings, tools, plugins, `on_boot`, `on_boot_complete`; and the way back.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::guests::Guests;
use super::schedules::is_scheduled;
use crate::decl::{Reads, shown};
use crate::expand::{app, paths};
use crate::wiring::{PluginNode, Wiring};

pub(super) fn expand(wiring: &Wiring, guests: &Guests) -> TokenStream {
    let prelude = paths::prelude();
    let tools: Vec<_> = wiring.tools.iter().map(|tool| &tool.name).collect();
    let tool_names: Vec<_> = tools.iter().map(|name| shown(name)).collect();
    let aliases: Vec<_> = tools.iter().map(|name| app::alias(name)).collect();
    // The logger comes first, so that what goes wrong with the others is heard; those start at once.
    let set_up = wiring.tools.iter().map(|tool| {
        let (name, text, alias) = (&tool.name, shown(&tool.name), app::alias(&tool.name));
        let wait = (name == "logger").then(|| quote!(.await));
        quote!(let #name = mc::set_up::<#prelude::#alias>(#text, &boot) #wait;)
    });
    let ready = tools.iter().map(|name| {
        let slot = if *name == "logger" { quote!(#name) } else { quote!(#name.await) };
        quote!(#name: mc::settle(#slot, &mut problems))
    });
    let fields: Vec<_> = wiring.plugins.iter().map(PluginNode::field).collect();
    let chosen = wiring.tools.iter().filter(|tool| tool.chosen).map(|tool| shown(&tool.name));
    let reversed_tools: Vec<_> = tools.iter().rev().collect();
    let reversed_names: Vec<_> = tool_names.iter().rev().collect();
    let plugins = plugins(wiring, guests);
    let guests_inside = &guests.inside;
    let (token_places, auth) = tokens(wiring);
    let (scheduler, rests, clock) = scheduler(wiring);
    quote! {
        impl mc::Application for App {
            type Database = #prelude::Db;

            const MANIFEST: mc::Manifest = MANIFEST;
            const CHOSEN_TOOLS: &'static [&'static str] = &[#(#chosen),*];
            const WRITTEN_TABLES: &'static str = sql::TABLES;
            type Bus = #prelude::Bus;
            type Scheduler = #scheduler;

            fn check_settings(environment: &mc::Environment) -> Result<(), mc::Problems> {
                let mut problems = mc::Problems::default();
                #(mc::check_settings::<#prelude::#aliases>(#tool_names, &MANIFEST, environment, &mut problems);)*
                mc::check_plugin_settings(&MANIFEST, environment, &mut problems);
                problems.into_result()
            }

            async fn boot(boot: mc::Boot) -> mc::Result<&'static Self> {
                #(#set_up)*
                let mut problems = mc::Problems::default();
                let tools = Tools { #(#ready),* };
                // What is configured wrongly ends the boot; what is merely away turns off those who need it.
                if !problems.is_empty() {
                    #(mc::give_up(#reversed_names, &tools.#reversed_tools).await;)*
                    return ::core::result::Result::Err(problems.into());
                }
                let app: &'static Self = mc::leak(Self { tools, plugins: Plugins::empty() });
                app.on_boot().await;
                #(mc::complete(#tool_names, &app.tools.#tools).await;)*
                Ok(app)
            }

            async fn late(&'static self, mut late: mc::Late, server: mc::ServerHandle) {
                #(late.tool(#tool_names, &self.tools.#tools);)*
                while late.comes().await {
                    mc::online(&self.tools.http, self, server.clone());
                    self.on_boot().await;
                    #(late.complete(#tool_names, &self.tools.#tools).await;)*
                }
            }

            #token_places

            fn inside(&'static self) -> mc::Inside {
                mc::Inside::default().with_bus(&MANIFEST, &self.tools.bus)#auth #guests_inside
            }

            #clock

            fn report(&self) -> Vec<mc::Down> {
                let mut report = mc::Report::new(&MANIFEST);
                #(report.tool(#tool_names, &self.tools.#tools);)*
                #(report.plugin(&self.plugins.#fields);)*
                report.finish()
            }

            async fn health(&'static self) -> Vec<mc::ToolHealth> {
                let mut health = mc::HealthReport::new(&MANIFEST);
                #(health.check(#tool_names, &self.tools.#tools).await;)*
                health.finish()
            }

            fn online(&'static self, server: mc::ServerHandle) {
                mc::online(&self.tools.http, self, server);
            }

            async fn shutdown(&'static self, stop: mc::Stop) {
                #rests
                mc::drain(&self.tools.bus, self, &stop).await;
                self.on_shutdown(&stop).await;
                #(mc::shut_down(#reversed_names, &self.tools.#reversed_tools, &stop).await;)*
            }

            #[inline]
            fn respond(
                &'static self,
                head: &mc::Head,
                body: mc::Body,
                response: &mut mc::Response,
            ) -> impl ::core::future::Future<Output = ()> + Send {
                self.route(head, body, response)
            }
        }

        #plugins
    }
}

/// Where tokens stand, where any are asked for, and the tool that knows roles.
fn tokens(wiring: &Wiring) -> (Option<TokenStream>, Option<TokenStream>) {
    let guarded = is_guarded(wiring);
    let token_places = guarded.then(|| {
        quote! {
            fn token_places(&self) -> ::core::option::Option<&mc::TokenPlaces> {
                mc::token_places(&self.tools.auth)
            }
        }
    });
    // A tool `auth` of the application's own need not know roles, unless a route asks it.
    let knows_roles = guarded || wiring.tools.iter().any(|tool| tool.name == "auth" && !tool.own);
    (token_places, knows_roles.then(|| quote!(.with_auth(&self.tools.auth))))
}

/// The scheduler's type, how it rests, and its clock, where anything runs at times.
fn scheduler(wiring: &Wiring) -> (TokenStream, Option<TokenStream>, Option<TokenStream>) {
    if !is_scheduled(wiring) {
        return (quote!(()), None, None);
    }
    let prelude = paths::prelude();
    let halts = quote! {
        fn halt(&'static self, within: ::core::time::Duration) {
            mc::halt(&self.tools.scheduler, &self.tools.db, within);
        }
    };
    let rests = quote!(mc::rest(&self.tools.scheduler, &self.tools.db, self, &stop).await;);
    let clock = quote! {
        async fn advance(&'static self, by: ::core::time::Duration) -> mc::Result<()> {
            mc::advance(&self.tools.scheduler, &self.tools.db, self, by).await
        }

        async fn run_here(&'static self, schedule: &str) -> mc::Result<mc::Said> {
            mc::run_here(&self.tools.scheduler, &self.tools.db, self, schedule).await
        }
    };
    (quote!(#prelude::Scheduler), Some(rests), Some(quote!(#halts #clock)))
}

/// How the plugins are built, and what they do when all is there and before all goes.
fn plugins(wiring: &Wiring, guests: &Guests) -> TokenStream {
    let fields: Vec<_> = wiring.plugins.iter().map(PluginNode::field).collect();
    let types: Vec<_> = wiring.plugins.iter().map(PluginNode::ty).collect();
    let identities: Vec<_> = wiring.plugins.iter().map(PluginNode::identity).collect();
    let hooks = |hook: &str, has: fn(&crate::decl::PluginDecl) -> bool| -> Vec<TokenStream> {
        let (method, adapter) = (format_ident!("{hook}"), format_ident!("__{hook}"));
        let plugins = wiring.plugins.iter().filter(|plugin| has(&plugin.decl));
        let run = plugins.map(|plugin| {
            let (field, identity, ty) = (plugin.field(), plugin.identity(), plugin.ty());
            quote!(hooks.#method(&#identity, &self.plugins.#field, <#ty>::#adapter);)
        });
        run.collect()
    };
    let on_boot = hooks("on_boot", |decl| decl.on_boot);
    let schedule =
        is_scheduled(wiring).then(|| quote!(mc::schedule(&self.tools.scheduler, &self.tools.db, self).await;));
    let connect_guests = &guests.connect;
    let attach = is_scheduled(wiring).then(|| quote!(mc::attach(&self.tools.scheduler, &self.tools.db, self);));
    let on_shutdown = hooks("on_shutdown", |decl| decl.on_shutdown);
    quote! {
        impl Plugins {
            fn empty() -> Self {
                Self { #(#fields: mc::Slot::empty(),)* }
            }

            #[allow(unused_variables, reason = "there may be no plugin")]
            fn build(&self, tools: &Tools) {
                #(mc::build(&#identities, tools, <#types>::__build, &self.#fields);)*
            }
        }

        impl App {
            /// Starts the plugins that are not started and have what they need: all of them at the boot, and later
            /// those whose tools have come.
            async fn on_boot(&'static self) {
                self.plugins.build(&self.tools);
                mc::connect(&self.tools.bus, self);
                mc::relay(&self.tools.bus, &self.tools.db, self);
                #connect_guests
                #attach
                #[allow(unused_mut, reason = "no plugin may have the hook")]
                let mut hooks = mc::Hooks::new("on_boot");
                #(#on_boot)*
                hooks.booted().await;
                #(mc::open(&#identities, &self.plugins.#fields);)*
                #schedule
            }

            async fn on_shutdown(&'static self, stop: &mc::Stop) {
                #[allow(unused_mut, reason = "no plugin may have the hook")]
                let mut hooks = mc::Hooks::new("on_shutdown");
                #(#on_shutdown)*
                hooks.shut_down(stop).await;
            }
        }
    }
}

/// Whether anything asks who sends a request.
pub(super) fn is_guarded(wiring: &Wiring) -> bool {
    // What is extracted may be whoever asks; only its own file knows.
    let has_auth = wiring.tools.iter().any(|tool| tool.name == "auth");
    wiring.plugins.iter().any(|plugin| {
        plugin.decl.routes.iter().any(|route| route.guarded || (route.extracts && has_auth))
            || plugin.decl.interceptors.iter().any(|decl| decl.claims != Reads::No)
    })
}
