use microcore::prelude::*;

#[tool]
#[derive(Clone)]
pub struct Mine;
