#![allow(dead_code)]
use crate::prelude::*;

#[derive(Serialize, Schema, Row)]
pub struct User {
    pub id: i64,
    pub name: ::std::string::String,
}

#[queries]
pub async fn all(db: &Db) -> ::microcore::error::Result<::std::vec::Vec<User>> {
    ::std::result::Result::Ok(db.query("SELECT id, name FROM users", ()).await?)
}

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
