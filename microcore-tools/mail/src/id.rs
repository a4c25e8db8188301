//! The `Message-ID`: the same for each repetition of one delivery, so that what was sent twice is one mail to whoever
//! gets it.
//!
//! In: the message, who sends it and what is being handled. Out: `<32 digits@domain of the sender>`.

use std::hash::{BuildHasher, RandomState};

use microcore::context::handled;
use sha2::{Digest, Sha256};

use super::Message;

/// The id of a mail.
pub(super) fn message_id(message: &Message, plugin: &str, domain: &str) -> String {
    let mut hash = Sha256::new();
    // With its length in front, no part can run into the next one.
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    match (&message.key, handled()) {
        (Some(key), _) => {
            add("key");
            add(key);
        }
        (None, Some(handled)) => {
            add("handled");
            add(&handled.id);
            add(plugin);
            for address in message.to.iter().chain(&message.cc).chain(&message.bcc) {
                add(address);
            }
            add(&message.subject);
        }
        // Nothing says what a repetition would be.
        (None, None) => {
            for _ in 0..2 {
                add(&RandomState::new().hash_one(std::time::SystemTime::now()).to_string());
            }
        }
    }
    let digits = hash.finalize().iter().take(16).fold(0_u128, |digits, byte| digits << 8 | u128::from(*byte));
    format!("<{digits:032x}@{domain}>")
}
