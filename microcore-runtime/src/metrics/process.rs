//! What the system tells of the process. Linux does so in files; elsewhere these families are left out.

use std::fs;

use super::exposition::Telling;
use super::names::{CPU, FILES, Family, MEMORY, START, THREADS};

/// Of `/proc/self/stat`: hundredths of a second, the same on every Linux that Rust runs on.
const TICKS: f64 = 100.0;

pub(super) fn tell(text: &mut impl Telling) {
    let Ok(stat) = fs::read_to_string("/proc/self/stat") else { return };
    let Ok(status) = fs::read_to_string("/proc/self/status") else { return };
    let mut gauge = |family: Family, value: Option<u64>| {
        if let Some(value) = value {
            text.family(&family);
            text.sample(&[], value);
        }
    };
    let kibibytes = line(&status, "VmRSS:").and_then(|value| value.trim_end_matches("kB").trim().parse::<u64>().ok());
    gauge(MEMORY, kibibytes.map(|kibibytes| kibibytes * 1024));
    gauge(THREADS, line(&status, "Threads:").and_then(|value| value.parse().ok()));
    // The list itself is open while it is read.
    gauge(FILES, fs::read_dir("/proc/self/fd").ok().map(|open| (open.count() as u64).saturating_sub(1)));
    // Behind the name, which may have blanks and brackets.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place)?.parse::<f64>().ok();
    if let (Some(user), Some(system)) = (ticks(11), ticks(12)) {
        text.family(&CPU);
        text.fraction(&[], (user + system) / TICKS);
    }
    if let (Some(booted), Some(started)) = (booted(), ticks(19)) {
        text.family(&START);
        text.fraction(&[], booted + started / TICKS);
    }
}

fn line<'s>(status: &'s str, name: &str) -> Option<&'s str> {
    status.lines().find_map(|line| line.strip_prefix(name)).map(str::trim)
}

/// When the machine was started: seconds since 1970.
fn booted() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    stat.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok()
}
