//! `Scheduled`: the application's schedules and workers by number. A tick comes back through `run`, a job through `work`:
//! each a `match` whose arms call one handler. `Worked`: what an event must say before it is stored as a job.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::Ident;

use super::{intercept, meters};
use crate::decl::shown;
use crate::expand::plugin::adapter_name;
use crate::wiring::{PluginNode, Wiring};

pub(crate) fn expand(wiring: &Wiring) -> Option<TokenStream> {
    if !is_scheduled(wiring) {
        return None;
    }
    let places = wiring.plugins.iter().flat_map(|plugin| {
        plugin.decl.schedules.iter().enumerate().map(move |(place, schedule)| (plugin, place, schedule))
    });
    let all = places.enumerate().map(|(number, (plugin, place, schedule))| {
        let (name, identity, ty) = (schedule.name_in(&plugin.name()), plugin.identity(), plugin.ty());
        let meter = meters::of_schedule(number);
        quote! {
            mc::Schedule { name: #name, plugin: &#identity, facts: &<#ty>::__FACTS.schedules[#place], meter: &#meter }
        }
    });
    let schedules: Vec<_> = wiring.schedules().enumerate().collect();
    let running = schedules.iter().map(|(number, (plugin, _))| {
        let there = there(wiring, plugin);
        quote!(#number => #there.is_ok())
    });
    let run = schedules.iter().map(|(number, (plugin, schedule))| {
        let adapter = adapter_name("tick", &schedule.handler);
        let (there, name) = (there(wiring, plugin), schedule.name_in(&plugin.name()));
        let handled = inside(wiring, plugin, &schedule.handler, &name, quote!(plugin.#adapter(tick).await));
        quote! {
            #number => match #there {
                Ok(plugin) => #handled,
                Err(down) => Err(down.to_error()),
            }
        }
    });
    let (workers, works) = workers(wiring);
    let (timed, events) = timed(wiring);
    Some(quote! {
        #workers
        #timed

        impl mc::Scheduled for App {
            const SCHEDULES: &'static [mc::Schedule] = &[#(#all),*];

            fn is_running(&self, schedule: usize) -> bool {
                match schedule {
                    #(#running,)*
                    _ => false,
                }
            }

            #works
            #events

            async fn run(&'static self, schedule: usize, tick: mc::Tick) -> mc::Result<()> {
                match schedule {
                    #(#run,)*
                    _ => Err(mc::no_schedule(schedule)),
                }
            }
        }
    })
}

/// Whether a plugin's handlers can be called: it is there, and so is whatever runs around them.
fn there(wiring: &Wiring, plugin: &PluginNode) -> TokenStream {
    let (field, all_there) = (plugin.field(), intercept::all_there(&wiring.around_jobs(plugin)));
    quote!(self.plugins.#field.running() #all_there)
}

/// A call with what runs around it.
fn inside(
    wiring: &Wiring,
    plugin: &PluginNode,
    handler: &Ident,
    name: &impl ToTokens,
    call: TokenStream,
) -> TokenStream {
    let standing = wiring.around_jobs(plugin);
    if standing.is_empty() {
        return call;
    }
    let work = intercept::work(plugin, &shown(handler), name, true);
    let around = intercept::around_work(&standing, call);
    quote!({ #work #around })
}

/// A static and a `Worked` per job; and of `Scheduled`, what calls their handlers.
fn workers(wiring: &Wiring) -> (TokenStream, Option<TokenStream>) {
    let statics = wiring.jobs().enumerate().map(|(number, (event, plugin, job))| {
        let (ty, name, worker) = (event.ty(), &event.decl.name, format_ident!("WORKER_{number}"));
        let (identity, of) = (plugin.identity(), plugin.ty());
        let place = plugin.decl.jobs.iter().position(|other| other.handler == job.handler).unwrap_or_default();
        let told = |method: &str, prefix: &str, is_told: bool| {
            let (method, function) = (format_ident!("{method}"), adapter_name(prefix, &job.handler));
            is_told.then(|| {
                quote! {
                    fn #method(&self) -> ::core::option::Option<::std::string::String> {
                        <#of>::#function(self)
                    }
                }
            })
        };
        let meter = meters::of_worker(number);
        let (unique, line) = (told("unique", "unique", job.unique), told("line", "line", job.key));
        quote! {
            static #worker: mc::Worker =
                mc::Worker { name: #name, plugin: &#identity, facts: &<#of>::__FACTS.jobs[#place], meter: &#meter };

            impl mc::Worked for #ty {
                const WORKER: &'static mc::Worker = &#worker;

                #unique
                #line
            }
        }
    });
    let statics = quote!(#(#statics)*);
    let jobs: Vec<_> = wiring.jobs().enumerate().collect();
    if jobs.is_empty() {
        return (statics, None);
    }
    let all = jobs.iter().map(|(number, _)| format_ident!("WORKER_{number}"));
    let working = jobs.iter().map(|(number, (_, plugin, _))| {
        let there = there(wiring, plugin);
        quote!(#number => #there.is_ok())
    });
    let work = jobs.iter().map(|(number, (event, plugin, job))| {
        let (there, adapter) = (there(wiring, plugin), adapter_name("job", &job.handler));
        let handled = inside(wiring, plugin, &job.handler, &event.decl.name, quote!(plugin.#adapter(run).await));
        quote! {
            #number => match #there {
                Ok(plugin) => #handled,
                Err(down) => Err(down.to_error()),
            }
        }
    });
    let failed = wiring.subscriptions().contains_key("JobFailed").then(|| {
        quote! {
            async fn job_failed(&'static self, failed: mc::JobFailed) {
                if let Ok(bus) = self.tools.bus.running() {
                    mc::told(bus.publish(failed).await);
                }
            }
        }
    });
    let works = quote! {
        const WORKERS: &'static [&'static mc::Worker] = &[#(&#all),*];

        fn is_working(&self, worker: usize) -> bool {
            match worker {
                #(#working,)*
                _ => false,
            }
        }

        async fn work(&'static self, worker: usize, run: mc::JobRun) -> mc::Result<()> {
            match worker {
                #(#work,)*
                _ => Err(mc::no_schedule(worker)),
            }
        }

        #failed
    };
    (statics, Some(works))
}

/// `Plannable` of each event that is no job, and how the scheduler hands one on whose time has come; where a plugin
/// sets a time at all.
fn timed(wiring: &Wiring) -> (TokenStream, Option<TokenStream>) {
    if !wiring.sets_timers() {
        return (TokenStream::new(), None);
    }
    let plain: Vec<_> = wiring.events.iter().filter(|event| !event.decl.job).collect();
    let timed = plain.iter().map(|event| {
        let ty = event.ty();
        quote! {
            impl mc::Plannable for #ty {
                fn planned(&self) -> mc::Result<mc::Planned> {
                    mc::Planned::of(self)
                }
            }
        }
    });
    let names = plain.iter().map(|event| &event.decl.name);
    let events = quote! {
        const EVENTS: &'static [&'static str] = &[#(#names),*];

        async fn hand_on(&'static self, envelope: mc::Envelope, payload: ::std::string::String) -> mc::Result<()> {
            mc::hand_on(&self.tools.bus, self, envelope, payload).await
        }
    };
    (quote!(#(#timed)*), Some(events))
}

/// Whether anything runs at times, or waits to be worked on, or may be made to while the application runs.
pub(super) fn is_scheduled(wiring: &Wiring) -> bool {
    wiring.has_scheduler()
        && (wiring.schedules().next().is_some() || wiring.jobs().next().is_some() || wiring.sets_timers())
}
