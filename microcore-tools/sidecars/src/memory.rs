//! How much memory a process holds.

/// Its resident memory in bytes; `None` where the system does not tell.
pub(crate) fn resident(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: u64 = text.split(' ').nth(1)?.parse().ok()?;
    pages.checked_mul(rustix::param::page_size() as u64)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    #[test]
    fn this_process_holds_some_and_one_that_is_not_there_none() {
        assert!(super::resident(std::process::id()).is_some_and(|bytes| bytes > 100_000));
        assert_eq!(super::resident(u32::MAX), None);
    }
}
