//! The scripts that Redis runs: each is one step of a delivery, whole or not at all.

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
    enqueue = "enqueue.lua",
    claim = "claim.lua",
    next = "next.lua",
    replay = "replay.lua",
    status = "status.lua",
    meet = "meet.lua",
    inherit = "inherit.lua",
    recall = "recall.lua",
    leave = "leave.lua",
    adopt = "adopt.lua",
    drop = "drop.lua",
}
