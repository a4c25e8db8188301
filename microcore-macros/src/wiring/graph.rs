//! The graph: plugins and events with the names that the generated code gives them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, LitStr};

use super::notices::notices;
use super::{Collected, Declared, File, FileKind, Head, MigrationFile, Sql, ToolEntry};
use crate::decl::{
    EventDecl, JobDecl, PluginDecl, QueriesDecl, Reads, ScheduleDecl, StatementDecl, SubscriptionDecl, shown,
};

/// Everything that is wired. Broken declarations are left out: their mistakes are reported where they stand.
#[derive(Debug, Default)]
pub(crate) struct Wiring {
    pub(crate) tools: Vec<ToolEntry>,
    pub(crate) plugins: Vec<PluginNode>,
    pub(crate) events: Vec<EventNode>,
    /// What the bus itself publishes.
    pub(crate) notices: Vec<EventNode>,
    /// Whether a plugin has mistakes: what it would work on is not known.
    pub(crate) has_broken_plugin: bool,
    /// Type names of events that have mistakes: nothing more is said about who hears them.
    pub(crate) broken_events: Vec<String>,
    pub(crate) migrations: Vec<MigrationFile>,
    pub(crate) sql: Sql,
    /// The models with SQL.
    pub(crate) models: Vec<ModelNode>,
    /// Where SQL stands that nobody sees.
    pub(crate) unseen: Vec<LitStr>,
    /// The guests of the source tree, before they are plugins of the graph.
    #[cfg_attr(not(feature = "sidecars"), expect(dead_code, reason = "without the feature they are a mistake"))]
    pub(crate) guest_files: Vec<(File, LitStr)>,
    /// What their plugins are made of.
    pub(crate) guest_code: Option<TokenStream>,
}

/// A model's SQL, and its place.
#[derive(Debug)]
pub(crate) struct ModelNode {
    pub(crate) file: File,
    pub(crate) statements: Vec<StatementDecl>,
}

/// A plugin and its place.
#[derive(Debug)]
pub(crate) struct PluginNode {
    pub(crate) file: File,
    pub(crate) decl: PluginDecl,
}

/// An event and its place.
#[derive(Debug)]
pub(crate) struct EventNode {
    pub(crate) file: File,
    pub(crate) decl: EventDecl,
    /// Whether the application declares it.
    pub(crate) own: bool,
}

impl Wiring {
    /// Joins each declaration with the file it came from: both are in the order of the chain.
    pub(crate) fn collect(collected: Collected) -> Self {
        let Head { tools, files, migrations, sql, unseen, guests: guest_files } = collected.head;
        let mut wiring = Self { tools, migrations, sql, unseen, guest_files, notices: notices(), ..Self::default() };
        for (file, declared) in files.into_iter().zip(collected.declared) {
            match declared {
                Declared::Plugin(decl) if !decl.broken => wiring.plugins.push(PluginNode { file, decl }),
                Declared::Event(decl) if !decl.broken => wiring.events.push(EventNode { file, decl, own: true }),
                Declared::Event(decl) => wiring.broken_events.push(decl.ty.to_string()),
                Declared::Queries(decl) => wiring.add_queries(file, decl),
                Declared::Plugin(_) => wiring.has_broken_plugin = true,
            }
        }
        wiring
    }

    /// What stands beside a plugin is its own; a model's is the model's, from however many items. Both come after theirs.
    fn add_queries(&mut self, file: File, decl: QueriesDecl) {
        let is_of = |other: &File| other.domain == file.domain && other.module == file.module;
        if file.kind == FileKind::PluginQueries {
            // A plugin with mistakes is left out, and so is what stands beside it.
            if let Some(plugin) = self.plugins.iter_mut().rev().find(|plugin| is_of(&plugin.file)) {
                plugin.decl.statements.extend(decl.statements);
            }
        } else if let Some(model) = self.models.iter_mut().rev().find(|model| is_of(&model.file)) {
            model.statements.extend(decl.statements);
        } else {
            self.models.push(ModelNode { file, statements: decl.statements });
        }
    }

    /// Leaves out every plugin whose joined name an earlier one has: the checks have said so, the code can't have both.
    pub(crate) fn drop_twins(&mut self) {
        let mut taken = BTreeSet::new();
        self.plugins.retain(|plugin| taken.insert(plugin.field()));
    }

    /// Leaves out protected routes where nothing could check their tokens.
    pub(crate) fn drop_unguarded(&mut self) {
        if !self.tools.iter().any(|tool| tool.name == "auth") {
            for plugin in &mut self.plugins {
                plugin.decl.routes.retain(|route| !route.guarded);
                plugin.decl.interceptors.retain(|decl| decl.claims == Reads::No);
            }
        }
    }

    /// The type names of all events. Names are compared as texts, and each text of a token is made anew: so a rule asks
    /// for all of them once, and never in a loop.
    pub(crate) fn event_names(&self) -> BTreeSet<String> {
        self.every_event().map(|event| event.decl.ty.to_string()).collect()
    }

