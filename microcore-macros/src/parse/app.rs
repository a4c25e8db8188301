//! `app! { db: Postgres, mail: my_mail::Mailer }`.

use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Path, Token};

/// What stands in `app!`.
#[derive(Debug, Default)]
pub(crate) struct AppItem {
    pub(crate) tools: Vec<Choice>,
    /// Where the folders are, relative to the file of `app!`.
    pub(crate) root: Option<LitStr>,
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
