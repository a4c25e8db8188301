//! `#[plugin]` on a struct or on an impl.
//!
//! In: the item. Out: what it declares, and the item as the compiler is to see it, without our attributes.

use proc_macro2::Span;
use syn::{Fields, Generics, Ident, ImplItem, ItemImpl, ItemStruct, Type};

use super::conditional;
use super::own_file::OwnFile;
use super::published::Published;
use super::sql::{self, Statement};
use super::steps;
use super::writes::Writes;
use super::{Constructor, Dependency, Handler, Mount, Role, extract, first_sentence};
use crate::decl::PluginDecl;
use crate::errors::Errors;

/// `#[plugin] struct`: its fields are the tools.
#[derive(Debug)]
pub(crate) struct PluginStruct {
    pub(crate) item: ItemStruct,
    pub(crate) constructor: Constructor,
    /// Whether a `#[plugin]` impl in the same file declares it.
    pub(crate) has_impl: bool,
    /// Whether that impl has a `new` of its own, which is a mistake that its macro reports.
    pub(crate) has_new: bool,
    /// Whether its file holds another plugin before it, which has the names that ours would have.
    pub(crate) is_second: bool,
}

/// `#[plugin] impl`: its functions are the handlers.
#[derive(Debug)]
pub(crate) struct PluginImpl {
    pub(crate) item: ItemImpl,
    pub(crate) name: Ident,
    pub(crate) doc: String,
    /// `None` where the struct writes it.
    pub(crate) constructor: Option<Constructor>,
    pub(crate) handlers: Vec<Handler>,
    /// Its constants that are folders on a path.
    pub(crate) mounts: Vec<Mount>,
    /// The SQL in its functions.
    pub(crate) statements: Vec<Statement>,
    pub(crate) decl: PluginDecl,
    /// Whether it is there in some builds only, which `app!` reports.
    pub(crate) is_conditional: bool,
    /// Whether its file holds another plugin before it, which has the names that ours would have.
    pub(crate) is_second: bool,
}

impl PluginStruct {
    pub(crate) fn parse(item: ItemStruct, errors: &mut Errors) -> Self {
        let mut dependencies = Vec::new();
        match &item.fields {
            Fields::Named(fields) => {
                for field in &fields.named {
                    conditional::check(&field.attrs, &format!("a field of plugin `{}`", item.ident), errors);
                    let name = field.ident.clone().expect("a named field has a name");
                    dependencies.push(Dependency { name, ty: field.ty.clone() });
                }
            }
            Fields::Unit => {}
            Fields::Unnamed(fields) => errors.add(
                fields,
                "MC0103",
                format!("the fields of plugin `{}` must have names", item.ident),
                "write `{ db: Db }`; the name picks the tool",
            ),
        }
        let (mut has_impl, mut has_new, mut is_second) = (true, false, false);
        if let Some(file) = OwnFile::of(item.ident.span()) {
            let name = item.ident.to_string();
            has_impl = file.has_plugin_impl(&name);
            has_new = file.has_two_constructors(&name);
            is_second = file.earlier_plugin(&name).is_some();
            // Where there is an impl, its own macro looks at the file.
            if !has_impl {
                check_file(&file, &item.ident, errors);
                errors.add(
                    &item.ident,
                    "MC0107",
                    format!("plugin `{}` has no handlers", item.ident),
                    format!("add `#[plugin] impl {} {{ … }}` to this file", item.ident),
                );
            }
        }
        Self { constructor: Constructor { dependencies, fallible: false }, item, has_impl, has_new, is_second }
    }
}

