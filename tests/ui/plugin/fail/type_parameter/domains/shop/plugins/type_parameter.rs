use crate::prelude::*;

#[plugin]
pub struct TypeParameter<'a, D> {
    logger: &'a Logger,
    databases: Vec<D>,
}

#[plugin]
impl<'a, D> TypeParameter<'a, D> {}
