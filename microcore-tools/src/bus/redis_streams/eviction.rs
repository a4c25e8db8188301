//! Whether the server may throw events away that it has accepted.

use microcore_runtime::error::Unavailable;

/// Refuses a server that evicts what has no end of its time: events have none, and would go without a word. In: what the
/// server says of its memory.
pub(super) fn refuse(memory: &str) -> Result<(), Unavailable> {
    let field = |name: &str| memory.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let policy = field("maxmemory_policy").unwrap_or("noeviction");
    if !policy.starts_with("allkeys-") {
        // Those that begin with `volatile-` take keys that expire alone, and none of ours does.
        return Ok(());
    }
    let message = format!(
        "Redis may delete accepted events where memory is short: its `maxmemory-policy` is `{policy}`; set it to `noeviction`"
    );
    if field("maxmemory").is_none_or(|bytes| bytes == "0") {
        tracing::warn!("{message}; as long as `maxmemory` is 0 it deletes none");
        return Ok(());
    }
    Err(Unavailable::because(message))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_server_that_deletes_what_it_accepted_is_refused() {
        let said = |policy: &str, bytes: u32| format!("# Memory\r\nmaxmemory:{bytes}\r\nmaxmemory_policy:{policy}\r\n");
        for policy in ["allkeys-lru", "allkeys-lfu", "allkeys-random"] {
            let refused = refuse(&said(policy, 1 << 20)).unwrap_err();
            assert!(refused.source().unwrap().to_string().contains(policy), "{refused:?}");
            refuse(&said(policy, 0)).unwrap();
        }
        for policy in ["noeviction", "volatile-lru", "volatile-ttl"] {
            refuse(&said(policy, 1 << 20)).unwrap();
        }
        // One that does not tell is believed.
        refuse("").unwrap();
    }
}
