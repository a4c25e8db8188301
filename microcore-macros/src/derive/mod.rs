//! The derives: one file each, tokens in, an `impl` out.

pub(crate) mod row;
