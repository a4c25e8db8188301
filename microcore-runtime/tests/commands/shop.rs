//! A realistic application, written by hand as `app!` would: users, mail, system.

use std::sync::OnceLock;

use microcore_runtime::application::Application;
use microcore_runtime::error::Result;
use microcore_runtime::lifecycle::Boot;
use microcore_runtime::manifest::{
    Access, EventFacts, InputFacts, InterceptorFacts, Manifest, PluginFacts, ReplyFacts, RouteFacts, Scope,
    StatementFacts, SubscriptionFacts,
};
use microcore_runtime::plugin::{Down, Identity};
use microcore_runtime::request::{Body, Head};
use microcore_runtime::response::{Response, schema_of};
use microcore_runtime::settings::{Environment, Key, Problems};
use schemars::{JsonSchema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::shop_db::ShopDb;
use crate::shop_tools::{TOOLS, key};

#[derive(Deserialize, JsonSchema)]
#[expect(dead_code, reason = "only its schema is read")]
struct NewUser {
    #[validate(length(min = 1, max = 200))]
    name: String,
    #[validate(email)]
    email: String,
    role: Option<Role>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    Member,
}

#[derive(Serialize, JsonSchema)]
struct UserId {
    id: i64,
}

#[derive(Serialize, JsonSchema)]
struct User {
    id: i64,
    name: String,
    email: String,
    role: Role,
}

#[derive(Serialize, JsonSchema)]
struct Health {
    status: String,
    down: Vec<String>,
}

const fn input(
    name: &'static str,
    place: &'static str,
    required: bool,
    shape: microcore_runtime::manifest::ShapeOf,
) -> InputFacts {
    InputFacts { name, place, may_be_absent: if required { || false } else { || true }, shape }
}

const fn route(method: &'static str, path: &'static str, handler: &'static str) -> RouteFacts {
    RouteFacts { method, path, handler, ..RouteFacts::PLAIN }
}

const fn hears(event: &'static str, handler: &'static str) -> SubscriptionFacts {
    SubscriptionFacts { event, handler, inline: false, retries: 3 }
}

const fn plugin(domain: &'static str, plugin: &'static str, name: &'static str) -> PluginFacts {
    PluginFacts::needing(&[]).at(Identity { domain, plugin, name })
}

const PLUGINS: &[PluginFacts] = &[
    PluginFacts {
        doc: "POST /users registers a user.",
        tools: &["db", "bus", "logger"],
        replies: &[],
        publishes: &["UserCreated", "AddressAsked"],
        statements: &[
            StatementFacts {
                sql: "SELECT id FROM teams",
                function: "execute",
                method: "query_scalar",
                reads: &["teams", "users"],
                writes: &[],
            },
            StatementFacts {
                sql: "INSERT INTO users (name) VALUES ($1) RETURNING id",
                function: "execute",
                method: "query_scalar",
                reads: &["users"],
                writes: &["users"],
            },
        ],
        routes: &[RouteFacts {
            doc: "Registers a user and tells the others.",
            tag: Some("Users"),
            status: 201,
            access: Access::Open,
            inputs: &[input("body", "body", true, SchemaGenerator::subschema_for::<NewUser>)],
            output: Some(SchemaGenerator::subschema_for::<UserId>),
            ..route("POST", "/users", "execute")
        }],
        ..plugin("users", "create_user", "users.create_user")
    },
    PluginFacts {
        doc: "Reads users.",
        tools: &["db"],
        routes: &[
            RouteFacts {
                inputs: &[input("id", "path", true, SchemaGenerator::subschema_for::<i64>)],
                output: Some(SchemaGenerator::subschema_for::<User>),
                ..route("GET", "/users/{id}", "one")
            },
            RouteFacts {
                doc: "The users, a page at a time.",
                inputs: &[
                    input("limit", "query", false, SchemaGenerator::subschema_for::<Option<u32>>),
                    input("offset", "query", false, SchemaGenerator::subschema_for::<Option<u32>>),
                ],
                output: Some(SchemaGenerator::subschema_for::<Vec<User>>),
                ..route("GET", "/users", "many")
            },
        ],
        ..plugin("users", "get_user", "users.get_user")
    },
    PluginFacts {
        doc: "Removes a user.",
        tools: &["db", "bus"],
        replies: &[],
        publishes: &["events::UserDeleted"],
        statements: &[],
        routes: &[RouteFacts {
            status: 204,
            access: Access::Open,
            inputs: &[input("id", "path", true, SchemaGenerator::subschema_for::<i64>)],
            ..route("DELETE", "/users/{id}", "execute")
        }],
        ..plugin("users", "delete_user", "users.delete_user")
    },
    PluginFacts {
        doc: "Changes a user.",
        tools: &["db"],
        routes: &[
            RouteFacts {
                inputs: &[
                    input("id", "path", true, SchemaGenerator::subschema_for::<i64>),
                    input("body", "body", true, SchemaGenerator::subschema_for::<NewUser>),
                ],
                output: Some(SchemaGenerator::subschema_for::<User>),
                ..route("PUT", "/users/{id}", "execute")
            },
            route("POST", "/users/{id}/lock", "lock"),
        ],
        ..plugin("users", "update_user", "users.update_user")
    },
    PluginFacts {
        doc: "Welcomes who registers.",
        tools: &["logger"],
        subscriptions: &[hears("UserCreated", "send")],
        replies: &[ReplyFacts { event: "AddressAsked", handler: "address" }],
        publishes: &["MailSent"],
        statements: &[],
        settings: &[
            key("MAIL_FROM", Some("noreply@example.com"), "Sender of every mail."),
            Key { secret: true, ..key("MAIL_PASSWORD", None, "Password of the relay.") },
        ],
        ..plugin("mail", "welcome_email", "mail.welcome_email")
    },
    PluginFacts {
        doc: "Lists what was sent.",
        tools: &["db"],
        routes: &[
            RouteFacts {
                output: Some(SchemaGenerator::subschema_for::<Vec<String>>),
                ..route("GET", "/mails", "many")
            },
            RouteFacts {
                inputs: &[input("address", "path", true, SchemaGenerator::subschema_for::<String>)],
                ..route("DELETE", "/mails/{address}", "forget")
            },
        ],
        subscriptions: &[hears("MailBounced", "remember")],
        ..plugin("mail", "mail_log", "mail.mail_log")
    },
    PluginFacts {
        doc: "Tells whether all is well.",
        tools: &["db", "http"],
        routes: &[
            RouteFacts { output: Some(SchemaGenerator::subschema_for::<Health>), ..route("GET", "/health", "health") },
            route("GET", "/openapi.json", "document"),
        ],
        ..plugin("system", "health", "system.health")
    },
    PluginFacts {
        doc: "Logs deliveries that failed.",
        tools: &["logger"],
        subscriptions: &[hears("DeliveryFailed", "log")],
        interceptors: &[
            InterceptorFacts {
                kind: "before",
                handler: "check",
                doc: "Lets nobody else delete.",
                order: -5,
                scope: Scope::Path("/mails/{address}"),
                methods: &[],
                access: Access::Open,
                routes: &[("DELETE", "/mails/{address}")],
                work: &[],
            },
            InterceptorFacts {
                kind: "around",
                handler: "count",
                doc: "",
                order: 3,
                scope: Scope::All,
                methods: &[],
                access: Access::Open,
                routes: &[],
                work: &[],
            },
        ],
        ..plugin("system", "failures", "system.failures")
    },
];

#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "its schema is what counts")]
struct UserCreated {
    id: i64,
    email: String,
}

const EVENTS: &[EventFacts] = &[
    EventFacts {
        name: "user.created",
        ty: "UserCreated",
        domain: "users",
        doc: "A user registered.",
        fields: &[("id", "i64"), ("email", "String")],
        shape: schema_of::<UserCreated>,
        reply: None,
        job: false,
        private: &[],
    },
    EventFacts {
        name: "user.deleted",
        ty: "UserDeleted",
        domain: "users",
        doc: "",
        fields: &[("id", "i64")],
        shape: schema_of::<()>,
        reply: None,
        job: false,
        private: &[],
    },
    EventFacts {
        name: "mail.sent",
        ty: "MailSent",
        domain: "mail",
        doc: "",
        fields: &[("to", "Option<String>")],
        shape: schema_of::<()>,
        reply: None,
        job: false,
        private: &[],
    },
    EventFacts {
        name: "mail.bounced",
        ty: "MailBounced",
        domain: "mail",
        doc: "",
        fields: &[],
        shape: schema_of::<()>,
        reply: None,
        job: false,
        private: &[],
    },
    EventFacts {
        name: "address.ask",
        ty: "AddressAsked",
        domain: "mail",
        doc: "Where does mail go?",
        fields: &[("user", "i64")],
        shape: schema_of::<()>,
        reply: None,
        job: false,
        private: &[],
    }
    .answered_with("Option<Address>"),
    EventFacts {
        name: "mail.opened",
        ty: "MailOpened",
        domain: "mail",
        doc: "",
        fields: &[],
        shape: schema_of::<()>,
        reply: None,
        job: false,
        private: &[],
    },
];

/// The application.
#[derive(Debug)]
pub(crate) struct Shop;

impl Application for Shop {
    type Database = ShopDb;
    const MANIFEST: Manifest = Manifest {
        name: "shop",
        version: "1.2.0",
        // A folder that exists: as on the machine on which the application is written.
        folder: env!("CARGO_TARGET_TMPDIR"),
        tools: TOOLS,
        plugins: PLUGINS,
        events: EVENTS,
        ..Manifest::EMPTY
    };
    const CHOSEN_TOOLS: &'static [&'static str] = &["auth", "clock", "db"];
    type Bus = ();
    type Scheduler = ();

    fn check_settings(environment: &Environment) -> Result<(), Problems> {
        let mut problems = Problems::default();
        for key in PLUGINS.iter().flat_map(|plugin| plugin.settings) {
            problems.read::<String>(environment, key);
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    async fn boot(_: Boot) -> Result<&'static Self> {
        static SHOP: OnceLock<Shop> = OnceLock::new();
        Ok(SHOP.get_or_init(|| Self))
    }

    fn report(&self) -> Vec<Down> {
        Vec::new()
    }

    async fn respond(&'static self, _: &Head, _: Body, _: &mut Response) {}

    async fn health(&'static self) -> Vec<microcore_runtime::lifecycle::ToolHealth> {
        Vec::new()
    }

    fn online(&'static self, _: microcore_runtime::server::ServerHandle) {}

    async fn shutdown(&'static self, _: microcore_runtime::lifecycle::Stop) {}
}
