//! From boot to shutdown: the steps that the generated `App::boot` calls, in DESIGN's order.

mod boot;
mod serve;

pub use self::boot::Boot;
pub use self::serve::{SERVER_SETTINGS, check_settings, serve_application};
