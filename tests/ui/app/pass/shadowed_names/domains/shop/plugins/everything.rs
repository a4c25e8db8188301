#![allow(dead_code)]
use crate::prelude::*;

type Text = ::std::string::String;
type Outcome<T> = ::microcore::error::Result<T>;

#[derive(Serialize, Deserialize, Schema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct Plain {
    #[validate(length(min = 1), email)]
    pub name: Text,
    #[validate(range(min = 1, max = 9))]
    pub some_count: ::std::option::Option<u32>,
    #[serde(default)]
    pub more: ::std::vec::Vec<Text>,
    #[validate(nested)]
    pub inner: Inner,
}

#[derive(Serialize, Deserialize, Schema, Validate)]
pub struct Inner {
    #[validate(required)]
    pub size: ::std::option::Option<u32>,
}

#[derive(Serialize, Deserialize, Schema)]
#[serde(tag = "kind")]
pub enum Choice {
    One { name: Text },
    Two,
}

#[derive(Serialize, Deserialize, Schema)]
pub struct Page<T> {
    #[serde(skip_serializing_if = "::std::vec::Vec::is_empty")]
    pub items: ::std::vec::Vec<T>,
}

#[derive(Row)]
pub struct User {
    pub id: i64,
    pub name: Text,
}

#[derive(Settings)]
#[settings(prefix = "SHOP")]
pub struct ShopSettings {
    #[setting(default = "1", within = "1..=3")]
    pub size: u32,
    pub owner: ::std::option::Option<Text>,
}

pub struct Everything {
    db: Db,
    clock: Clock,
    bus: Bus,
    config: Config<ShopSettings>,
}

#[plugin]
impl Everything {
    #[mount("/files")]
    const FILES: Folder = Folder::at("src");

    pub fn new(db: Db, clock: Clock, bus: Bus, config: Config<ShopSettings>) -> ::microcore::error::Result<Self> {
        ::std::result::Result::Ok(Self { db, clock, bus, config })
    }

    #[post("/plain/{id}", tag = "Shop", status = 201)]
    async fn plain(&self, id: i64, body: Plain, flag: ::std::option::Option<bool>, headers: Headers) -> Outcome<Plain> {
        let _ = (id, flag, headers.len(), self.clock.now(), self.config.size);
        self.bus.publish(Made { id }).await?;
        ::std::result::Result::Ok(body)
    }

    #[get("/page", media = "text/csv")]
    async fn page(&self, ctx: &Context, cookies: Cookies, query: Inner) -> Media {
        let _ = (ctx, cookies, query.size);
        Media::new("text/csv", Text::new())
    }

    #[get("/users")]
    async fn users(&self) -> Outcome<::std::vec::Vec<i64>> {
        let users: ::std::vec::Vec<User> = self.db.query("SELECT id, name FROM users", ()).await?;
        ::std::result::Result::Ok(::std::iter::Iterator::collect(::std::iter::Iterator::map(users.iter(), |user| user.id)))
    }

    #[get("/choice")]
    fn choice(&self) -> Choice {
        Choice::Two
    }

    #[sse("/events")]
    async fn events(&self, events: EventStream<Inner>, headers: Headers) -> Outcome<()> {
        let _ = headers.len();
        events.send(Inner { size: ::std::option::Option::None }).await?;
        ::std::result::Result::Ok(())
    }

    #[ws("/socket")]
    async fn socket(&self, mut socket: Socket<Inner, Inner>) {
        let _ = socket.receive().await;
    }

    #[on(Made, retries = 1)]
    async fn hear(&self, event: &Made) {
        let _ = event.id;
    }

    #[reply(Asked)]
    async fn answer(&self, event: &Asked) -> Outcome<bool> {
        ::std::result::Result::Ok(event.id == 1)
    }

    #[before(path = "/plain")]
    async fn guard(&self, _head: &Head) -> Outcome<()> {
        ::std::result::Result::Ok(())
    }

    #[around(tag = "Shop")]
    async fn time(&self, _head: &Head, next: impl Next) -> Response {
        next.await
    }

    async fn on_boot(&self) -> Outcome<()> {
        ::std::result::Result::Ok(())
    }

    async fn on_shutdown(&self) {}
}

// Every name of the standard prelude means something else here.
pub struct Option;
pub struct Some;
pub struct None;
pub struct Result;
pub struct Ok;
pub struct Err;
pub struct Box;
pub struct String;
pub struct Vec;
pub trait Copy {}
pub trait Send {}
pub trait Sync {}
pub trait Sized {}
pub trait Unpin {}
pub trait Drop {}
pub trait Fn {}
pub trait FnMut {}
pub trait FnOnce {}
pub trait AsyncFn {}
pub trait AsyncFnMut {}
pub trait AsyncFnOnce {}
pub trait ToOwned {}
pub trait ToString {}
pub trait Clone {}
pub trait PartialEq {}
pub trait PartialOrd {}
pub trait Eq {}
pub trait Ord {}
pub trait AsRef {}
pub trait AsMut {}
pub trait Into {}
pub trait From {}
pub trait TryInto {}
pub trait TryFrom {}
pub trait Default {}
pub trait Iterator {}
pub trait Extend {}
pub trait IntoIterator {}
pub trait FromIterator {}
pub trait DoubleEndedIterator {}
pub trait ExactSizeIterator {}
pub trait Future {}
pub trait IntoFuture {}
pub fn drop() {}
