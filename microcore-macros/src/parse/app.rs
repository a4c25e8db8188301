//! `app! { db: Postgres, mail: my_mail::Mailer, replies: Plain, sql: unchecked }`.

use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token};

syn::custom_keyword!(unchecked);

/// What stands in `app!`.
#[derive(Debug, Default)]
pub(crate) struct AppItem {
    pub(crate) tools: Vec<Choice>,
    /// Where the folders are, relative to the file of `app!`.
    pub(crate) root: Option<LitStr>,
    /// The shape of replies and failures.
    pub(crate) replies: Option<Path>,
    /// `sql: unchecked`.
    pub(crate) sql_unchecked: bool,
}

/// One tool and what provides it.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) name: Ident,
    pub(crate) provider: Path,
}

impl Parse for AppItem {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut app = Self::default();
        while !input.is_empty() {
            let name: Ident = input.parse()?;
            input.parse::<Token![:]>()?;
            if name == "root" && input.peek(LitStr) {
                app.root = Some(input.parse()?);
            } else if name == "sql" && input.peek(unchecked) {
                input.parse::<unchecked>()?;
                app.sql_unchecked = true;
            } else if name == "replies" {
                app.replies = Some(input.call(Path::parse_mod_style)?);
            } else {
                app.tools.push(Choice { name, provider: input.call(Path::parse_mod_style)? });
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(app)
    }
}

impl AppItem {
    /// The engine behind the tool `db`; `other` where it is none of the framework's.
    pub(crate) fn engine(&self) -> Ident {
        let chosen = self.tools.iter().find(|choice| choice.name == "db");
        let backend = chosen.map(|choice| choice.provider.get_ident().map(ToString::to_string).unwrap_or_default());
        match backend.as_deref() {
            None | Some("Sqlite") => format_ident!("sqlite"),
            Some("Postgres") => format_ident!("postgres"),
            Some(_) => format_ident!("other"),
        }
    }
}
