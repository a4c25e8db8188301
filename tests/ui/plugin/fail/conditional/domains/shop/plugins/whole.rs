#![cfg(windows)]
use crate::prelude::*;

#[plugin]
pub struct Whole {}

#[plugin]
impl Whole {}
