//! What `app!` knows from the folders and hands to the wiring at the head of the chain.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitStr, Token, braced};

use crate::decl::shown;

/// The head of the chain.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Every tool of the application, built-in ones first.
    pub(crate) tools: Vec<ToolEntry>,
    /// The files that declare something, in the order of the chain.
    pub(crate) files: Vec<File>,
    pub(crate) migrations: Vec<MigrationFile>,
    pub(crate) sql: Sql,
    /// Where SQL stands that nobody sees: `src/domains/users/models/user.rs:12`.
    pub(crate) unseen: Vec<LitStr>,
    /// The guests, each with its folder relative to the file of `app!`.
    pub(crate) guests: Vec<(File, LitStr)>,
}

/// How the SQL of the plugins is checked.
#[derive(Debug, Clone)]
pub(crate) struct Sql {
    /// `sqlite`, `postgres`, or `other`, which nobody can check.
    pub(crate) engine: Ident,
    /// Whether the application wants it checked.
    pub(crate) checked: bool,
    /// Where the folder `domains` is.
    pub(crate) folder: LitStr,
}

impl Sql {
    /// Whether the checking macro has something to say. Of an application on PostgreSQL whose SQL is unchecked it still
    /// tells the tables, which nothing inside the application can find out.
    pub(crate) fn is_looked_at(&self) -> bool {
        self.engine == "postgres" || (self.checked && self.engine == "sqlite")
    }
}

impl Default for Sql {
    fn default() -> Self {
        Self { engine: format_ident!("other"), checked: false, folder: LitStr::new("", Span::call_site()) }
    }
}

/// A tool's name and whether its type comes from a file of the application.
#[derive(Debug, Clone)]
pub(crate) struct ToolEntry {
    pub(crate) name: Ident,
    pub(crate) own: bool,
    /// Whether the application asked for it: `app check` warns where nobody uses it.
    pub(crate) chosen: bool,
    /// The tool that it is one more instance of.
    pub(crate) of: Option<Ident>,
}

/// One file of the chain.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) kind: FileKind,
    /// The domain's name.
    pub(crate) domain: Ident,
    pub(crate) module: Ident,
    /// The item with `#[queries]`, of which a file may have several.
    pub(crate) item: Option<Ident>,
}

/// What a file declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Plugin,
    Event,
    /// `#[queries]` on an item beside a plugin.
    PluginQueries,
    /// `#[queries]` on an item of a model.
    ModelQueries,
    /// A plugin in another language: no link of the chain, for its declaration is no Rust.
    Guest,
}

/// One SQL file: the domain, its name and its path relative to the file of `app!`.
#[derive(Debug, Clone)]
pub(crate) struct MigrationFile {
    pub(crate) domain: LitStr,
    pub(crate) file: LitStr,
    pub(crate) path: LitStr,
}

impl File {
    /// The field of `Plugins`: `users_create_user`.
    pub(crate) fn field(&self) -> Ident {
        format_ident!("{}_{}", self.domain, self.module)
    }

    /// The constant with the identity of a plugin: `USERS_CREATE_USER`.
    pub(crate) fn identity(&self) -> Ident {
        format_ident!("{}", self.field().to_string().to_uppercase())
    }

