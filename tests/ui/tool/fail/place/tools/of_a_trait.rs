use microcore::prelude::*;

#[derive(Clone)]
pub struct Mine;

#[tool]
impl Default for Mine {
    fn default() -> Self {
        Self
    }
}