    /// The application's events, then those of the bus itself.
    pub(crate) fn every_event(&self) -> impl Iterator<Item = &EventNode> {
        self.events.iter().chain(&self.notices)
    }

    /// Everybody who hears an event, by its type's name, in the order of domains, then files.
    pub(crate) fn subscriptions(&self) -> ByEvent<'_> {
        by_event(
            self.plugins
                .iter()
                .flat_map(|plugin| plugin.decl.subscriptions.iter().map(move |subscription| (plugin, subscription))),
        )
    }

    /// Every schedule, in the order of domains, then files: its place here is its number.
    pub(crate) fn schedules(&self) -> impl Iterator<Item = (&PluginNode, &ScheduleDecl)> {
        self.plugins.iter().flat_map(|plugin| plugin.decl.schedules.iter().map(move |schedule| (plugin, schedule)))
    }

    /// Every worker of jobs, in the order of domains, then files.
    pub(crate) fn workers(&self) -> impl Iterator<Item = (&PluginNode, &JobDecl)> {
        self.plugins.iter().flat_map(|plugin| plugin.decl.jobs.iter().map(move |job| (plugin, job)))
    }

    /// The jobs that have a worker, each with the first one: its place here is its number.
    pub(crate) fn jobs(&self) -> impl Iterator<Item = (&EventNode, &PluginNode, &JobDecl)> {
        let jobs = self.events.iter().filter(|event| event.decl.job);
        jobs.filter_map(|event| {
            let name = event.decl.ty.to_string();
            let (plugin, job) = self.workers().find(|(_, job)| *job.event_name() == name)?;
            Some((event, plugin, job))
        })
    }

    /// Whether the application has the tool that schedules and jobs need.
    pub(crate) fn has_scheduler(&self) -> bool {
        self.tools.iter().any(|tool| tool.name == "scheduler")
    }

    /// Whether a plugin lets something happen at a time that it says while it runs.
    pub(crate) fn sets_timers(&self) -> bool {
        self.plugins.iter().any(|plugin| plugin.decl.sets_timers)
    }

    /// Whether the application has the tool that runs guests; a tool of its own by that name is another one.
    pub(crate) fn has_guests(&self) -> bool {
        self.tools.iter().any(|tool| tool.name == "sidecars" && !tool.own)
    }

    /// Where `app!` stands: the place of what is wrong in files that are no Rust.
    #[cfg_attr(not(feature = "sidecars"), expect(dead_code, reason = "those are the manifests of guests"))]
    pub(crate) fn place(&self) -> proc_macro2::Span {
        self.sql.folder.span()
    }

    /// Everybody who answers a request, by its type's name; the checks have seen that there is one at the most.
    pub(crate) fn responders(&self) -> ByEvent<'_> {
        by_event(self.plugins.iter().flat_map(|plugin| plugin.decl.replies.iter().map(move |reply| (plugin, reply))))
    }
}

/// Handlers by the name of their event.
pub(crate) type ByEvent<'w> = BTreeMap<String, Vec<(&'w PluginNode, &'w SubscriptionDecl)>>;

fn by_event<'w>(handlers: impl Iterator<Item = (&'w PluginNode, &'w SubscriptionDecl)>) -> ByEvent<'w> {
    let mut by_event = ByEvent::new();
    for (plugin, handler) in handlers {
        by_event.entry(handler.event_name().to_string()).or_default().push((plugin, handler));
    }
    by_event
}

impl PluginNode {
    /// `users.create_user`.
    pub(crate) fn name(&self) -> String {
        format!("{}.{}", shown(&self.file.domain), shown(&self.file.module))
    }

    /// The field of `Plugins`: `users_create_user`.
    pub(crate) fn field(&self) -> Ident {
        self.file.field()
    }

    /// The constant with its identity: `USERS_CREATE_USER`.
    pub(crate) fn identity(&self) -> Ident {
        self.file.identity()
    }

    /// The type.
    pub(crate) fn ty(&self) -> TokenStream {
        let module = self.file.path();
        quote!(#module::__Plugin)
    }
}

impl ModelNode {
    /// `users.models.user`.
    pub(crate) fn name(&self) -> String {
        format!("{}.models.{}", shown(&self.file.domain), shown(&self.file.module))
    }

    /// The constant with the facts of its statements; no plugin's begins so.
    pub(crate) fn identity(&self) -> Ident {
        format_ident!("{}", format!("__model_{}_{}", shown(&self.file.domain), shown(&self.file.module)).to_uppercase())
    }
}

impl EventNode {
    /// The type, as the domain makes it public.
    pub(crate) fn ty(&self) -> TokenStream {
        let (domain, ty) = (&self.file.domain, &self.decl.ty);
        if !self.own {
            return quote!(mc::#ty);
        }
        quote!(crate::domains::#domain::events::#ty)
    }
}
