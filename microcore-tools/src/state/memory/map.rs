//! Values by namespace and key, with a list of deadlines that keeps memory bounded.
//!
//! Every write adds at most one deadline and removes up to [`SWEEP`] that have passed: keys that are never read again
//! go, and no write pays for all of them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::state::StateError;
use crate::state::backend::Result;

/// How many passed deadlines one write removes at most.
const SWEEP: usize = 32;

/// When a value ends; the number tells values of one instant apart.
type Deadline = (Instant, u64);

/// A value as another process reads it.
pub(crate) type Value = (String, String, String, Option<u64>);

#[derive(Debug)]
struct Entry {
    value: String,
    deadline: Option<Deadline>,
}

/// All values of one process.
#[derive(Debug, Default)]
pub(crate) struct Map {
    spaces: HashMap<Arc<str>, BTreeMap<Arc<str>, Entry>>,
    deadlines: BTreeMap<Deadline, (Arc<str>, Arc<str>)>,
    made: u64,
}

impl Entry {
    fn is_live(&self, now: Instant) -> bool {
        self.deadline.is_none_or(|(at, _)| now < at)
    }
}

impl Map {
    pub(crate) fn get(&self, space: &str, key: &str) -> Option<String> {
        self.live(space, key).map(|entry| entry.value.clone())
    }

    pub(crate) fn set(&mut self, space: &str, key: &str, value: String, ttl: Option<Duration>) {
        self.sweep();
        self.remove(space, key);
        let space = self.spaces.get_key_value(space).map_or_else(|| Arc::from(space), |(name, _)| Arc::clone(name));
        let key: Arc<str> = key.into();
        // A time that no clock reaches is for good.
        let deadline = ttl.and_then(|ttl| Instant::now().checked_add(ttl)).map(|at| {
            self.made += 1;
            self.deadlines.insert((at, self.made), (Arc::clone(&space), Arc::clone(&key)));
            (at, self.made)
        });
        self.spaces.entry(space).or_default().insert(key, Entry { value, deadline });
    }

    pub(crate) fn delete(&mut self, space: &str, key: &str) -> bool {
        let was_there = self.live(space, key).is_some();
        self.sweep();
        self.remove(space, key);
        was_there
    }

    pub(crate) fn increment(&mut self, space: &str, key: &str, by: i64, ttl: Option<Duration>) -> Result<i64> {
        if self.live(space, key).is_none() {
            self.set(space, key, by.to_string(), ttl);
            return Ok(by);
        }
        let entry = self.spaces.get_mut(space).and_then(|entries| entries.get_mut(key));
        let entry = entry.expect("a live entry was just seen under the same lock");
        let before: i64 = entry.value.parse().map_err(|_| StateError::NotAnInteger { key: key.to_owned() })?;
        let sum = before.checked_add(by).ok_or_else(|| StateError::OutOfRange { key: key.to_owned() })?;
        entry.value = sum.to_string();
        Ok(sum)
    }

    pub(crate) fn keys(&self, space: &str) -> Vec<String> {
        let now = Instant::now();
        let entries = self.spaces.get(space).into_iter().flatten();
        entries.filter(|(_, entry)| entry.is_live(now)).map(|(key, _)| key.to_string()).collect()
    }

    pub(crate) fn clear(&mut self, space: &str) {
        for entry in self.spaces.remove(space).into_iter().flat_map(BTreeMap::into_values) {
            entry.deadline.and_then(|deadline| self.deadlines.remove(&deadline));
        }
    }

    /// Everything that is live: space, key, value, and the milliseconds that are left of it.
    pub(crate) fn values(&self) -> Vec<Value> {
        let now = Instant::now();
        let all = self.spaces.iter().flat_map(|(space, entries)| entries.iter().map(move |entry| (space, entry)));
        let live = all.filter(|(_, (_, entry))| entry.is_live(now));
        live.map(|(space, (key, entry))| {
            let left = entry.deadline.map(|(at, _)| u64::try_from((at - now).as_millis()).unwrap_or(u64::MAX));
            (space.to_string(), key.to_string(), entry.value.clone(), left)
        })
        .collect()
    }

    /// The same again.
    pub(crate) fn of(values: Vec<Value>) -> Self {
        let mut map = Self::default();
        for (space, key, value, left) in values {
            map.set(&space, &key, value, left.map(Duration::from_millis));
        }
        map
    }

    fn live(&self, space: &str, key: &str) -> Option<&Entry> {
        self.spaces.get(space)?.get(key).filter(|entry| entry.is_live(Instant::now()))
    }

    fn sweep(&mut self) {
        let now = Instant::now();
        for _ in 0..SWEEP {
            let Some(first) = self.deadlines.first_entry().filter(|first| first.key().0 <= now) else { return };
            let (space, key) = first.remove();
            self.remove(&space, &key);
        }
    }

    fn remove(&mut self, space: &str, key: &str) {
        let Some(entries) = self.spaces.get_mut(space) else { return };
        let removed = entries.remove(key);
        if entries.is_empty() {
            // Namespaces may be made per user: an empty one takes no memory.
            self.spaces.remove(space);
        }
        removed.and_then(|entry| entry.deadline).and_then(|deadline| self.deadlines.remove(&deadline));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn what_is_handed_on_is_what_is_live_and_for_as_long() {
        let mut map = Map::default();
        map.set("space", "for good", "1".to_owned(), None);
        map.set("", "for a while", "2".to_owned(), Some(Duration::from_secs(10)));
        map.set("", "over", "3".to_owned(), Some(Duration::from_secs(1)));
        tokio::time::advance(Duration::from_secs(4)).await;
        let text = serde_json::to_string(&map.values()).unwrap();
        let map = Map::of(serde_json::from_str(&text).unwrap());
        assert_eq!(
            (map.get("space", "for good").as_deref(), map.keys("")),
            (Some("1"), vec!["for a while".to_owned()])
        );
        tokio::time::advance(Duration::from_secs(5)).await;
        assert_eq!(map.get("", "for a while").as_deref(), Some("2"));
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(map.get("", "for a while"), None);
    }

    #[tokio::test(start_paused = true)]
    async fn keys_that_are_never_read_again_take_no_memory() {
        let mut map = Map::default();
        for number in 0..10_000 {
            map.set(&format!("space {number}"), "key", String::new(), Some(Duration::from_secs(1)));
            tokio::time::advance(Duration::from_millis(10)).await;
        }
        assert!(map.spaces.len() <= 110, "{}", map.spaces.len());
        assert_eq!(map.deadlines.len(), map.spaces.len());
    }
}
