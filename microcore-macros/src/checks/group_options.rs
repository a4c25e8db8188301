//! The members of a group are one subscriber: whichever gets an event, it is repeated in the same way.

use crate::errors::Errors;
use crate::wiring::Wiring;

pub(crate) fn check(wiring: &Wiring, errors: &mut Errors) {
    for subscriber in wiring.all_subscribers() {
        let (first_plugin, first) = subscriber.first();
        for (_, member) in &subscriber.members[1..] {
            if (member.retries, member.backoff) != (first.retries, first.backoff) {
                errors.add(
                    member.group.as_ref(),
                    "MC0604",
                    format!(
                        "`{}` must be repeated as the other members of its group: `{}.{}` has {}",
                        member.handler,
                        first_plugin.name(),
                        first.handler,
                        words(first.retries, first.backoff)
                    ),
                    "give both the same `retries` and `backoff`: a group is one subscriber",
                );
            }
        }
    }
}

fn words(retries: u32, backoff: u64) -> String {
    if retries == 0 { "no `retries`".to_owned() } else { format!("`retries = {retries}, backoff = \"{backoff}ms\"`") }
}
