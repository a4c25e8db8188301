//! The scripts that Redis runs: a value and its place in the list of keys change together or not at all.
//!
//! Each gets the list as its key, and what the values begin with as its first argument; all keys are in one slot of a
//! cluster, by their hash tag.

use redis::Script;

macro_rules! scripts {
    ($($name:ident = $file:literal),* $(,)?) => {
        /// All of them, by what they do.
        #[derive(Debug)]
        pub(super) struct Scripts {
            $(pub(super) $name: Script,)*
        }

        impl Scripts {
            pub(super) fn new() -> Self {
                Self { $($name: Script::new(concat!(include_str!("shared.lua"), "\n", include_str!($file))),)* }
            }
        }
    };
}

scripts! {
    set = "set.lua",
    delete = "delete.lua",
    increment = "increment.lua",
    keys = "keys.lua",
    clear = "clear.lua",
}
