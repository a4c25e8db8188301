//! `fn new(db: Db, bus: Bus) -> Self`, or the fields of a struct: the tools that a plugin needs.

use syn::{FnArg, Ident, ImplItemFn, Pat, ReturnType, Type};

use crate::errors::Errors;

/// How a plugin is built.
#[derive(Debug)]
pub(crate) struct Constructor {
    pub(crate) dependencies: Vec<Dependency>,
    /// Whether it returns `Result<Self>`.
    pub(crate) fallible: bool,
}

/// One parameter: the name picks the tool, the type must be that tool's.
#[derive(Debug)]
pub(crate) struct Dependency {
    pub(crate) name: Ident,
    pub(crate) ty: Type,
}

impl Constructor {
    /// Reads `new`.
    pub(crate) fn parse(new: &ImplItemFn, errors: &mut Errors) -> Self {
        if let Some(token) = &new.sig.asyncness {
            errors.add(
                token,
                "MC0102",
                "`new` must not be `async`",
                "build the plugin here; what must wait belongs in `async fn on_boot(&self) -> Result<()>`",
            );
        }
        let mut dependencies = Vec::new();
        for input in &new.sig.inputs {
            match input {
                FnArg::Typed(typed) if matches!(&*typed.pat, Pat::Ident(_)) => {
                    let Pat::Ident(pattern) = &*typed.pat else { continue };
                    dependencies.push(Dependency { name: pattern.ident.clone(), ty: (*typed.ty).clone() });
                }
                other => errors.add(
                    other,
                    "MC0102",
                    "a parameter of `new` must be a tool's name and its type",
                    "write `db: Db`; the name picks the tool",
                ),
            }
        }
        let fallible = matches!(&new.sig.output, ReturnType::Type(_, ty) if is_result(ty));
        Self { dependencies, fallible }
    }
}

fn is_result(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Result"))
}
