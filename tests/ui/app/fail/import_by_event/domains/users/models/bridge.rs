use crate::domains::users::plugins::target;
