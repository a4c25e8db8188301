//! What the wiring hands over: the engine, the migrations, and each plugin's statements.

use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitBool, LitInt, LitStr, Token, braced, bracketed};

/// An application and its SQL.
#[derive(Debug)]
pub(crate) struct Application {
    pub(crate) engine: Ident,
    /// Whether its statements are checked; else only the tables are told.
    pub(crate) checked: bool,
    /// Where the folder `domains` is; its span is that of `app!`.
    pub(crate) folder: LitStr,
    /// Domain and file of each.
    pub(crate) migrations: Vec<(String, String)>,
    /// The functions of the statements whose rows are compared with their columns, each text once.
    pub(crate) read: Vec<Ident>,
    pub(crate) plugins: Vec<Plugin>,
}

/// A plugin that has statements.
#[derive(Debug)]
pub(crate) struct Plugin {
    /// The constant of its facts.
    pub(crate) identity: Ident,
    pub(crate) domain: String,
    /// `users.create_user`.
    pub(crate) name: String,
    pub(crate) statements: Vec<Statement>,
}

/// A statement and the call that it stands in.
#[derive(Debug)]
pub(crate) struct Statement {
    /// The function that is named after its text.
    pub(crate) key: Ident,
    /// The plugin's function that the call stands in.
    pub(crate) function: Ident,
    pub(crate) method: Ident,
    pub(crate) sql: LitStr,
    /// How many parameters the call gives, where its source says it.
    pub(crate) given: Option<usize>,
    /// Not inside of `sql_unchecked`.
    pub(crate) checked: bool,
    /// Where it stands, where its span does not say: `src/domains/…/plugin.toml:12`.
    pub(crate) place: Option<String>,
}

impl Parse for Application {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (engine, checked, folder) = (input.parse()?, input.parse::<LitBool>()?.value, input.parse()?);
        let (listed, keys, declared);
        braced!(listed in input);
        let mut migrations = Vec::new();
        while !listed.is_empty() {
            migrations.push((listed.parse::<LitStr>()?.value(), listed.parse::<LitStr>()?.value()));
        }
        braced!(keys in input);
        let mut read = Vec::new();
        while !keys.is_empty() {
            read.push(keys.parse()?);
        }
        braced!(declared in input);
        let mut plugins = Vec::new();
        while !declared.is_empty() {
            plugins.push(declared.parse()?);
        }
        Ok(Self { engine, checked, folder, migrations, read, plugins })
    }
}

impl Parse for Plugin {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let identity = input.parse()?;
        let (domain, name) = (input.parse::<LitStr>()?.value(), input.parse::<LitStr>()?.value());
        let listed;
        bracketed!(listed in input);
        let mut statements = Vec::new();
        while !listed.is_empty() {
            statements.push(listed.parse()?);
        }
        Ok(Self { identity, domain, name, statements })
    }
}

impl Parse for Statement {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (key, function, method, sql) = (input.parse()?, input.parse()?, input.parse()?, input.parse()?);
        let checked = input.parse::<Option<Token![!]>>()?.is_none();
        let says = checked && input.parse::<Option<Token![_]>>()?.is_none();
        let given = if says { Some(input.parse::<LitInt>()?.base10_parse()?) } else { None };
        let place = input.parse::<Option<Token![@]>>()?.map(|_| input.parse::<LitStr>()).transpose()?;
        let place = place.map(|place| place.value());
        Ok(Self { key, function, method, sql, given, checked, place })
    }
}
