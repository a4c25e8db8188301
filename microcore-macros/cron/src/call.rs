//! What stands in `cron!`: an expression and, where they are written, its zone and how its days are joined.

use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr};

pub(crate) struct Call {
    pub(crate) expression: LitStr,
    pub(crate) zone: Option<LitStr>,
    pub(crate) days: Option<LitStr>,
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut call = Self { expression: input.parse()?, zone: None, days: None };
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            let said = Some(input.parse()?);
            if word == "zone" { call.zone = said } else { call.days = said }
        }
        Ok(call)
    }
}
