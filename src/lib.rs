#![doc = include_str!("../README.md")]
// docs.rs says which feature an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

//! # What is part of the contract
//!
//! The names that the modules below list, one by one, and the words of the attributes. A test holds the list.
//! What only generated code calls is in a hidden module and may change in any release.

/// The crate of the bytes that requests and responses are made of.
pub use bytes;
/// The crate of methods, statuses and headers.
pub use http;
pub use microcore_macros::{app, event, extract, plugin, queries, test, tool};

pub mod manifest;
pub mod prelude;
pub mod tools;

/// The application that `app!` makes.
pub mod application {
    pub use microcore_runtime::application::Application;
}

/// What keeps failing is paused and probed.
pub mod breaker {
    pub use microcore_runtime::event::{Breaker, Change};
}

/// What is being handled right now, and what caused it. It can be read, carried into tasks, and told what it does; it
/// can't be set.
pub mod context {
    pub use microcore_runtime::context::{Context, Handled, Id, current, handled, spawn, traceparent, tracestate};
    pub use microcore_runtime::record::work;
}

/// What went wrong: for the client a safe sentence, for the log the chain.
pub mod error {
    pub use microcore_runtime::error::{Chain, Error, FieldError, InputPlace, Kind, Permanent, Result, Unavailable};
}

/// Events, and what is told about them.
///
/// ```
/// use microcore::event::{Event, Request};
/// use microcore::prelude::event;
///
/// /// Is there so much left of an item?
/// #[event("stock.asked", reply = bool)]
/// pub struct StockAsked {
///     pub item: i64,
///     pub count: u32,
/// }
///
/// /// A line for a protocol of ours, of any event.
/// fn line<E: Event>(event: &E) -> serde_json::Result<String> {
///     Ok(format!("{} {}", E::NAME, serde_json::to_string(event)?))
/// }
///
/// /// What nobody answers is `no`.
/// fn or_default<E: Request<Reply: Default>>(reply: Option<E::Reply>) -> E::Reply {
///     reply.unwrap_or_default()
/// }
///
/// fn main() -> serde_json::Result<()> {
///     assert_eq!(line(&StockAsked { item: 7, count: 2 })?, r#"stock.asked {"item":7,"count":2}"#);
///     assert!(!or_default::<StockAsked>(None));
///     Ok(())
/// }
/// ```
pub mod event {
    pub use microcore_runtime::event::{
        CrashSafe, DeadLetter, DeliveryFailed, Ending, Envelope, Event, EventStatus, JobFailed, Priority,
        PublishOptions, Request, SubscriberPaused, SubscriberResumed, SubscriberStatus, TraceDelivery, TraceNode,
        TraceRecord,
    };
}

/// Folders of files that are served.
pub mod files {
    pub use microcore_runtime::files::Folder;
}

/// What stands around handlers.
pub mod handler {
    pub use microcore_runtime::handler::{Next, Route, Work};
}

/// How an application starts, and how it is.
pub mod lifecycle {
    pub use microcore_runtime::lifecycle::{Boot, ToolHealth};
}

/// What runs at times, and jobs.
///
/// ```
/// use microcore::jobs::{Plannable, Recurring, Timer};
/// use microcore::prelude::*;
/// use microcore::tools::scheduler::JobScheduler;
///
/// /// What the key stood for before is replaced; gives all that is set now.
/// async fn remind<A: Send + Sync + 'static>(
///     scheduler: &JobScheduler<A>,
///     key: String,
///     times: impl Recurring,
///     event: impl Plannable,
/// ) -> Result<Vec<Timer>> {
///     scheduler.repeat(key, times, event).await?;
///     scheduler.timers().await
/// }
/// # fn main() {}
/// ```
#[cfg(feature = "jobs")]
pub mod jobs {
    pub use microcore_runtime::jobs::{
        Cancelled, Enqueued, Job, JobOptions, JobState, JobStatus, Plannable, Standing, Tick, Timer, Worked,
    };
    pub use microcore_tools::scheduler::{Cron, Every, Recurring};
}

/// Who a plugin is.
///
/// ```
/// use microcore::plugin::Identity;
/// use microcore::prelude::{Result, tool};
///
/// /// Who did what.
/// #[derive(Clone)]
/// pub struct Ledger {
///     plugin: &'static str,
/// }
///
/// #[tool]
/// impl Ledger {
///     pub async fn setup() -> Result<Self> {
///         Ok(Self { plugin: "" })
///     }
///
///     /// The handle that a plugin gets knows whose it is.
///     pub fn bind(&self, plugin: &'static Identity) -> Self {
///         Self { plugin: plugin.name }
///     }
///
///     /// An entry in the name of the plugin.
///     pub fn entry(&self, what: &str) -> String {
///         format!("{}: {what}", self.plugin)
///     }
/// }
///
/// fn main() {
///     static BUY: Identity = Identity { domain: "shop", plugin: "buy", name: "shop.buy" };
///     assert_eq!(Ledger { plugin: "" }.bind(&BUY).entry("a pen"), "shop.buy: a pen");
/// }
/// ```
pub mod plugin {
    pub use microcore_runtime::plugin::Identity;
}

