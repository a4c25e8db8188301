//! The name of a type's schema. In: the type. Out: its short name, or, for a document that tells types of one name
//! apart, the short name together with the place of the type.
//!
//! schemars asks a type for its name and nothing else, and numbers the second type of a name. A document wants to know
//! both types first. While it asks, [`with_places`] lets names carry where they are from: `‹shop::models::Item|Item›`.

use std::any::type_name;
use std::cell::Cell;

use super::SchemaText;

/// Opens a name with its place; see [`placed`].
pub(crate) const OPEN: char = '‹';
/// Stands between place and name.
pub(crate) const BETWEEN: char = '|';
/// Closes it.
pub(crate) const CLOSE: char = '›';

thread_local! {
    static PLACED: Cell<bool> = const { Cell::new(false) };
}

/// The name of a type's schema: `short`, with the type's place where that is asked for.
pub fn schema_name<T>(short: SchemaText) -> SchemaText {
    if PLACED.get() { placed(place_of(type_name::<T>()), &short).into() } else { short }
}

/// Runs `work` while names carry the places of their types.
pub(crate) fn with_places<R>(work: impl FnOnce() -> R) -> R {
    struct Reset(bool);
    impl Drop for Reset {
        fn drop(&mut self) {
            PLACED.set(self.0);
        }
    }
    let _reset = Reset(PLACED.replace(true));
    work()
}

/// `‹shop::models::Page|Page_for_‹shop::models::Item|Item››`
pub(crate) fn placed(place: &str, short: &str) -> String {
    format!("{OPEN}{place}{BETWEEN}{short}{CLOSE}")
}

/// `shop::models::Page` of `shop::models::Page<shop::models::Item>`.
fn place_of(ty: &str) -> &str {
    ty.split('<').next().unwrap_or(ty)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Page<T>(Option<T>);

    #[test]
    fn a_name_tells_its_place_only_where_it_is_asked_to() {
        let name = || schema_name::<Page<Page<u8>>>("Page".into());
        assert_eq!(name(), "Page");
        let here = module_path!();
        assert_eq!(with_places(name), format!("‹{here}::Page|Page›"));
        let _ = std::panic::catch_unwind(|| with_places(|| panic!("a type's own schema may fail")));
        assert_eq!(name(), "Page", "a panic leaves nothing behind");
        assert!(Page::<u8>(None).0.is_none());
    }
}
