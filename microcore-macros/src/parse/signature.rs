//! What every handler's signature must be: `&self`, named parameters, types that can be written down, no generics.

use syn::visit::{self, Visit};
use syn::{FnArg, Ident, ImplItemFn, Pat, Receiver, ReceiverKind, ReturnType, Type, TypeImplTrait, parse_quote};

use crate::errors::Errors;

/// The parameters behind `&self`. Mistakes go to `errors`.
pub(crate) fn parameters(function: &ImplItemFn, errors: &mut Errors) -> Option<Vec<(Ident, Type)>> {
    let name = &function.sig.ident;
    let before = errors.len();
    if !function.sig.generics.params.is_empty() {
        errors.add(
            &function.sig.generics,
            "MC0104",
            format!("handler `{name}` must not be generic"),
            "the wiring calls it with concrete types; put the generic part into a function that it calls",
        );
    }
    match function.sig.receiver() {
        Some(Receiver { kind: ReceiverKind::Reference(_, _, None), .. }) => {}
        Some(receiver) => errors.add(
            receiver,
            "MC0104",
            format!("handler `{name}` must take `&self`"),
            "one plugin serves many requests at once; keep what changes in a tool or behind a lock",
        ),
        None => errors.add(
            &function.sig.ident,
            "MC0104",
            format!("handler `{name}` must take `&self`"),
            "write `&self` as the first parameter",
        ),
    }
    let mut parameters = Vec::new();
    for input in &function.sig.inputs {
        let FnArg::Typed(typed) = input else { continue };
        match &*typed.pat {
            Pat::Ident(pattern) if pattern.subpat.is_none() => {
                parameters.push((pattern.ident.clone(), (*typed.ty).clone()));
            }
            other => errors.add(
                other,
                "MC0104",
                format!("a parameter of handler `{name}` must be a plain name"),
                "the name says what is read: `body`, or the name of a path or query parameter",
            ),
        }
    }
    (errors.len() == before).then_some(parameters)
}

/// Whether the generated code can write the types of the parameters down. Mistakes go to `errors`.
pub(crate) fn are_named(function: &ImplItemFn, parameters: &[(Ident, Type)], errors: &mut Errors) -> bool {
    let before = errors.len();
    for (name, ty) in parameters {
        if let Some(unnamed) = unnamed(ty) {
            errors.add(
                unnamed,
                "MC0111",
                format!(
                    "the type of `{name}` must have a name: the wiring reads a value of it for `{}`",
                    function.sig.ident
                ),
                "write the type itself; what takes any type is a function that the handler calls",
            );
        }
    }
    errors.len() == before
}

/// What a handler returns. Mistakes go to `errors`.
pub(crate) fn output(function: &ImplItemFn, errors: &mut Errors) -> Type {
    let ReturnType::Type(_, ty) = &function.sig.output else { return parse_quote!(()) };
    let Some(unnamed) = unnamed(ty) else { return (**ty).clone() };
    errors.add(
        unnamed,
        "MC0111",
        format!("what `{}` returns must have a name: it is in the document and in the manifest", function.sig.ident),
        "write the type itself, such as `Vec<User>`, `Streamed` or `Response`",
    );
    parse_quote!(())
}

/// The first `impl Trait` in a type.
fn unnamed(ty: &Type) -> Option<TypeImplTrait> {
    struct First(Option<TypeImplTrait>);
    impl Visit<'_> for First {
        fn visit_type_impl_trait(&mut self, found: &TypeImplTrait) {
            self.0.get_or_insert_with(|| found.clone());
            visit::visit_type_impl_trait(self, found);
        }
    }
    let mut first = First(None);
    first.visit_type(ty);
    first.0
}
