//! `#[tool(notes = "TOOL.md")] impl Clock { pub async fn setup() -> Result<Self> { … } … }`.

use proc_macro2::TokenStream;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{
    Expr, ExprLit, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Lit, LitStr, MetaNameValue, Pat, Token, Type,
    Visibility,
};

use super::{first_sentence, source_text};
use crate::errors::Errors;

/// The functions that the framework calls; the rest of the impl is the tool's interface.
const HOOKS: [&str; 6] = ["setup", "fake", "bind", "on_boot_complete", "health_check", "shutdown"];

/// A tool's impl and what it declares.
#[derive(Debug)]
pub(crate) struct ToolImpl {
    pub(crate) item: ItemImpl,
    pub(crate) doc: String,
    /// What `setup` takes, in order.
    pub(crate) setup: Vec<SetupInput>,
    /// What `fake` takes, where there is one.
    pub(crate) fake: Option<Vec<SetupInput>>,
    pub(crate) hooks: Vec<Ident>,
    /// Signature and first sentence of every public method.
    pub(crate) methods: Vec<(String, String)>,
    /// The file with its notes, relative to its own.
    pub(crate) notes: Option<LitStr>,
    /// Whether it has mistakes.
    pub(crate) broken: bool,
}

/// A parameter of `setup` or of `fake`.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one per tool, read once")]
pub(crate) enum SetupInput {
    Settings(Type),
    Boot,
}

impl ToolImpl {
    pub(crate) fn parse(arguments: TokenStream, item: ItemImpl, errors: &mut Errors) -> Option<Self> {
        let before = errors.len();
        let name = match &*item.self_ty {
            Type::Path(path) if item.trait_.is_none() => path.path.segments.last()?.ident.clone(),
            _ => {
                errors.add(
                    &item.self_ty,
                    "MC0201",
                    "`#[tool]` must stand on an inherent impl",
                    "write `#[tool] impl TypeName { … }`",
                );
                return None;
            }
        };
        let functions = || {
            item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(function) => Some(function),
                _ => None,
            })
        };
        let setup = match functions().find(|function| function.sig.ident == "setup") {
            Some(function) => inputs(&name, function, errors),
            None => {
                errors.add(
                    &item.self_ty,
                    "MC0202",
                    format!("tool `{name}` has no `setup`"),
                    "write `pub async fn setup() -> Result<Self>`",
                );
                Vec::new()
            }
        };
        let notes = notes(arguments, errors);
        let fake = functions().find(|function| is_fake(function)).map(|function| inputs(&name, function, errors));
        let hooks =
            functions().filter(|function| is_hook(function)).map(|function| function.sig.ident.clone()).collect();
        let methods = public_methods(&item);
        let broken = errors.len() > before;
        Some(Self { doc: first_sentence(&item.attrs), setup, fake, hooks, methods, notes, broken, item })
    }
}

/// Signature and first sentence of every public function that is not a hook.
pub(crate) fn public_methods(item: &ItemImpl) -> Vec<(String, String)> {
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    functions
        .filter(|function| is_method(function))
        .map(|function| (source_text(&function.sig), first_sentence(&function.attrs)))
        .collect()
}

/// Whether a function is part of the tool's interface.
pub(crate) fn is_method(function: &ImplItemFn) -> bool {
    matches!(function.vis, Visibility::Public(_)) && !is_hook(function)
}

/// Whether the framework calls it.
fn is_hook(function: &ImplItemFn) -> bool {
    if function.sig.ident == "fake" {
        return is_fake(function);
    }
    HOOKS.iter().any(|hook| function.sig.ident == hook)
}

/// `fake` without `self` makes what a test gets; with it, it is a method like any other.
fn is_fake(function: &ImplItemFn) -> bool {
    function.sig.ident == "fake" && function.sig.receiver().is_none()
}

/// `notes = "TOOL.md"`.
fn notes(arguments: TokenStream, errors: &mut Errors) -> Option<LitStr> {
    let pairs = Punctuated::<MetaNameValue, Token![,]>::parse_terminated.parse2(arguments.clone()).unwrap_or_default();
    let mut notes = None;
    for pair in &pairs {
        match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(file), .. }) if pair.path.is_ident("notes") => notes = Some(file.clone()),
            _ => notes = None,
        }
    }
    if notes.is_none() && !arguments.is_empty() {
        errors.add(
            &arguments,
            "MC0201",
            "`#[tool]` takes the file of its notes and nothing else",
            "write `#[tool(notes = \"TOOL.md\")]`; the path is relative to this file",
        );
    }
    notes
}

/// What `setup` or `fake` takes.
fn inputs(tool: &Ident, setup: &ImplItemFn, errors: &mut Errors) -> Vec<SetupInput> {
    let hook = &setup.sig.ident;
    if setup.sig.asyncness.is_none() {
        errors.add(
            &setup.sig.ident,
            "MC0202",
            format!("`{hook}` of tool `{tool}` must be `async`"),
            format!("write `pub async fn {hook}() -> Result<Self>`"),
        );
    }
    let mut inputs = Vec::new();
    for input in &setup.sig.inputs {
        let name = match input {
            FnArg::Typed(typed) => match &*typed.pat {
                // One that is not used is `_boot`.
                Pat::Ident(pattern) => pattern.ident.to_string().trim_start_matches('_').to_owned(),
                _ => String::new(),
            },
            FnArg::Receiver(_) => "self".to_owned(),
        };
        match (name.as_str(), input) {
            ("settings", FnArg::Typed(typed)) if hook == "fake" => errors.add(
                typed,
                "MC0203",
                format!("`fake` of tool `{tool}` must not take `settings`: a test configures none"),
                "write `pub async fn fake() -> Result<Self>`",
            ),
            ("settings", FnArg::Typed(typed)) => inputs.push(SetupInput::Settings((*typed.ty).clone())),
            ("boot", _) => inputs.push(SetupInput::Boot),
            ("self", _) => errors.add(input, "MC0202", "`setup` makes the tool, so it must not take `self`", "write `pub async fn setup() -> Result<Self>`"),
            _ => errors.add(
                input,
                "MC0203",
                format!("tool `{tool}` must not take `{name}`: a tool never uses another tool"),
                "take `settings: YourSettings` for what it reads from the environment; what needs two tools is a plugin",
            ),
        }
    }
    inputs
}
