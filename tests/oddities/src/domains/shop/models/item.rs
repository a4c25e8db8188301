//! What the plugins of the shop share.
use crate::prelude::*;

#[derive(Clone, Deserialize, Serialize, Schema, Validate)]
pub struct Item {
    #[validate(length(min = 1, max = 40))]
    pub name: String,
    /// Left out, it is for nobody in particular.
    #[serde(default)]
    pub tags: Vec<String>,
    pub price: Option<Decimal>,
}

#[derive(Clone, Deserialize, Serialize, Schema, Validate)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub total: u32,
}