    /// The module, from the root of the crate.
    pub(crate) fn path(&self) -> TokenStream {
        let Self { kind, domain, module, .. } = self;
        match kind {
            FileKind::Plugin | FileKind::PluginQueries => quote!(crate::domains::#domain::plugins::#module),
            FileKind::ModelQueries => quote!(crate::domains::#domain::models::#module),
            FileKind::Event => quote!(crate::domains::#domain::events::#module),
            FileKind::Guest => {
                let field = self.field();
                quote!(crate::__wiring::guests::#field)
            }
        }
    }

    /// The macro that hands its declaration on.
    pub(crate) fn link(&self) -> TokenStream {
        let (path, domain) = (self.path(), &self.domain);
        match (self.kind, &self.item) {
            // Models are private to their domain, which therefore has a public name for it.
            (FileKind::ModelQueries, Some(_)) => {
                let name = self.queries_name();
                quote!(crate::domains::#domain::__queries::#name)
            }
            (_, Some(item)) => {
                let module = format_ident!("__queries_{}", shown(item));
                quote!(#path::#module::__decl)
            }
            (_, None) => quote!(#path::__declared::__decl),
        }
    }

    /// The public name of a model's queries.
    pub(crate) fn queries_name(&self) -> Ident {
        let item = self.item.as_ref().map(shown).unwrap_or_default();
        format_ident!("{}_{item}", self.module)
    }
}

impl ToTokens for Head {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let tools = self.tools.iter().map(|ToolEntry { name, own, chosen, of }| {
            let of = of.as_ref().map(|of| quote!(: #of));
            quote!(#name #own #chosen #of)
        });
        let files = self.files.iter().map(|File { kind, domain, module, item }| {
            let kind = match kind {
                FileKind::Plugin => quote!(plugin),
                FileKind::Event => quote!(event),
                FileKind::PluginQueries => quote!(plugin_queries),
                FileKind::ModelQueries => quote!(model_queries),
                FileKind::Guest => quote!(guest),
            };
            quote!(#kind #domain #module #item)
        });
        let migrations = self.migrations.iter().map(|MigrationFile { domain, file, path }| quote!(#domain #file #path));
        let Sql { engine, checked, folder } = &self.sql;
        let unseen = &self.unseen;
        // Few applications have one, and every token is copied at each link of the chain.
        let guests = self.guests.iter().map(|(File { domain, module, .. }, folder)| quote!(#domain #module #folder));
        let guests = (!self.guests.is_empty()).then(|| quote!({ #(#guests)* }));
        tokens.extend(quote!(
            { #(#tools)* } { #(#files)* } { #(#migrations)* } { #engine #checked #folder } { #(#unseen)* } #guests
        ));
    }
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (tools, files, migrations, sql, unseen);
        let mut head = Self::default();
        braced!(tools in input);
        while !tools.is_empty() {
            let name: Ident = tools.parse()?;
            let (own, chosen) = (tools.parse::<LitBool>()?.value, tools.parse::<LitBool>()?.value);
            let of = match tools.parse::<Option<Token![:]>>()? {
                Some(_) => Some(tools.parse()?),
                None => None,
            };
            head.tools.push(ToolEntry { name, own, chosen, of });
        }
        braced!(files in input);
        while !files.is_empty() {
            let kind: Ident = files.parse()?;
            let kind = match kind.to_string().as_str() {
                "plugin" => FileKind::Plugin,
                "event" => FileKind::Event,
                "plugin_queries" => FileKind::PluginQueries,
                _ => FileKind::ModelQueries,
            };
            let has_item = matches!(kind, FileKind::PluginQueries | FileKind::ModelQueries);
            let (domain, module) = (files.parse()?, files.parse()?);
            let item = if has_item { Some(files.parse()?) } else { None };
            head.files.push(File { kind, domain, module, item });
        }
        braced!(migrations in input);
        while !migrations.is_empty() {
            head.migrations.push(MigrationFile {
                domain: migrations.parse()?,
                file: migrations.parse()?,
                path: migrations.parse()?,
            });
        }
        braced!(sql in input);
        head.sql = Sql { engine: sql.parse()?, checked: sql.parse::<LitBool>()?.value, folder: sql.parse()? };
        braced!(unseen in input);
        while !unseen.is_empty() {
            head.unseen.push(unseen.parse()?);
        }
        if !input.is_empty() {
            let guests;
            braced!(guests in input);
            while !guests.is_empty() {
                let (domain, module) = (guests.parse()?, guests.parse()?);
                head.guests.push((File { kind: FileKind::Guest, domain, module, item: None }, guests.parse()?));
            }
        }
        Ok(head)
    }
}
