//! The body of a request among the inputs of a handler: one at most, none on GET, each of the type that its name means.
//!
//! In: the inputs. Out: what is wrong with them.

use syn::{GenericArgument, Ident, PathArguments, Type};

use super::{Input, InputKind, channel};
use crate::errors::Errors;

pub(super) fn check(method: &Ident, handler: &Ident, inputs: &[Input], errors: &mut Errors) {
    let mut bodies = inputs.iter().filter(|input| input.kind.is_body());
    let Some(body) = bodies.next() else { return };
    if let Some(second) = bodies.next() {
        errors.add(
            &second.name,
            "MC0702",
            format!("`{handler}` must not read both `{}` and `{}`: a request has one body", body.name, second.name),
            instead_of_two(body.kind, second.kind),
        );
    }
    if method == "get" || channel::name(method).is_some() {
        let help = match body.kind {
            InputKind::Raw | InputKind::Text => {
                format!("`{}` is the body; give the query parameter another name, or make it a `#[post]`", body.name)
            }
            _ => channel::instead_of_body(method).to_owned(),
        };
        errors.add(&body.name, "MC0305", format!("`{handler}` must not read a body: it answers GET"), help);
        return;
    }
    if let Some((wanted, help)) = of_another_type(body) {
        let name = &body.name;
        errors.add(&body.ty, "MC0720", format!("`{name}` of `{handler}` must be {wanted}"), help);
    }
}

fn instead_of_two(first: InputKind, second: InputKind) -> &'static str {
    match (first, second) {
        (InputKind::Raw, InputKind::Body) | (InputKind::Body, InputKind::Raw) => {
            "keep `raw`, and read the value from it: `let value = from_json!(T, &raw)?;`"
        }
        _ => "keep one; text fields beside files are parts of `files`",
    }
}

/// What the input must be, and what to write, where its type is another one.
fn of_another_type(body: &Input) -> Option<(&'static str, &'static str)> {
    let ty = last(&body.ty);
    let is = |name: &str| ty.as_ref().is_some_and(|ty| *ty == name);
    match body.kind {
        InputKind::Raw if !is("Bytes") => Some(("`Bytes`", "write `raw: Bytes`, the bytes as they came")),
        InputKind::Text if !is("String") => Some(("a `String`", "write `text: String`, the whole body")),
        InputKind::Body if is("String") || is_reference_to(&body.ty, "str") => Some((
            "a type whose JSON it is, not a text",
            "write `text: String` for the body as it came; what is sent as JSON has a struct of its own",
        )),
        InputKind::Body if is("Bytes") || is_bytes(&body.ty) => Some((
            "a type whose JSON it is, not bytes",
            "write `raw: Bytes` for the body as it came; a list of numbers in JSON is a `Vec<u16>`",
        )),
        _ => None,
    }
}

fn last(ty: &Type) -> Option<&Ident> {
    let Type::Path(path) = ty else { return None };
    path.path.segments.last().map(|last| &last.ident)
}

fn is_reference_to(ty: &Type, name: &str) -> bool {
    matches!(ty, Type::Reference(reference) if last(&reference.elem).is_some_and(|ty| ty == name))
}

/// `Vec<u8>`, `&[u8]`, `[u8; 4]`, as written.
fn is_bytes(ty: &Type) -> bool {
    let is_byte = |ty: &Type| last(ty).is_some_and(|ty| ty == "u8");
    match ty {
        Type::Reference(reference) => is_bytes(&reference.elem),
        Type::Slice(slice) => is_byte(&slice.elem),
        Type::Array(array) => is_byte(&array.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            last.ident == "Vec"
                && matches!(&last.arguments, PathArguments::AngleBracketed(list)
                    if matches!(list.args.first(), Some(GenericArgument::Type(item)) if is_byte(item)))
        }),
        _ => false,
    }
}
