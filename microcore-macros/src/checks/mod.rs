//! Graph → mistakes. One rule per file, the rule in prose on top; this list is the specification.
//!
//! What concerns one file alone is checked where it is parsed; what rustc says well by itself (an unknown tool, a model
//! of another domain, an import of a plugin) is left to it, at the user's token.

mod auth_missing;
mod event_name_taken;
mod event_ring;
mod event_undeclared;
mod group_options;
mod guest_folder;
mod interceptor_scope;
mod job_count;
mod listing;
mod migration_order;
mod mount_hidden;
mod plugin_name_taken;
mod reply_count;
mod rings;
mod route_taken;
mod schedule_name_taken;
mod tool_choice;

use crate::discover::Listing;
use crate::errors::Errors;
use crate::parse::AppItem;
use crate::wiring::Wiring;

/// Runs every rule.
pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    plugin_name_taken::check(wiring, errors);
    route_taken::check(wiring, errors);
    mount_hidden::check(wiring, errors);
    auth_missing::check(wiring, errors);
    interceptor_scope::check(wiring, errors);
    event_name_taken::check(wiring, errors);
    event_undeclared::check(wiring, errors);
    reply_count::check(wiring, errors);
    event_ring::check(wiring, errors);
    group_options::check(wiring, errors);
    schedule_name_taken::check(wiring, errors);
    job_count::check(wiring, errors);
}

/// Runs the rules about the folders, before any declaration is known.
pub(crate) fn check_listing(app: &AppItem, listing: &Listing, errors: &mut Errors) {
    listing::check(app, listing, errors);
    migration_order::check(listing, errors);
}