impl PluginImpl {
    pub(crate) fn parse(mut item: ItemImpl, errors: &mut Errors) -> Option<Self> {
        if let Some((path, _)) = &item.trait_ {
            errors.add(
                path,
                "MC0101",
                "`#[plugin]` must stand on an inherent impl",
                "write `#[plugin] impl TypeName { … }`",
            );
            return None;
        }
        let Some(name) = type_name(&item.self_ty) else {
            errors.add(
                &item.self_ty,
                "MC0101",
                "`#[plugin]` must stand on the impl of a struct of this file",
                "write `#[plugin] impl TypeName { … }`",
            );
            return None;
        };
        let published = Published::scan(functions(&item));
        let writes = Writes::scan(functions(&item));
        let constructor =
            functions(&item).find(|function| function.sig.ident == "new").map(|new| Constructor::parse(new, errors));
        let (mut is_second, file) = (false, OwnFile::of(name.span()));
        if let Some(file) = &file {
            is_second = check_file(file, &name, errors);
            if file.has_two_constructors(&name.to_string()) {
                refuse_second_constructor(&item, &name, errors);
            }
            if constructor.is_none() && !file.has_plugin_struct(&name.to_string()) {
                errors.add(
                    &name,
                    "MC0108",
                    format!("plugin `{name}` has no constructor"),
                    format!("write `pub fn new(db: Db) -> Self` here, or `#[plugin]` on `struct {name}`"),
                );
            }
        }
        let is_conditional = file.as_ref().is_some_and(OwnFile::is_conditional);
        let doc = first_sentence(&item.attrs);
        let mut handlers = Vec::new();
        let is_ours = |path: &syn::Path| file.as_ref().is_none_or(|file| file.is_of_the_framework(path));
        let statements = sql::of_plugin(&item, constructor.as_ref(), &is_ours);
        let mut decl = PluginDecl {
            publishes: published.by_all(),
            sets_timers: published.at_times(),
            statements: statements.iter().map(|statement| statement.decl.clone()).collect(),
            ..PluginDecl::default()
        };
        let mounts: Vec<Mount> = item.items.iter_mut().flat_map(|item| Mount::take(item, errors)).collect();
        // Folders are opened when the plugin boots.
        decl.on_boot = !mounts.is_empty();
        for function in item.items.iter_mut().filter_map(|item| match item {
            ImplItem::Fn(function) => Some(function),
            _ => None,
        }) {
            decl.on_boot |= function.sig.ident == "on_boot";
            decl.on_shutdown |= function.sig.ident == "on_shutdown";
            let (ours, theirs): (Vec<_>, Vec<_>) =
                std::mem::take(&mut function.attrs).into_iter().partition(Handler::is_attribute);
            function.attrs = theirs;
            let name = &function.sig.ident;
            if !ours.is_empty() || ["new", "on_boot", "on_shutdown"].iter().any(|known| name == known) {
                conditional::check_function(&function.attrs, &function.sig, errors);
            }
            for attribute in &ours {
                if let Some(mut handler) = Handler::parse(attribute, function, errors) {
                    if let Role::Subscription { decl, repeats } = &mut handler.role {
                        decl.publishes = published.by(&function.sig.ident);
                        if let Some(place) = repeats.filter(|_| writes.unprotected(&function.sig.ident)) {
                            refuse_repeated_write(place, &function.sig.ident, errors);
                        }
                    }
                    if let Role::Job { decl, item } = &mut handler.role {
                        let (names, is_told) = steps::of(function, &writes, errors);
                        item.steps = names;
                        if !is_told && !item.idempotent && writes.unprotected(&function.sig.ident) {
                            refuse_repeated_job(&decl.handler, errors);
                        }
                    }
                    handlers.push(handler);
                }
            }
            if !ours.is_empty() {
                function.attrs.retain(is_kept);
                extract::unmark(function);
            }
        }
        refuse_twins(&handlers, errors);
        for handler in &handlers {
            match &handler.role {
                Role::Route { decl: route, .. } => decl.routes.push(route.clone()),
                Role::Subscription { decl: subscription, .. } => decl.subscriptions.push(subscription.clone()),
                Role::Reply { decl: reply, .. } => decl.replies.push(reply.clone()),
                Role::Job { decl: job, .. } => decl.jobs.push(job.clone()),
                Role::Schedule { decl: schedule, .. } => decl.schedules.push(schedule.clone()),
                Role::Interceptor { decl: interceptor, .. } => decl.interceptors.push(interceptor.clone()),
            }
        }
        decl.routes.extend(mounts.iter().map(|mount| mount.decl.clone()));
        Some(Self { item, name, doc, constructor, handlers, mounts, statements, decl, is_conditional, is_second })
    }
}

/// `#[deprecated]` on a handler is for the document. For rustc it would be a second mark beside that of the file, and
/// the handler could not name the file's own types any more.
pub(super) fn is_kept(attribute: &syn::Attribute) -> bool {
    !attribute.path().is_ident("deprecated")
}

