//! The picture of a small application, and of one that is too large to be shown at once.

use std::collections::BTreeSet;

use super::*;
use crate::manifest::{EventFacts, PluginFacts, RouteFacts, StatementFacts, SubscriptionFacts};
use crate::plugin::Identity;

const fn at(domain: &'static str, plugin: &'static str, name: &'static str) -> Identity {
    Identity { domain, plugin, name }
}

const INSERT: &[StatementFacts] =
    &[StatementFacts { sql: "INSERT", function: "f", method: "execute", reads: &[], writes: &["users"] }];
const SELECT: &[StatementFacts] =
    &[StatementFacts { sql: "SELECT", function: "f", method: "query", reads: &["users"], writes: &[] }];
const CREATED: EventFacts = EventFacts {
    name: "user.created",
    ty: "UserCreated",
    domain: "users",
    doc: "A user is there.",
    fields: &[],
    shape: crate::response::schema_of::<u8>,
    reply: None,
    job: false,
    private: &[],
};

const SMALL: Manifest = Manifest {
    plugins: &[
        PluginFacts {
            routes: &[RouteFacts { method: "POST", path: "/users", ..RouteFacts::PLAIN }],
            publishes: &["UserCreated"],
            statements: INSERT,
            ..PluginFacts::needing(&["db", "bus", "clock"]).at(at("users", "create_user", "users.create_user"))
        },
        PluginFacts {
            routes: &[RouteFacts { path: "/users/{id}", ..RouteFacts::PLAIN }],
            statements: SELECT,
            ..PluginFacts::needing(&["db"]).at(at("users", "get_user", "users.get_user"))
        },
        PluginFacts {
            subscriptions: &[SubscriptionFacts { event: "UserCreated", handler: "send", inline: false, retries: 3 }],
            publishes: &["MailSent"],
            ..PluginFacts::needing(&["bus"]).at(at("mail", "welcome", "mail.welcome"))
        },
    ],
    events: &[CREATED, EventFacts { name: "mail.<sent>", ty: "MailSent", domain: "mail", ..CREATED }],
    ..Manifest::EMPTY
};

/// Thirty domains in a ring, each with a plugin that publishes and one that hears.
fn large() -> Manifest {
    let text = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let (mut plugins, mut events) = (Vec::new(), Vec::new());
    for number in 0..30 {
        let domain = text(format!("d{number:02}"));
        let ty = text(format!("Event{number}"));
        let heard = text(format!("Event{}", (number + 29) % 30));
        events.push(EventFacts { name: text(format!("event.{number:02}")), ty, domain, ..CREATED });
        plugins.push(PluginFacts {
            publishes: Box::leak(Box::new([ty])),
            ..PluginFacts::needing(&["bus"]).at(at(domain, "tell", text(format!("{domain}.tell"))))
        });
        let subscription = SubscriptionFacts { event: heard, handler: "on", inline: false, retries: 0 };
        plugins.push(PluginFacts {
            subscriptions: Box::leak(Box::new([subscription])),
            ..PluginFacts::needing(&["bus"]).at(at(domain, "hear", text(format!("{domain}.hear"))))
        });
    }
    Manifest { plugins: plugins.leak(), events: events.leak(), ..Manifest::EMPTY }
}

fn overlapping(picture: &Picture) -> Vec<(&str, &str)> {
    let boxes = &picture.boxes;
    let overlap = |a: &Placed, b: &Placed| {
        a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
    };
    let pairs = boxes.iter().enumerate().flat_map(|(place, a)| boxes[place + 1..].iter().map(move |b| (a, b)));
    pairs.filter(|(a, b)| overlap(a, b)).map(|(a, b)| (a.id.as_str(), b.id.as_str())).collect()
}

#[test]
fn a_small_application_is_shown_whole() {
    let picture = Picture::of(&SMALL, &View::Fitting);
    insta::assert_snapshot!(picture.to_svg());
    assert_eq!(picture, Picture::of(&SMALL, &View::All), "it is the same each time");
    assert_eq!(overlapping(&picture), []);
}

#[test]
fn a_large_application_opens_on_its_domains() {
    let manifest = large();
    let picture = Picture::of(&manifest, &View::Fitting);
    assert_eq!((picture.view.as_str(), picture.domains.len()), ("domains", 30));
    assert!(picture.boxes.len() <= 150, "{}", picture.boxes.len());
    assert_eq!(overlapping(&picture), []);
    let ids: BTreeSet<&str> = picture.boxes.iter().map(|placed| placed.id.as_str()).collect();
    assert!(ids.contains("domain:d00") && ids.contains("event:event.00") && !ids.contains("plugin:d00.tell"));
    assert_eq!(Picture::of(&manifest, &View::All).boxes.len(), 90);
}

#[test]
fn a_domain_that_is_open_shows_its_own_and_its_neighbours_boxes() {
    let picture = Picture::of(&large(), &View::Domains(Some("d07".to_owned())));
    let ids: BTreeSet<&str> = picture.boxes.iter().map(|placed| placed.id.as_str()).collect();
    for id in ["plugin:d07.tell", "plugin:d07.hear", "event:event.07", "event:event.06", "domain:d06"] {
        assert!(ids.contains(id), "{id} is not among {ids:?}");
    }
    assert!(ids.contains("domain:d08:hears"), "who hears it: {ids:?}");
    assert!(!ids.contains("event:event.20"), "what it has nothing to do with");
}

#[test]
fn around_a_node_is_what_is_two_steps_away() {
    let picture = Picture::of(&SMALL, &View::Around("event:user.created".to_owned()));
    let ids: BTreeSet<&str> = picture.boxes.iter().map(|placed| placed.id.as_str()).collect();
    let near = ["event:mail.<sent>", "event:user.created", "plugin:mail.welcome", "plugin:users.create_user"];
    for id in near.into_iter().chain(["route:POST /users", "table:users", "tool:clock"]) {
        assert!(ids.contains(id), "{id} is not among {ids:?}");
    }
    assert!(!ids.contains("plugin:users.get_user"), "three steps");
    assert!(Picture::of(&SMALL, &View::Around("event:none".to_owned())).boxes.is_empty());
}

#[test]
fn an_application_without_files_is_an_empty_picture() {
    let picture = Picture::of(&Manifest::EMPTY, &View::Fitting);
    assert!(picture.boxes.is_empty() && picture.to_svg().ends_with("</svg>\n"));
}
