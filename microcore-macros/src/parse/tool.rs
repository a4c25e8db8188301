//! `#[tool] impl Clock { pub async fn setup() -> Result<Self> { … } … }`.

use syn::{FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Pat, Type, Visibility};

use super::{first_sentence, source_text};
use crate::decl::ToolDecl;
use crate::errors::Errors;

/// The functions that the framework calls; the rest of the impl is the tool's interface.
const HOOKS: [&str; 5] = ["setup", "bind", "on_boot_complete", "health_check", "shutdown"];

/// A tool's impl and what it declares.
#[derive(Debug)]
pub(crate) struct ToolImpl {
    pub(crate) item: ItemImpl,
    pub(crate) doc: String,
    /// What `setup` takes, in order.
    pub(crate) setup: Vec<SetupInput>,
    pub(crate) hooks: Vec<Ident>,
    /// Signature and first sentence of every public method.
    pub(crate) methods: Vec<(String, String)>,
    pub(crate) decl: ToolDecl,
}

/// A parameter of `setup`.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "one per tool, read once")]
pub(crate) enum SetupInput {
    Settings(Type),
    Boot,
}

impl ToolImpl {
    pub(crate) fn parse(item: ItemImpl, errors: &mut Errors) -> Option<Self> {
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
            Some(function) => setup_inputs(&name, function, errors),
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
        let is_hook = |function: &&ImplItemFn| HOOKS.iter().any(|hook| function.sig.ident == hook);
        let hooks = functions().filter(is_hook).map(|function| function.sig.ident.clone()).collect();
        let methods = public_methods(&item);
        let decl = ToolDecl { ty: name, broken: errors.len() > before };
        Some(Self { doc: first_sentence(&item.attrs), setup, hooks, methods, decl, item })
    }
}

/// Signature and first sentence of every public function that is not a hook.
pub(crate) fn public_methods(item: &ItemImpl) -> Vec<(String, String)> {
    let functions = item.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    });
    functions
        .filter(|function| {
            matches!(function.vis, Visibility::Public(_)) && !HOOKS.iter().any(|hook| function.sig.ident == hook)
        })
        .map(|function| (source_text(&function.sig), first_sentence(&function.attrs)))
        .collect()
}

fn setup_inputs(tool: &Ident, setup: &ImplItemFn, errors: &mut Errors) -> Vec<SetupInput> {
    if setup.sig.asyncness.is_none() {
        errors.add(
            &setup.sig.ident,
            "MC0202",
            format!("`setup` of tool `{tool}` must be `async`"),
            "write `pub async fn setup() -> Result<Self>`",
        );
    }
    let mut inputs = Vec::new();
    for input in &setup.sig.inputs {
        let name = match input {
            FnArg::Typed(typed) => match &*typed.pat {
                Pat::Ident(pattern) => pattern.ident.to_string(),
                _ => String::new(),
            },
            FnArg::Receiver(_) => "self".to_owned(),
        };
        match (name.as_str(), input) {
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