/// Streams of events to clients, and web sockets.
pub mod realtime {
    pub use microcore_runtime::realtime::{EventStream, Feed, SentEvent, Socket, Subprotocol, Subscription};
}

/// What comes in.
pub mod request {
    pub use microcore_runtime::request::{
        Authenticate, Cookies, FromParam, FromQuery, Head, Headers, Occurrences, TokenPlaces, Version,
    };
    #[cfg(feature = "multipart")]
    pub use microcore_runtime::request::{Files, Part};
}

/// What goes back.
pub mod response {
    pub use microcore_runtime::response::{
        Content, Cookie, CookieBuilder, Created, Enveloped, Failure, Media, NoContent, Plain, Redirect, Replies, Reply,
        Response, SameSite, SendFile, Streamed, Versioned, With, Written,
    };
}

/// Settings: read from the environment, checked before anything starts.
pub mod settings {
    #[doc(inline)]
    pub use crate::__private::derives::Settings;
    pub use microcore_runtime::settings::{ByteSize, Environment, FromSetting, Key, Problem, Problems, Secret};
}

/// Tests of an application over a real socket, and its tools beside it.
#[cfg(feature = "testing")]
pub mod testing {
    pub use microcore_runtime::testing::{Client, Clock, Reply, Running, boot, run};
}

/// The contract of a tool; `#[tool]` implements it.
///
/// ```
/// use microcore::manifest::{Method, ToolFacts};
/// use microcore::prelude::{Result, tool};
/// use microcore::tool::Tool;
///
/// /// Throws dice.
/// #[derive(Clone)]
/// pub struct Dice;
///
/// #[tool]
/// impl Dice {
///     pub async fn setup() -> Result<Self> {
///         Ok(Self)
///     }
///
///     /// From 1 to 6.
///     pub fn throw(&self) -> u8 {
///         4
///     }
/// }
///
/// /// What a page about any tool shows.
/// fn methods<T: Tool>() -> Vec<&'static str> {
///     let facts: ToolFacts = T::FACTS;
///     facts.methods.iter().map(|method: &Method| method.signature).collect()
/// }
///
/// fn main() {
///     assert_eq!(methods::<Dice>(), ["fn throw(&self) -> u8"]);
/// }
/// ```
pub mod tool {
    pub use microcore_runtime::tool::Tool;
}

/// Rules of bodies, and what is said where one is broken.
pub mod validation {
    pub use crate::__private::derives::Validate;
    pub use microcore_runtime::validation::{Refusal, Violations, is_email};

    /// What a type of one's own implements, so that a rule can check it.
    ///
    /// ```
    /// use std::cmp::Ordering;
    /// use microcore::prelude::{Validate, Violations};
    /// use microcore::validation::{is_email, rule};
    ///
    /// struct Basket(Vec<i64>);
    ///
    /// impl rule::Length for Basket {
    ///     fn length(&self) -> Option<u64> {
    ///         Some(self.0.len() as u64)
    ///     }
    /// }
    ///
    /// struct Cents(i64);
    ///
    /// impl rule::Range<i64> for Cents {
    ///     fn seen_from(&self, bound: &i64) -> Option<Option<Ordering>> {
    ///         Some(self.0.partial_cmp(bound))
    ///     }
    /// }
    ///
    /// struct Address(String);
    ///
    /// impl rule::Text for Address {
    ///     fn text(&self) -> Option<&str> {
    ///         Some(&self.0)
    ///     }
    /// }
    ///
    /// #[derive(Validate)]
    /// struct Order {
    ///     #[validate(length(min = 1))]
    ///     items: Basket,
    ///     #[validate(range(min = 1))]
    ///     total: Cents,
    ///     #[validate(email)]
    ///     invoice: Address,
    /// }
    ///
    /// let order = Order { items: Basket(vec![7]), total: Cents(0), invoice: Address("ana@example.com".to_owned()) };
    /// let mut violations = Violations::default();
    /// order.validate(&mut violations);
    /// let broken: Vec<_> = violations.into_errors().into_iter().map(|error| error.field).collect();
    /// assert_eq!(broken, ["total"]);
    /// // A rule can be asked by itself as well.
    /// assert!(is_email(&order.invoice));
    /// ```
    pub mod rule {
        pub use microcore_runtime::validation::rule::{Length, Range, Text};
    }
}

#[doc(hidden)]
pub mod __private;
