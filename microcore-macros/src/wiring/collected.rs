//! What arrives at the end of a chain: `[] { head } { declarations }`.

use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, braced, bracketed};

use super::Head;
use crate::decl::{EventDecl, PluginDecl, QueriesDecl};

/// The end of the chain of the whole application.
#[derive(Debug)]
pub(crate) struct Collected {
    pub(crate) head: Head,
    pub(crate) declared: Vec<Declared>,
}

/// One declaration.
#[derive(Debug)]
pub(crate) enum Declared {
    Plugin(PluginDecl),
    Event(EventDecl),
    Queries(QueriesDecl),
}

impl Parse for Collected {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (rest, head, declarations);
        bracketed!(rest in input);
        rest.parse::<syn::parse::Nothing>()?;
        braced!(head in input);
        braced!(declarations in input);
        let head = head.parse()?;
        let mut declared = Vec::new();
        while !declarations.is_empty() {
            let kind: Ident = declarations.parse()?;
            declared.push(match kind.to_string().as_str() {
                "plugin" => Declared::Plugin(declarations.parse()?),
                "event" => Declared::Event(declarations.parse()?),
                _ => Declared::Queries(declarations.parse()?),
            });
        }
        Ok(Self { head, declared })
    }
}

/// The end of the chain of one group: the name of the macro to define, and the declarations as they are.
#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) name: Ident,
    pub(crate) declared: TokenStream,
}

impl Parse for Group {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (rest, head, declarations);
        bracketed!(rest in input);
        rest.parse::<syn::parse::Nothing>()?;
        braced!(head in input);
        braced!(declarations in input);
        Ok(Self { name: head.parse()?, declared: declarations.parse()? })
    }
}
