//! Somebody eats.
use crate::prelude::*;

#[event("dish.served")]
pub struct DishServed {
    pub dish: String,
}
