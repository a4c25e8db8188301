//! `app! { db: Postgres, mail: Smtp, geo: acme_geo::Geo<acme_geo::Offline>, replies: Plain, sql: unchecked }`.

use crate::discover::Listing;
use quote::format_ident;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token, Type};

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
    pub(crate) provider: Type,
    /// `mail` and `Smtp` of `alerts: mail::Smtp`: one more instance of a tool, with settings of its own.
    pub(crate) instance: Option<(Ident, Ident)>,
}

impl Choice {
    /// The backend, where one word names it.
    pub(crate) fn word(&self) -> Option<&Ident> {
        match &self.provider {
            Type::Path(path) if path.qself.is_none() => path.path.get_ident(),
            _ => None,
        }
    }
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
                app.tools.push(Choice { name, provider: input.parse()?, instance: None });
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(app)
    }
}

impl AppItem {
    /// Whether it has the framework's tool that runs guests.
    pub(crate) fn runs_guests(&self, listing: &Listing) -> bool {
        let is_own = listing.tools.iter().any(|tool| tool.name == "sidecars");
        cfg!(feature = "sidecars") && !is_own && self.tools.iter().any(|choice| choice.name == "sidecars")
    }

    /// The engine behind the tool `db`; `other` where it is none of the framework's.
    pub(crate) fn engine(&self) -> Ident {
        let chosen = self.tools.iter().find(|choice| choice.name == "db");
        let backend = chosen.map(|choice| choice.word().map(ToString::to_string).unwrap_or_default());
        match backend.as_deref() {
            None | Some("Sqlite") => format_ident!("sqlite"),
            Some("Postgres") => format_ident!("postgres"),
            Some(_) => format_ident!("other"),
        }
    }
}
