//! Subscribers as the bus counts them: a subscription alone, or the members of one group together.

use super::{EventNode, PluginNode, Wiring};
use crate::decl::SubscriptionDecl;

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
            None => format!("{}.{}", plugin.name(), subscription.handler),
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
        let mut all: Vec<SubscriberNode<'_>> = Vec::new();
        for event in self.every_event() {
            let first = all.len();
            for (plugin, subscription) in self.subscribers(event) {
                let group = subscription.group.as_ref().map(syn::LitStr::value);
                let same = |node: &&mut SubscriberNode<'_>| {
                    group.is_some() && node.first().1.group.as_ref().map(syn::LitStr::value) == group
                };
                match all[first..].iter_mut().find(same) {
                    Some(node) => node.members.push((plugin, subscription)),
                    None => {
                        all.push(SubscriberNode { number: all.len(), event, members: vec![(plugin, subscription)] });
                    }
                }
            }
        }
        all
    }
}
