//! `#[mount("/assets")] const ASSETS: Folder = Folder::at("public");`: a folder of files on a path.
//!
//! In: an item of a plugin's impl. Out: a route whose path ends in the rest, or what is wrong with it.

use syn::{Attribute, Ident, ImplItem, ImplItemConst, LitStr, Type};

use super::plugin::is_kept;
use super::{conditional, first_sentence, options};
use crate::decl::{PathPattern, RouteDecl, Segment, shown};
use crate::errors::Errors;

const USAGE: &str = "write `#[mount(\"/assets\")] const ASSETS: Folder = Folder::at(\"public\");`";

/// A constant of the plugin, and the route that serves it.
#[derive(Debug)]
pub(crate) struct Mount {
    pub(crate) constant: Ident,
    pub(crate) ty: Type,
    pub(crate) doc: String,
    pub(crate) roles: Vec<String>,
    pub(crate) decl: RouteDecl,
}

impl Mount {
    /// Takes our attributes off an item, and reads what they stand on.
    pub(super) fn take(item: &mut ImplItem, errors: &mut Errors) -> Vec<Self> {
        let attributes = match item {
            ImplItem::Const(constant) => &mut constant.attrs,
            ImplItem::Fn(function) => &mut function.attrs,
            _ => return Vec::new(),
        };
        let is_ours = |attribute: &Attribute| attribute.path().is_ident("mount");
        let (ours, theirs): (Vec<_>, Vec<_>) = std::mem::take(attributes).into_iter().partition(is_ours);
        *attributes = theirs;
        if !ours.is_empty() {
            conditional::check(attributes, "a mount", errors);
            attributes.retain(is_kept);
        }
        let mut mounts = Vec::new();
        for attribute in ours {
            match &*item {
                ImplItem::Const(constant) => mounts.extend(Self::parse(&attribute, constant, errors)),
                _ => errors.add(&attribute, "MC0710", "`#[mount]` must stand on a constant", USAGE),
            }
        }
        mounts
    }

    fn parse(attribute: &Attribute, constant: &ImplItemConst, errors: &mut Errors) -> Option<Self> {
        let (literal, options) = options::route(attribute, errors)?;
        if let Some(status) = &options.status {
            errors.add_at(
                status.span(),
                "MC0710",
                format!("`{}` must not have a status: it is a mount", constant.ident),
                "a file is 200, a part of one 206, one that the client has 304",
            );
        }
        let text = literal.value();
        let prefix = PathPattern::parse(&literal, errors)?;
        let is_literal = |segment: &Segment| matches!(segment, Segment::Literal(text) if !text.is_empty());
        if text != "/" && !prefix.segments.iter().all(is_literal) {
            errors.add(
                &literal,
                "MC0710",
                format!("the path of mount `{}` must be literal segments, without a slash at its end", constant.ident),
                "write `\"/assets\"`, or `\"/\"`; what comes behind it is the name of a file",
            );
            return None;
        }
        let path = LitStr::new(&format!("{}/{{*path}}", text.trim_end_matches('/')), literal.span());
        let decl = RouteDecl {
            extracts: false,
            method: attribute.path().get_ident()?.clone(),
            path: PathPattern::parse(&path, errors)?,
            // Adapters are functions, and functions are written in lower case.
            handler: Ident::new(&shown(&constant.ident).to_lowercase(), constant.ident.span()),
            guarded: options.roles.is_some(),
            tag: options.tag,
        };
        let roles = options.roles.unwrap_or_default().0;
        let doc = first_sentence(&constant.attrs);
        Some(Self { constant: constant.ident.clone(), ty: constant.ty.clone(), doc, roles, decl })
    }
}
