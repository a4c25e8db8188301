//! Words that only some builds of the framework know. In: the word, and whether this build does. Out: an error that names
//! the feature to add.

use quote::ToTokens;
use syn::Ident;

use crate::errors::Errors;

/// The code and the name of what the feature adds. The tests of this crate have all of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Feature {
    pub(crate) name: &'static str,
    pub(crate) code: &'static str,
    pub(crate) is_on: bool,
    /// Whether `microcore` has it unless its defaults are turned off.
    pub(crate) is_default: bool,
}

pub(crate) const JOBS: Feature =
    Feature { name: "jobs", code: "MC0810", is_on: cfg!(any(feature = "jobs", test)), is_default: false };
pub(crate) const MULTIPART: Feature =
    Feature { name: "multipart", code: "MC0711", is_on: cfg!(any(feature = "multipart", test)), is_default: true };
pub(crate) const TESTING: Feature =
    Feature { name: "testing", code: "MC0711", is_on: cfg!(any(feature = "testing", test)), is_default: true };
pub(crate) const WS: Feature =
    Feature { name: "ws", code: "MC0711", is_on: cfg!(any(feature = "ws", test)), is_default: false };

impl Feature {
    /// Whether `user` may write what stands at `place`; says so where it may not.
    pub(crate) fn serves(self, user: &Ident, place: &impl ToTokens, errors: &mut Errors) -> bool {
        let Self { name, code, is_on, is_default } = self;
        if !is_on {
            let why = if is_default { "; it is one of the default features" } else { "" };
            errors.add(
                place,
                code,
                format!("`{user}` must have the feature `{name}` of `microcore`, which this build leaves out"),
                format!("add it in Cargo.toml: `microcore = {{ …, features = [\"{name}\"] }}`{why}"),
            );
        }
        is_on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_leaves_out_is_asked_for_by_its_name() {
        let user = Ident::new("upload", proc_macro2::Span::call_site());
        let mut errors = Errors::default();
        assert!(Feature { is_on: true, ..MULTIPART }.serves(&user, &user, &mut errors));
        assert_eq!(errors.len(), 0);
        assert!(!Feature { is_on: false, ..MULTIPART }.serves(&user, &user, &mut errors));
        let said = errors.messages().concat();
        assert!(said.contains("`upload` must have the feature `multipart` of `microcore`"), "{said}");
        assert!(said.contains("it is one of the default features") && said.contains("MC0711"), "{said}");
        assert!(!Feature { is_on: false, ..WS }.serves(&user, &user, &mut errors));
    }
}
