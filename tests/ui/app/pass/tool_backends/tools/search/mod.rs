use std::marker::PhantomData;

use microcore::prelude::*;

pub mod slot;

pub trait Backend: Clone + Send + Sync + 'static {}

#[derive(Clone)]
pub struct Folder;
impl Backend for Folder {}

#[derive(Clone)]
pub struct Smtp;
impl Backend for Smtp {}

#[derive(Clone)]
pub struct Search<B: Backend = Folder>(PhantomData<B>);

#[tool]
impl<B: Backend> Search<B> {
    pub async fn setup() -> Result<Self> {
        Ok(Self(PhantomData))
    }

    pub async fn fake() -> Result<Self> {
        Ok(Self(PhantomData))
    }

    pub fn is_there(&self) -> bool {
        true
    }
}
