//! From boot to shutdown: the steps that the generated `App::boot` calls, in DESIGN's order.

mod boot;
mod signals;

pub use self::boot::Boot;
pub use self::signals::asked_to_stop;
