//! Each macro as a list of stages: parse, collect, check, expand. Mistakes are put beside the code, never instead of it.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use std::path::PathBuf;
use syn::{Item, ItemFn, ItemImpl, ItemStruct, LitStr};

use crate::checks;
use crate::decl::{EventDecl, ident};
use crate::discover::Listing;
use crate::errors::Errors;
use crate::expand;
use crate::parse::{
    AppItem, EventItem, ExtractItem, PluginImpl, PluginStruct, QueriesItem, TESTING, ToolImpl, check_place,
};
use crate::wiring::{Collected, File, FileKind, Group, Head, MigrationFile, Sql, ToolEntry, Wiring};

/// `#[plugin]`.
pub(crate) fn plugin(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if !arguments.is_empty() {
        errors.add(
            &arguments,
            "MC0101",
            "`#[plugin]` takes no arguments",
            "write `#[plugin]`; the folder says the rest",
        );
    }
    let code = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => {
            let plugin = PluginStruct::parse(item, &mut errors);
            expand::plugin::expand_struct(&plugin, &mut errors)
        }
        Ok(Item::Impl(item)) => {
            let kept = item.clone();
            match PluginImpl::parse(item, &mut errors) {
                Some(plugin) => expand::plugin::expand_impl(&plugin, &mut errors),
                None => {
                    let stub = expand::plugin::broken_declaration();
                    quote!(#kept #stub)
                }
            }
        }
        Ok(other) => {
            errors.add_at(
                Span::call_site(),
                "MC0101",
                "`#[plugin]` must stand on a struct or on its impl",
                "write `#[plugin] impl CreateUser { … }`",
            );
            let stub = expand::plugin::broken_declaration();
            quote!(#other #stub)
        }
        Err(error) => {
            errors.extend(error);
            item
        }
    };
    with_errors(errors, code)
}

/// `#[extract]`.
pub(crate) fn extract(arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = ExtractItem::parse(arguments, &item, &mut errors);
    let code = code.map_or(item, |extract| expand::extract::expand(&extract));
    with_errors(errors, code)
}

/// `#[event("…")]`.
pub(crate) fn event(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = match syn::parse2::<ItemStruct>(item.clone()) {
        Ok(parsed) => expand::event::expand(&EventItem::parse(arguments, parsed, &mut errors)),
        Err(_) => {
            errors.add_at(
                Span::call_site(),
                "MC0405",
                "`#[event]` must stand on a struct",
                "write `#[event(\"user.created\")] pub struct UserCreated { … }`",
            );
            let ty = format_ident!("Broken");
            let name = LitStr::new("", Span::call_site());
            let stub = expand::declaration::expand(&EventDecl { ty, name, replied: false, job: false, broken: true });
            quote!(#item #stub)
        }
    };
    with_errors(errors, code)
}

/// `#[tool]`.
pub(crate) fn tool(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = match syn::parse2::<ItemImpl>(item.clone()) {
        Ok(parsed) => match ToolImpl::parse(arguments, parsed, &mut errors) {
            Some(tool) => expand::tool::expand(&tool),
            None => broken_tool(&item),
        },
        Err(_) => {
            errors.add_at(
                Span::call_site(),
                "MC0201",
                "`#[tool]` must stand on the impl of a struct",
                "write `#[tool] impl Clock { … }`",
            );
            broken_tool(&item)
        }
    };
    with_errors(errors, code)
}

/// `#[methods]`.
pub(crate) fn methods(item: TokenStream) -> TokenStream {
    match syn::parse2::<ItemImpl>(item) {
        Ok(item) => expand::tool::expand_methods(&item),
        Err(error) => error.to_compile_error(),
    }
}

fn broken_tool(item: &TokenStream) -> TokenStream {
    let contract = expand::tool::stub(&format_ident!("__Tool"));
    quote!(#item #[doc(hidden)] #[derive(::core::clone::Clone)] pub struct __Tool; #contract)
}

/// `#[queries]`.
pub(crate) fn queries(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = match QueriesItem::parse(&arguments, &item, &mut errors) {
        Some(queries) => expand::queries::expand(&queries),
        None => {
            let stub = expand::queries::stub(&item);
            quote!(#item #stub)
        }
    };
    with_errors(errors, code)
}

/// `#[microcore::test]`.
pub(crate) fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let code = match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) if !TESTING.serves(&function.sig.ident, &function.sig.ident, &mut errors) => TokenStream::new(),
        Ok(function) => expand::test::expand(arguments, &function, &mut errors),
        Err(error) => {
            errors.add_at(
                error.span(),
                "MC0701",
                "`#[microcore::test]` must stand on a function",
                "write `#[microcore::test] async fn stores(db: Db) { … }`",
            );
            item
        }
    };
    with_errors(errors, code)
}

/// `app! {}`.
pub(crate) fn app(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if !check_place(&mut errors) {
        return with_errors(errors, TokenStream::new());
    }
    let mut app = syn::parse2::<AppItem>(input).unwrap_or_else(|error| {
        errors.add_at(
            error.span(),
            "MC0001",
            format!("`app!` can't be read: {error}"),
            "write `app! {}`, or `app! { db: Sqlite }` to choose a backend",
        );
        AppItem::default()
    });
    let listing = Listing::of(&root(&app));
    app.find_instances(&listing, &mut errors);
    app.check_providers(&mut errors);
    app.check_replies(&mut errors);
    checks::check_listing(&app, &listing, &mut errors);
    let head = head(&app, &listing);
    with_errors(errors, expand::app::expand(&app, &listing, &head))
}

/// The end of a group's chain: its declarations become one link of the next chain.
pub(crate) fn collect(input: TokenStream) -> TokenStream {
    match syn::parse2::<Group>(input) {
        Ok(Group { name, declared }) => expand::declaration::chain_link(&quote!(#name), &declared),
        Err(error) => error.to_compile_error(),
    }
}

/// The end of the application's chain.
pub(crate) fn wire(input: TokenStream) -> TokenStream {
    let collected = match syn::parse2::<Collected>(input) {
        Ok(collected) => collected,
        Err(error) => return error.to_compile_error(),
    };
    let mut wiring = Wiring::collect(collected);
    let mut errors = Errors::default();
    #[cfg(feature = "sidecars")]
    crate::guests::join(&mut wiring, &mut errors);
    checks::check(&wiring, &mut errors);
    // The code is written even so: without it every use of `App` would be one more error.
    wiring.drop_twins();
    wiring.drop_unguarded();
    with_errors(errors, expand::wiring::expand(&wiring))
}

/// The folder of the file in which `app!` stands, or `src/` where the compiler does not say.
fn root(app: &AppItem) -> PathBuf {
    let own = proc_macro::is_available().then(|| Span::call_site().unwrap().local_file()).flatten();
    let folder = own.and_then(|file| Some(file.parent()?.to_path_buf())).filter(|folder| folder.is_dir());
    let folder =
        folder.unwrap_or_else(|| PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("src"));
    match &app.root {
        Some(root) => folder.join(root.value()),
        None => folder,
    }
}

/// What the wiring must know of the folders.
fn head(app: &AppItem, listing: &Listing) -> Head {
    let folder = LitStr::new(&root(app).display().to_string(), Span::call_site());
    let mut head = Head { sql: Sql { engine: app.engine(), checked: !app.sql_unchecked, folder }, ..Head::default() };
    head.tools.extend(expand::app::BUILT_IN.iter().map(|name| {
        let chosen = app.tools.iter().any(|choice| choice.name == name);
        ToolEntry { name: format_ident!("{name}"), own: false, chosen, of: None }
    }));
    let is_built_in = |name: &str| expand::app::BUILT_IN.contains(&name);
    let added = app.tools.iter().filter(|choice| !is_built_in(&choice.name.to_string()));
    head.tools.extend(added.map(|choice| {
        let of = choice.instance.as_ref().map(|(tool, _)| tool.clone());
        ToolEntry { name: choice.name.clone(), own: false, chosen: true, of }
    }));
    for tool in listing.tools.iter().filter(|tool| tool.is_wired()) {
        let name = tool.ident();
        if tool.has_type() && !head.tools.iter().any(|known| known.name == name) {
            head.tools.push(ToolEntry { name, own: true, chosen: true, of: None });
        }
    }
    let prefix = app.root.as_ref().map(|root| format!("{}/", root.value())).unwrap_or_default();
    for domain in &listing.domains {
        let name = domain.ident();
        for (kind, files) in [(FileKind::Event, &domain.events), (FileKind::Plugin, &domain.plugins)] {
            for file in files.iter().filter(|file| file.is_wired()) {
                head.files.push(File { kind, domain: name.clone(), module: file.ident(), item: None });
            }
        }
        let beside =
            [("plugins", FileKind::PluginQueries, &domain.plugins), ("models", FileKind::ModelQueries, &domain.models)];
        for (folder, kind, files) in beside {
            for file in files.iter().filter(|file| !file.contents.is_conditional) {
                for item in &file.contents.queries {
                    let item = ident(item, Span::call_site());
                    head.files.push(File { kind, domain: name.clone(), module: file.ident(), item });
                }
                head.unseen.extend(file.contents.unseen.iter().map(|line| {
                    let place = format!("src/domains/{}/{folder}/{}.rs:{line}", domain.name, file.name);
                    LitStr::new(&place, Span::call_site())
                }));
            }
        }
        // Where nothing runs them, the listing's checks have said so.
        let guests = domain.guests.iter().filter(|guest| guest.is_declared && app.runs_guests(listing));
        head.guests.extend(guests.map(|guest| {
            let path = format!("{prefix}domains/{}/sidecars/{}", domain.name, guest.name);
            let file = File { kind: FileKind::Guest, domain: name.clone(), module: guest.ident(), item: None };
            (file, LitStr::new(&path, Span::call_site()))
        }));
        head.migrations.extend(domain.migrations.iter().map(|migration| {
            let literal = |text: &str| LitStr::new(text, Span::call_site());
            let path = format!("{prefix}domains/{}/migrations/{}", domain.name, migration.file);
            MigrationFile { domain: literal(&domain.name), file: literal(&migration.file), path: literal(&path) }
        }));
    }
    head
}

fn with_errors(errors: Errors, code: TokenStream) -> TokenStream {
    let errors = errors.into_tokens();
    quote!(#errors #code)
}
