//! From boot to shutdown: the steps that the generated `App::boot` calls, in DESIGN's order.

mod boot;

pub use self::boot::Boot;
