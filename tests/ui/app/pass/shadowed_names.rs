//! Generated code means the standard names, whatever they mean in the file it stands in.

#![allow(dead_code)]

microcore::app! { root: "shadowed_names" }

// Every name of the standard prelude means something else here.
pub struct Option;
pub struct Some;
pub struct None;
pub struct Result;
pub struct Ok;
pub struct Err;
pub struct Box;
pub struct String;
pub struct Vec;
pub trait Copy {}
pub trait Send {}
pub trait Sync {}
pub trait Sized {}
pub trait Unpin {}
pub trait Drop {}
pub trait Fn {}
pub trait FnMut {}
pub trait FnOnce {}
pub trait AsyncFn {}
pub trait AsyncFnMut {}
pub trait AsyncFnOnce {}
pub trait ToOwned {}
pub trait ToString {}
pub trait Clone {}
pub trait PartialEq {}
pub trait PartialOrd {}
pub trait Eq {}
pub trait Ord {}
pub trait AsRef {}
pub trait AsMut {}
pub trait Into {}
pub trait From {}
pub trait TryInto {}
pub trait TryFrom {}
pub trait Default {}
pub trait Iterator {}
pub trait Extend {}
pub trait IntoIterator {}
pub trait FromIterator {}
pub trait DoubleEndedIterator {}
pub trait ExactSizeIterator {}
pub trait Future {}
pub trait IntoFuture {}
pub fn drop() {}

macro_rules! env {
    () => {};
}

macro_rules! include_str {
    () => {};
}

fn main() {}
