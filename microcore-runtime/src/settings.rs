//! Settings, and how the framework declares its own. In: a struct as `#[derive(Settings)]` would have it. Out: that struct,
//! and what reads it.
//!
//! A `macro_rules!`, so that this crate is compiled beside the macros instead of after them.

pub use microcore_core::settings::{ByteSize, Environment, FromSetting, Key, Problem, Problems, Secret, Settings};
#[doc(hidden)]
pub use microcore_core::settings::{InstanceName, instance_keys, instance_names};

/// Declares a struct of settings, each with a key in full. Bounds are two texts: `within = "0"..="100"`.
macro_rules! settings {
    (
        $(#[$meta:meta])*
        pub struct $name:ident {$(
            $(#[doc = $doc:literal])+
            #[setting(key = $key:literal $(, default = $default:literal)? $(, within = $least:literal..=$most:literal)?)]
            pub $field:ident: $ty:ty,
        )+}
    ) => {
        $(#[$meta])*
        pub struct $name {$(
            $(#[doc = $doc])+
            pub $field: $ty,
        )+}

        impl $crate::settings::Settings for $name {
            const KEYS: &'static [$crate::settings::Key] = &[$({
                const DOC: &str = $crate::settings::first_sentence(concat!($($doc),+));
                $crate::settings::Key::of::<$ty>($key, DOC, $crate::settings::settings!(@default $($default)?))
                    $(.within($least, $most))?
            }),+];

            fn read(
                environment: &$crate::settings::Environment,
                problems: &mut $crate::settings::Problems,
            ) -> Option<Self> {
                let mut keys = Self::KEYS.iter();
                // Every key is read before the first `?`, so that all problems are noted.
                $(let $field = keys.next().and_then(|key| problems.read(environment, key));)+
                Some(Self { $($field: $field?),+ })
            }
        }
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
}

pub(crate) use settings;

/// Up to the first full stop that ends a sentence, without it. Every line of a documentation begins with a space.
pub(crate) const fn first_sentence(doc: &'static str) -> &'static str {
    let doc = doc.trim_ascii();
    let bytes = doc.as_bytes();
    let mut end = 0;
    while end < bytes.len() && !(bytes[end] == b'.' && (end + 1 == bytes.len() || bytes[end + 1] == b' ')) {
        end += 1;
    }
    doc.split_at(end).0
}

#[cfg(test)]
mod tests {
    use super::first_sentence;
    use crate::settings::Settings;

    mod derived {
        use std::time::Duration;

        #[derive(microcore_macros::Settings)]
        #[expect(dead_code, reason = "its keys are what is compared")]
        pub(super) struct Waits {
            /// Time for a head, e.g.
            /// that of a request. Not its body.
            ///
            /// More of it.
            #[setting(key = "HEAD", default = "10s", within = "1s..=1m")]
            pub(super) head: Duration,
            /// No full stop
            #[setting(key = "BODY")]
            pub(super) body: Option<u32>,
        }
    }

    settings! {
        /// The same.
        #[derive(Debug, PartialEq)]
        #[expect(unreachable_pub, reason = "the framework's own settings are public")]
        pub struct Waits {
            /// Time for a head, e.g.
            /// that of a request. Not its body.
            ///
            /// More of it.
            #[setting(key = "HEAD", default = "10s", within = "1s"..="1m")]
            pub head: std::time::Duration,
            /// No full stop
            #[setting(key = "BODY")]
            pub body: Option<u32>,
        }
    }

    #[test]
    fn keys_are_those_that_the_derive_writes() {
        assert_eq!(Waits::KEYS, derived::Waits::KEYS);
    }

    #[test]
    fn a_sentence_ends_at_a_full_stop_before_a_space() {
        assert_eq!(first_sentence(" Version 1.2 of it. More."), "Version 1.2 of it");
        assert_eq!(first_sentence(" One."), "One");
        assert_eq!(first_sentence(" One"), "One");
        assert_eq!(first_sentence(""), "");
    }
}
