//! What was answered is there, whatever happens to the process or the disk; and nothing is there by half.

#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod io_error;
mod kill;
mod ledger;