/// A struct with `#[plugin]` has its constructor already.
fn refuse_second_constructor(item: &ItemImpl, name: &Ident, errors: &mut Errors) {
    let new = functions(item).find(|function| function.sig.ident == "new");
    errors.add_at(
        new.map_or(name.span(), |new| new.sig.ident.span()),
        "MC0112",
        format!("plugin `{name}` has two constructors: this one, and the one of its fields"),
        format!("remove `#[plugin]` from `struct {name}`, or remove this function"),
    );
}

/// What holds for the file of either form; whether another plugin stands before this one.
fn check_file(file: &OwnFile, name: &Ident, errors: &mut Errors) -> bool {
    let first = file.earlier_plugin(&name.to_string());
    if first.is_none() {
        file.check_escapes(name.span(), errors);
    }
    if let Some(first) = &first {
        errors.add(
            name,
            "MC0106",
            format!("a plugin file must hold one plugin; this one holds `{first}` and `{name}`"),
            format!("move `{name}` to a file of its own beside this one"),
        );
    }
    first.is_some()
}

/// A repetition comes after an attempt that may have written already.
fn refuse_repeated_write(place: Span, handler: &Ident, errors: &mut Errors) {
    errors.add_at(
        place,
        "MC0603",
        format!("`{handler}` must not be repeated as it is: it writes to the database, and would write again"),
        "write in a transaction, after `self.bus.first_time(tx)`; or add `idempotent` where writing twice does no harm",
    );
}

/// A process may die behind a write, and then the job is done again.
fn refuse_repeated_job(handler: &Ident, errors: &mut Errors) {
    errors.add(
        handler,
        "MC0603",
        format!("`{handler}` must not be repeated as it is: it writes to the database, and would write again"),
        "write in `job.transact(\"…\", &self.db, async |tx| …)`, or in a transaction after `job.first_time(tx)`; or add \
         `idempotent` where writing twice does no harm",
    );
}

/// One function may answer two methods, not one method twice: its adapters are named after both.
fn refuse_twins(handlers: &[Handler], errors: &mut Errors) {
    for (index, handler) in handlers.iter().enumerate() {
        if let Role::Schedule { .. } = &handler.role {
            let is_twin = |other: &Handler| other.name == handler.name && matches!(other.role, Role::Schedule { .. });
            if handlers[..index].iter().any(is_twin) {
                errors.add(
                    &handler.name,
                    "MC0807",
                    format!("`{}` must not have two schedules: a run could not say which it is of", handler.name),
                    "write a second handler that calls the same function",
                );
            }
        }
        let Role::Route { decl, .. } = &handler.role else { continue };
        let twin = handlers[..index].iter().any(|other| {
            matches!(&other.role, Role::Route { decl: earlier, .. } if other.name == handler.name && earlier.method == decl.method)
        });
        if twin {
            errors.add(
                &decl.method,
                "MC0306",
                format!("`{}` must not have `#[{}]` twice", handler.name, decl.method),
                "write a second handler that calls the same function",
            );
        }
    }
}

fn functions(item: &ItemImpl) -> impl Iterator<Item = &syn::ImplItemFn> {
    item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

fn type_name(ty: &Type) -> Option<Ident> {
    match ty {
        Type::Path(path) if path.qself.is_none() => Some(path.path.segments.last()?.ident.clone()),
        _ => None,
    }
}

/// The type arguments of a plugin: each type parameter stands for the tool whose constructor parameter has that type.
///
/// `struct CreateUser<D> { db: D }` is `CreateUser<Db>`.
pub(crate) fn tool_arguments(generics: &Generics, constructor: &Constructor, errors: &mut Errors) -> Vec<Ident> {
    let mut tools = Vec::new();
    for parameter in &generics.params {
        let syn::GenericParam::Type(parameter) = parameter else {
            errors.add(
                parameter,
                "MC0109",
                format!("generic parameter `{}` of a plugin must be a type", quote::quote!(#parameter)),
                "the wiring has no value for it; remove it",
            );
            continue;
        };
        let is_parameter = |ty: &Type| matches!(ty, Type::Path(path) if path.path.is_ident(&parameter.ident));
        match constructor.dependencies.iter().find(|dependency| is_parameter(&dependency.ty)) {
            Some(dependency) => tools.push(dependency.name.clone()),
            None => errors.add(
                parameter,
                "MC0109",
                format!("type parameter `{}` must be the type of a constructor parameter", parameter.ident),
                format!("the parameter's name picks the tool that `{0}` stands for: write `db: {0}`", parameter.ident),
            ),
        }
    }
    tools
}
