use crate::prelude::*;

#[event("user.seen")]
pub struct UserSeen {
    pub id: i64,
}

pub type Stolen = crate::domains::users::plugins::target::Target;
