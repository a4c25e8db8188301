//! What `app!` knows from the folders and hands to the wiring at the head of the chain.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitStr, braced};

/// The head of the chain.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// Every tool of the application, built-in ones first.
    pub(crate) tools: Vec<ToolEntry>,
    /// The files that declare something, in the order of the chain.
    pub(crate) files: Vec<File>,
    pub(crate) migrations: Vec<MigrationFile>,
    pub(crate) sql: Sql,
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
}

/// One file of the chain.
#[derive(Debug, Clone)]
pub(crate) struct File {
    pub(crate) kind: FileKind,
    /// The domain's name; for a tool, the tool's.
    pub(crate) domain: Ident,
    pub(crate) module: Ident,
}

/// What a file declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileKind {
    Plugin,
    Event,
    Tool,
}

/// One SQL file: the domain, its name and its path relative to the file of `app!`.
#[derive(Debug, Clone)]
pub(crate) struct MigrationFile {
    pub(crate) domain: LitStr,
    pub(crate) file: LitStr,
    pub(crate) path: LitStr,
}

impl File {
    /// The module, from the root of the crate.
    pub(crate) fn path(&self) -> TokenStream {
        let Self { kind, domain, module } = self;
        match kind {
            FileKind::Plugin => quote!(crate::domains::#domain::plugins::#module),
            FileKind::Event => quote!(crate::domains::#domain::events::#module),
            FileKind::Tool => quote!(crate::tools::#module),
        }
    }
}

impl ToTokens for Head {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let tools = self.tools.iter().map(|ToolEntry { name, own, chosen }| quote!(#name #own #chosen));
        let files = self.files.iter().map(|File { kind, domain, module }| {
            let kind = match kind {
                FileKind::Plugin => quote!(plugin),
                FileKind::Event => quote!(event),
                FileKind::Tool => quote!(tool),
            };
            quote!(#kind #domain #module)
        });
        let migrations = self.migrations.iter().map(|MigrationFile { domain, file, path }| quote!(#domain #file #path));
        let Sql { engine, checked, folder } = &self.sql;
        tokens.extend(quote!({ #(#tools)* } { #(#files)* } { #(#migrations)* } { #engine #checked #folder }));
    }
}

impl Parse for Head {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (tools, files, migrations, sql);
        let mut head = Self::default();
        braced!(tools in input);
        while !tools.is_empty() {
            head.tools.push(ToolEntry {
                name: tools.parse()?,
                own: tools.parse::<LitBool>()?.value,
                chosen: tools.parse::<LitBool>()?.value,
            });
        }
        braced!(files in input);
        while !files.is_empty() {
            let kind: Ident = files.parse()?;
            let kind = match kind.to_string().as_str() {
                "plugin" => FileKind::Plugin,
                "event" => FileKind::Event,
                _ => FileKind::Tool,
            };
            head.files.push(File { kind, domain: files.parse()?, module: files.parse()? });
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
        Ok(head)
    }
}
