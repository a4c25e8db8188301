//! Subscribers as the bus counts them: a subscription alone, or the members of one group together.

use std::collections::{BTreeMap, BTreeSet};

use super::{EventNode, PluginNode, Wiring};
use crate::decl::{SubscriptionDecl, shown};

/// One subscriber of one event.
#[derive(Debug)]
pub(crate) struct SubscriberNode<'w> {
    /// Its place among all of the application's.
    pub(crate) number: usize,
    pub(crate) event: &'w EventNode,
    /// One, or the members of a group; never none.
    pub(crate) members: Vec<(&'w PluginNode, &'w SubscriptionDecl)>,
}

impl SubscriberNode<'_> {
    /// What stores know it by.
    pub(crate) fn name(&self) -> String {
        let (plugin, subscription) = self.first();
        match &subscription.group {
            Some(group) => format!("group.{}", group.value()),
            None => format!("{}.{}", plugin.name(), shown(&subscription.handler)),
        }
    }

    /// The one, or the first member of the group, whose options are those of all.
    pub(crate) fn first(&self) -> (&PluginNode, &SubscriptionDecl) {
        self.members[0]
    }
}

impl Wiring {
    /// Every subscriber of every event, numbered; those of one event stand together.
    pub(crate) fn all_subscribers(&self) -> Vec<SubscriberNode<'_>> {
        let by_event = self.subscriptions();
        let own: BTreeSet<String> = self.events.iter().map(|event| event.decl.ty.to_string()).collect();
        let mut all: Vec<SubscriberNode<'_>> = Vec::new();
        for event in self.every_event() {
            let name = event.decl.ty.to_string();
            // An event of the application hides one of the bus that has the same name.
            let hidden = !event.own && own.contains(&name);
            let mut groups: BTreeMap<String, usize> = BTreeMap::new();
            for (plugin, subscription) in by_event.get(&name).into_iter().flatten().filter(|_| !hidden) {
                let number = all.len();
                let group = subscription.group.as_ref().map(syn::LitStr::value);
                let place = group.map_or(number, |group| *groups.entry(group).or_insert(number));
                if place < number {
                    all[place].members.push((plugin, subscription));
                } else {
                    all.push(SubscriberNode { number, event, members: vec![(plugin, subscription)] });
                }
            }
        }
        all
    }
}
