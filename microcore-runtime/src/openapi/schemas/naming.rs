//! Names for all schemas at once. In: every schema. Out: a name each.
//!
//! A schema is called what its type is called. Where several would have one name, all of them are qualified alike: by
//! domain, then by file, then by their whole place. So a name never comes to mean another type, it depends on no order,
//! and a file that is added can lengthen the names of those types only that are called as one of its own.
//! Names that differ in case and punctuation alone count as one, because client generators make one of them.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::clash::Clash;
use super::direction::Direction;
use super::entry::{Entry, targets};
use super::name::{self, Part};

/// Names by the index of their entry; where a body and a reply are the same, so are their names.
pub(super) struct Named {
    pub(super) names: Vec<String>,
    pub(super) clashes: Vec<Clash>,
}

/// A name that is to be given.
struct Slot {
    parts: Vec<Part>,
    suffix: &'static str,
    entries: Vec<usize>,
}

/// What a body's schema is called beside the reply's of the same type. No type has a `-` in its name.
const INPUT: &str = "-Input";

pub(super) fn names(entries: &[Entry], reserved: &[&str]) -> Named {
    let slots = slots(entries);
    let mut lengths: HashMap<String, usize> = HashMap::new();
    let written = |lengths: &HashMap<String, usize>| -> Vec<String> {
        slots.iter().map(|slot| name::text(&slot.parts, lengths) + slot.suffix).collect()
    };
    while lengthen(&slots, &written(&lengths), reserved, &mut lengths) {}

    let (mut names, mut clashes) = (vec![String::new(); entries.len()], Vec::new());
    let mut taken: HashMap<String, &Slot> = HashMap::new();
    for (slot, mut name) in slots.iter().zip(written(&lengths)) {
        let first = slot.entries[0];
        if let Some(other) = taken.get(&name) {
            clashes.push(Clash::of(&entries[first].name, &entries[other.entries[0]].said, &entries[first].said));
        }
        // Whatever it is called then, it is not the other's; `check` asks for a better name.
        while taken.contains_key(&name) || reserved.contains(&name.as_str()) {
            name.push('-');
        }
        slot.entries.iter().for_each(|entry| names[*entry].clone_from(&name));
        taken.insert(name, slot);
    }
    Named { names, clashes }
}

/// One per schema that differs from all others.
fn slots(entries: &[Entry]) -> Vec<Slot> {
    let of = |direction: Direction| -> HashMap<&str, usize> {
        let all = entries.iter().enumerate().filter(|(_, entry)| entry.direction == direction && entry.apart.is_none());
        all.map(|(index, entry)| (entry.name.as_str(), index)).collect()
    };
    let (inputs, outputs) = (of(Direction::Input), of(Direction::Output));
    let different = different(entries, &inputs, &outputs);
    let mut slots = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let mut parts = name::parse(&entry.name);
        if let Some(operation) = &entry.apart {
            parts.insert(0, Part::Text(format!("{operation}.")));
        }
        let name = entry.name.as_str();
        let both = entry.apart.is_none() && inputs.contains_key(name) && outputs.contains_key(name);
        let slot = match (both, entry.direction) {
            (true, Direction::Input) if different.contains(name) => Slot { parts, suffix: INPUT, entries: vec![index] },
            // The reply's name is the body's too.
            (true, Direction::Input) => continue,
            (true, Direction::Output) if !different.contains(name) => {
                Slot { parts, suffix: "", entries: vec![index, inputs[name]] }
            }
            _ => Slot { parts, suffix: "", entries: vec![index] },
        };
        slots.push(slot);
    }
    slots
}

/// The types that are read in another shape than they are written: by themselves, or in what they refer to.
fn different<'e>(
    entries: &'e [Entry],
    inputs: &HashMap<&'e str, usize>,
    outputs: &HashMap<&'e str, usize>,
) -> HashSet<&'e str> {
    let both: Vec<(&str, &Entry, &Entry)> = inputs
        .iter()
        .filter_map(|(name, input)| Some((*name, &entries[*input], &entries[*outputs.get(name)?])))
        .collect();
    let mut different: HashSet<&str> =
        both.iter().filter(|(_, input, output)| input.raw != output.raw).map(|(name, ..)| *name).collect();
    let referred: HashMap<&str, Vec<String>> = both
        .iter()
        .map(|(name, input, _)| {
            let mut found = Vec::new();
            targets(&input.raw, &mut found);
            (*name, found)
        })
        .collect();
    loop {
        let reached: Vec<&str> = referred
            .iter()
            .filter(|(name, to)| {
                !different.contains(*name) && to.iter().any(|target| different.contains(target.as_str()))
            })
            .map(|(name, _)| *name)
            .collect();
        if reached.is_empty() {
            return different;
        }
        different.extend(reached);
    }
}

/// Lengthens the types of names that are not unique; whether there was something to lengthen.
fn lengthen(slots: &[Slot], names: &[String], reserved: &[&str], lengths: &mut HashMap<String, usize>) -> bool {
    let alike = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let mut groups: HashMap<String, Vec<&Slot>> = HashMap::new();
    for (slot, name) in slots.iter().zip(names) {
        groups.entry(alike(name)).or_default().push(slot);
    }
    let reserved: HashSet<String> = reserved.iter().map(|name| alike(name)).collect();
    let mut longer: BTreeSet<String> = BTreeSet::new();
    for (name, group) in &groups {
        let is_reserved = reserved.contains(name);
        if group.len() < 2 && !is_reserved {
            continue;
        }
        let paths: Vec<BTreeSet<&str>> = group.iter().map(|slot| name::paths(&slot.parts)).collect();
        // What all of them have does not tell them apart.
        let is_common = |path: &&str| !is_reserved && paths.iter().all(|paths| paths.contains(path));
        longer.extend(paths.iter().flatten().filter(|path| !is_common(path)).map(|path| (*path).to_owned()));
    }
    let mut any = false;
    for path in longer {
        let most = name::longest(&path);
        let length = lengths.entry(path).or_default();
        any |= *length < most;
        *length = most.min(*length + 1);
    }
    any
}
