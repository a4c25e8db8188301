//! What stands in for the check of SQL where it is switched off: functions that pass on, facts without tables.

/// Takes what the checking macro takes, and says nothing about it.
#[doc(hidden)]
#[macro_export]
macro_rules! __unchecked_statements {
    (
        $engine:ident $checked:literal $folder:literal { $($migration:literal)* } { $($read:ident)* }
        { $($identity:ident $domain:literal $name:literal [$($key:ident $function:ident $method:ident $sql:literal $given:tt $(@ $place:literal)?)*])* }
    ) => {
        $(
            #[inline]
            pub fn $read<Call>(call: Call) -> Call {
                call
            }
        )*
        $(
            pub const $identity: &[$crate::manifest::StatementFacts] = &[$(
                $crate::manifest::StatementFacts {
                    sql: $sql, function: stringify!($function), method: stringify!($method), reads: &[], writes: &[],
                }
            ),*];
        )*
        pub const TABLES: &str = "";
    };
}
