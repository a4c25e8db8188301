//! The document at every size of application.

use super::*;
use crate::manifest::{EventFacts, Method, PluginFacts, RouteFacts, ToolFacts};
use crate::plugin::Identity;
use crate::response::schema_of;

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// An application of so many domains, each with a route and an event.
fn application(domains: usize, tools: &'static [ToolFacts]) -> Manifest {
    let (mut plugins, mut events) = (Vec::new(), Vec::new());
    for number in 0..domains {
        let domain = leaked(format!("domain_with_a_long_name_{number:04}"));
        let event = leaked(format!("SomethingHappened{number}"));
        let route = RouteFacts {
            path: leaked(format!("/{domain}/things/{{id}}")),
            doc: "Gives a thing, with all that belongs to it, e.g. its parts.",
            ..RouteFacts::PLAIN
        };
        let routes = std::slice::from_ref(Box::leak(Box::new(route)));
        let identity = Identity { domain, plugin: "get_thing", name: leaked(format!("{domain}.get_thing")) };
        let publishes = std::slice::from_ref(Box::leak(Box::new(event)));
        plugins.push(PluginFacts { routes, publishes, ..PluginFacts::needing(&["db"]).at(identity) });
        let (fields, shape) = (&[("id", "i64")][..], schema_of::<()> as crate::manifest::ShapeOf);
        events.push(EventFacts {
            name: event,
            ty: event,
            domain,
            doc: "",
            fields,
            shape,
            reply: None,
            job: false,
            private: &[],
        });
    }
    Manifest { name: "big", version: "1", tools, plugins: plugins.leak(), events: events.leak(), ..Manifest::EMPTY }
}

const METHODS: [Method; 40] = [Method {
    signature: "async fn a_method_of_some_length(&self, argument: &str) -> Result<()>",
    doc: "Does something to it, and then tells.",
}; 40];
const TOOLS: &[ToolFacts] = &[ToolFacts { name: "db", doc: "SQL.", methods: &METHODS, ..ToolFacts::EMPTY }; 3];

#[test]
fn the_document_never_passes_its_limit_and_every_domain_can_be_asked_for() {
    for domains in [0, 1, 5, 20, 60, 300, 600] {
        for tools in [&[][..], &TOOLS[..1], TOOLS] {
            let manifest = application(domains, tools);
            let text = context_document(&manifest, &[]);
            assert!(text.len() < CONTEXT_LIMIT, "{domains} domains are {} bytes", text.len());
            assert!(text.contains("## Grammar") && text.ends_with("`--help`\n"), "{text}");
            if domains > 0 {
                let first = "domain_with_a_long_name_0000";
                assert!(text.contains(first), "{text}");
                let one = context_of(&manifest, &[], first).unwrap();
                assert!(
                    one.contains("`GET /domain_with_a_long_name_0000/things/{id} 200")
                        && one.contains("e.g. its parts"),
                    "{one}"
                );
            }
        }
    }
}

#[test]
fn a_tool_tells_how_it_is_used_in_twelve_lines_and_all_of_it_where_it_is_asked() {
    let notes = leaked((1..=20).map(|line| format!("Line {line}.")).collect::<Vec<_>>().join("\n"));
    let tools = std::slice::from_ref(Box::leak(Box::new(ToolFacts { name: "mail", notes, ..ToolFacts::EMPTY })));
    let text = context_document(&application(1, tools), &[]);
    assert!(text.contains("Line 12.") && !text.contains("Line 13."), "{text}");
    let told = context_of(&application(1, tools), &[], "mail").unwrap();
    assert!(told.contains("Line 20.\n"), "{told}");
    let contract = concat!("It was compiled with version ", env!("CARGO_PKG_VERSION"), " of the contract of tools.\n");
    assert!(told.ends_with(contract), "{told}");
    assert!(!context_document(&application(60, tools), &[]).contains("Line 1."), "what is longest goes first");
}

#[test]
fn what_does_not_fit_becomes_an_index_step_by_step() {
    let text = |domains, tools| context_document(&application(domains, tools), &[]);
    let small = text(2, &TOOLS[..1]);
    assert!(small.contains("- `GET /domain_with_a_long_name_0001/things/{id}"), "{small}");
    let several = text(20, &TOOLS[..1]);
    assert!(
        several.contains("- `domain_with_a_long_name_0019` 1 plugin, 1 route; emits SomethingHappened19"),
        "{several}"
    );
    let many = text(600, TOOLS);
    assert!(many.contains("more\n") && many.contains("- `db` — SQL: a_method_of_some_length, "), "{many}");
    assert_eq!(context_of(&application(1, TOOLS), &[], "nothing"), None);
    assert!(context_of(&application(1, TOOLS), &[], "db").unwrap().contains("Does something to it, and then tells"));
    assert!(context_of(&application(1, TOOLS), &[], "grammar").unwrap().starts_with("## Grammar"));
}
