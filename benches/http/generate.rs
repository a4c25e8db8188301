//! The table of routes at each size: `/api/v1/orders-17/{id}`, the same for all contestants.

use std::fmt::Write as _;

const WORDS: [&str; 20] = [
    "orders",
    "customers",
    "invoices",
    "payments",
    "shipments",
    "products",
    "prices",
    "stocks",
    "carts",
    "baskets",
    "groups",
    "roles",
    "sessions",
    "messages",
    "comments",
    "reviews",
    "tickets",
    "reports",
    "files",
    "events",
];
/// Routes of one plugin, and plugins of one domain.
const HANDLERS: usize = 10;

/// `orders-0`.
pub(crate) fn resource(number: usize) -> String {
    format!("{}-{}", WORDS[number % WORDS.len()], number / WORDS.len())
}

/// For axum and actix-web, which fill their tables when they start.
pub(crate) fn list() -> String {
    let words: Vec<String> = WORDS.iter().map(|word| format!("{word:?}")).collect();
    format!(
        "//! Generated.\n\nconst WORDS: [&str; {}] = [{}];\n\npub fn all() -> impl Iterator<Item = String> {{\n    \
         let routes: usize = std::env::var(\"ROUTES\").expect(\"ROUTES is set\").parse().expect(\"a number\");\n    \
         (0..routes).map(|number| format!(\"{{}}-{{}}\", WORDS[number % WORDS.len()], number / WORDS.len()))\n}}\n",
        WORDS.len(),
        words.join(", ")
    )
}

/// For hyper by hand: a `match` over the resource.
pub(crate) fn by_hand(routes: usize) -> String {
    let mut arms = String::new();
    for number in 0..routes {
        let resource = resource(number);
        writeln!(arms, "        {resource:?} => Some({number}),").expect("a text can be written to");
    }
    format!(
        "//! Generated.\n\npub fn find(resource: &str) -> Option<usize> {{\n    match resource {{\n{arms}        \
         _ => None,\n    }}\n}}\n"
    )
}

/// For ours: plugins of ten handlers each, as (path, text).
pub(crate) fn plugins(routes: usize) -> Vec<(String, String)> {
    (0..routes.div_ceil(HANDLERS)).map(|number| (file(number), plugin(number))).collect()
}

fn file(number: usize) -> String {
    format!("src/domains/d{}/plugins/p{number}.rs", number / HANDLERS)
}

fn plugin(number: usize) -> String {
    let mut handlers = String::new();
    for handler in 0..HANDLERS {
        let resource = resource(number * HANDLERS + handler);
        write!(
            handlers,
            "    #[get(\"/api/v1/{resource}/{{id}}\")]\n    async fn h{handler}(&self, id: i64) -> Item{number} {{\n        \
             Item{number} {{ id, name: \"Ana\" }}\n    }}\n"
        )
        .expect("a text can be written to");
    }
    format!(
        "//! Generated.\nuse crate::prelude::*;\n\n#[derive(Serialize, Schema)]\npub struct Item{number} {{\n    pub id: i64,\n    \
         pub name: &'static str,\n}}\n\n#[plugin]\npub struct P{number} {{}}\n\n#[plugin]\nimpl P{number} {{\n{handlers}}}\n"
    )
}
